"""Signing in to the API: a session with CSRF, or a bearer token; limits; stored idempotent answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.rest import Problem, client_address

from .actions import hashed
from .models import ApiToken, IdempotentAnswer, User
from .second_factor import needs_factor, owns_factor

SAFE = {"GET", "HEAD", "OPTIONS"}


class _Csrf(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:  # the reason, not a page
        return reason


def caller(request: HttpRequest) -> User | None:
    """Return who calls, or nobody. Raises `Problem` 401 for a bad token and for a session without CSRF token."""
    if getattr(request, "_api_caller_known", False):
        return request._api_caller  # type: ignore[attr-defined]
    header = request.headers.get("Authorization", "")
    person = _by_token(request, header) if header else _by_session(request)
    request._api_caller, request._api_caller_known = person, True  # type: ignore[attr-defined]
    _limit(request, person)
    return person


def required_caller(request: HttpRequest) -> User:
    """Return who calls. Raises `Problem` 401 for nobody, 403 for a read-only token on a write."""
    person = caller(request)
    if person is None:
        raise Problem(401, "sign_in", _("Sign in, or send a bearer token."))
    token = getattr(request, "api_token", None)
    if token is not None and request.method not in SAFE and not token.can_write:
        raise Problem(403, "read_only_token", _("This key may read, not write."))
    return person


def _by_token(request: HttpRequest, header: str) -> User:
    kind, _space, secret = header.partition(" ")
    token = None
    if kind.lower() == "bearer" and secret:
        token = (
            ApiToken.objects.select_related("user").filter(token_hash=hashed(secret.strip()), revoked_at=None).first()
        )
    now = timezone.now()
    if token is None or not token.user.is_active or token.expires_at <= now:
        raise Problem(401, "bad_token", _("This key does not work. Make a new one on your account page."))
    if needs_factor(token.user) and not owns_factor(token.user):
        raise Problem(401, "second_factor", _("This key works once its owner has set up two-step sign-in."))
    if token.last_used_at is None or token.last_used_at < now - timedelta(minutes=10):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    request.api_token = token  # type: ignore[attr-defined]
    request.user = token.user
    return token.user


def _by_session(request: HttpRequest) -> User | None:
    user = request.user
    if not user.is_authenticated:
        return None
    if request.method not in SAFE:
        check = _Csrf(_nothing)
        check.process_request(request)
        if check.process_view(request, _nothing, (), {}):
            raise Problem(401, "csrf", _("Send the CSRF token with this call."))
    return user


def _nothing(*_arguments: object) -> HttpResponse:
    """Stand in for a view where Django's CSRF check wants one."""
    return HttpResponse()


def _limit(request: HttpRequest, person: User | None) -> None:
    """Count the call. Raises `Problem` 429 above the limit of the minute (docs/implementation/api.md)."""
    write = request.method not in SAFE
    limit = settings.API_WRITES_PER_MINUTE if write else settings.API_READS_PER_MINUTE
    who = f"u{person.pk}" if person else f"a{client_address(request)}"
    now = timezone.now()
    key = f"api:{'w' if write else 'r'}:{who}:{now:%H%M}"
    if cache.add(key, 1, timeout=90):
        return
    try:
        count = cache.incr(key)
    except ValueError:  # the entry left the cache between the two calls
        return
    if count > limit:
        wait = 60 - now.second
        raise Problem(429, "too_many", _("Too many calls. Wait a minute."), retry_after=wait)


def answer_once(request: HttpRequest, make: Callable[[], tuple[int, dict[str, Any]]]) -> tuple[int, dict[str, Any]]:
    """Run a creating call, once per `Idempotency-Key` of the caller; the same key and body get the same answer.

    Raises `Problem` 422 for the same key with another body, 409 while the first call is under way. A refused
    call leaves no trace, so that it can be tried again.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return make()
    if len(key) > 200:
        raise Problem(
            422, "invalid", _("An idempotency key has at most 200 characters."), errors={"Idempotency-Key": ["200"]}
        )
    person = required_caller(request)
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = IdempotentAnswer.objects.create(user=person, key=key, body_hash=digest)
        except IntegrityError:
            row = IdempotentAnswer.objects.get(user=person, key=key)
            if row.body_hash != digest:
                raise Problem(422, "key_reused", _("This idempotency key was used with another body.")) from None
            return row.status, row.answer
        row.status, row.answer = make()
        row.save(update_fields=["status", "answer"])
        return row.status, row.answer


def signed_in(request: HttpRequest) -> User:
    """Guard of private calls, run before parameters are read: 401 comes first (docs/implementation/api.md)."""
    return required_caller(request)


def anyone(request: HttpRequest) -> bool:
    """Guard of public calls: counts them, and refuses a token that does not work."""
    caller(request)
    return True
