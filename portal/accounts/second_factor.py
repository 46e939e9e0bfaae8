"""Staff and their second factor: who needs one, and whether this very session used it lately.

Owning a factor proves nothing about a session: what counts is allauth's record of how the session signed in.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from .models import User
from .rules import is_lot_staff

P = ParamSpec("P")
FACTOR, PASSWORD = "mfa", "password"


def needs_factor(user: User | AnonymousUser, path: str = "") -> bool:
    """Return whether the person must use a second factor: the lot's staff, and whoever may open the admin at `path`."""
    if not settings.STAFF_NEED_SECOND_FACTOR or not user.is_authenticated:
        return False
    if is_lot_staff(user):
        return True
    return path.startswith("/admin/") and user.has_perm("wagtailadmin.access_admin")


def owns_factor(user: User | AnonymousUser) -> bool:
    """Return whether the person has set up a second factor; one query."""
    return bool(is_mfa_enabled(user))


def seconds_since(request: HttpRequest, method: str) -> float | None:
    """Return how long ago this session's person proved themselves by `method`, or nothing where they did not."""
    user: Any = request.user
    moments = [record["at"] for record in get_authentication_records(request, user) if record.get("method") == method]
    return time.time() - max(moments) if moments else None


def factor_is_used(request: HttpRequest) -> bool:
    """Return whether this session used the second factor within `STAFF_FACTOR_HOURS`."""
    age = seconds_since(request, FACTOR)
    return age is not None and age <= settings.STAFF_FACTOR_HOURS * 3600


def proof_is_fresh(request: HttpRequest) -> bool:
    """Return whether the person proved themselves within `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds.

    Who owns a factor proves it with the factor, everybody else with the password.
    """
    age = seconds_since(request, FACTOR if owns_factor(request.user) else PASSWORD)
    return age is not None and age <= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def fresh_proof_required(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Guard a view of a signed-in person behind `proof_is_fresh`; who lacks it proves themselves and comes back."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = cast(HttpRequest, args[0])
        if proof_is_fresh(request):
            return view(*args, **kwargs)
        door = "mfa_reauthenticate" if owns_factor(request.user) else "account_reauthenticate"
        return redirect(f"{reverse(door)}?{urlencode({'next': request.path})}")

    return guarded
