"""Film week for programs: /api/v1/events (docs/implementation/api.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext as _
from ninja import Router, Schema, Status
from pydantic import StringConstraints

from portal.accounts.api_auth import anyone, caller, required_caller
from portal.accounts.models import User
from portal.core.bilingual import pair
from portal.core.days import FIRST_DAY, LAST_DAY
from portal.core.rest import Problem, decode_cursor, encode_cursor, instant, page_limit, read_body

from . import actions, clock, limits, queries
from .errors import AlreadyRegistered
from .models import ProgrammeSession, Registration

router = Router(tags=["events"])

LONGEST_KEY = 200
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class RegistrationIn(Schema):
    """Who registers; companions by name."""

    name: Line
    email: Line
    companions: list[Line] = []
    phone: str = ""
    wheelchair: bool = False
    access_code: str = ""


def in_both(tell: Callable[[], str]) -> dict[str, str]:
    """Return what is told in Chinese and in English."""
    out = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            out[key] = tell()
    return out


def session_json(shown: queries.Shown) -> dict[str, Any]:
    """Return a session as the lists show it. `capacity` is null where nobody registers, `left` too.

    `day` is the festival day, from six to six; `when` says the time as the pages do, 24:30 beside the real date.
    """
    one, seats = shown.session, shown.seats
    return {
        "slug": one.slug,
        "name": pair(one, "title"),
        "summary": pair(one, "note"),
        "kind": one.kind,
        "state": one.state,
        "edition": one.edition.slug,
        "starts_at": instant(one.starts_at),
        "ends_at": instant(one.ends_at),
        "day": one.day.isoformat(),
        "when": in_both(lambda: clock.when(one.starts_at, one.ends_at)),
        "venue": {"id": one.hall.venue_id, "name": pair(one.hall.venue, "name"), "hall": pair(one.hall, "name")},
        "capacity": seats.seats if one.registers else None,
        "registered": seats.taken,
        "left": seats.left if one.registers else None,
        "films": [{"slug": film.slug, "title": pair(film, "title"), "runtime_min": film.runtime_min} for film in shown.films],
        "people": [pair(person, "name") for person in shown.people],
        "url": one.get_absolute_url(),
    }  # fmt: skip


@router.get("", auth=anyone, response=dict[str, Any])
def list_sessions(
    request: HttpRequest, edition: str = "", day: str = "", venue: str = "", limit: int = 100, cursor: str = ""
) -> dict[str, Any]:
    """Sessions of the film week, in order of time.

    `day` is the evening a session belongs to (from six to six), also with `?day=`; `when` says the time in both languages as
    the pages do: after midnight 24:30 beside the real date. `starts_at` and `ends_at` are instants.
    """
    found = ProgrammeSession.objects.visible().select_related("edition")
    if edition:
        found = found.filter(edition__slug=one_line(edition, "edition")[:60])
    if day:
        found = queries.of_day(found, day_of(day))
    if venue:
        found = found.filter(hall__venue=number_of(venue, "venue"))
    total, size = found.count(), page_limit(limit)
    start = offset_of(cursor)
    items = queries.shown(found, most=start + size)[start:]
    more = start + len(items) < total
    return {
        "total": total,
        "items": [session_json(one) for one in items],
        "next": encode_cursor({"from": start + len(items)}) if more and items else None,
    }


def day_of(text: str) -> date:
    """Return a day. Raises `Problem` 422."""
    try:
        day = date.fromisoformat(text)
    except ValueError as exc:
        raise Problem(422, "invalid", "day is YYYY-MM-DD.", errors={"day": ["YYYY-MM-DD"]}) from exc
    if not FIRST_DAY <= day < LAST_DAY:
        raise Problem(422, "invalid", "day lies outside the calendar.", errors={"day": ["1900 to 8999"]})
    return day


def one_line(text: str, field: str) -> str:
    """Return a text a database can hold. Raises `Problem` 422 for a NUL."""
    if "\x00" in text:
        raise Problem(422, "invalid", f"{field} has a sign that no text has.", errors={field: ["NUL"]})
    return text


def number_of(text: str, field: str) -> int:
    """Return an id. Raises `Problem` 422."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Problem(422, "invalid", f"{field} is a number.", errors={field: ["a number"]})
    return int(text)


def offset_of(cursor: str) -> int:
    """Return where a page begins. Raises `Problem` 422 for a cursor that is not ours."""
    if not cursor:
        return 0
    held = decode_cursor(cursor)
    start = held.get("from") if isinstance(held, dict) else None
    if not isinstance(start, int) or isinstance(start, bool) or not 0 <= start <= 10_000:
        raise Problem(422, "bad_cursor", "The cursor is not one of ours.", errors={"cursor": ["unknown"]})
    return start


@router.get("/{slug}", auth=anyone, response=dict[str, Any])
def one_session(request: HttpRequest, slug: str) -> dict[str, Any]:
    """One session."""
    found = queries.one_session(slug[:80])
    (shown,) = queries.shown(ProgrammeSession.objects.filter(pk=found.pk).select_related("edition"))
    return {**session_json(shown), "description": pair(found, "text"), "sample": found.edition.sample}


def whoever(request: HttpRequest) -> bool:
    """Guard of registrations: no account and no CSRF token; a bearer token, where sent, must work and may write."""
    if request.headers.get("Authorization"):
        required_caller(request)
    if limits.too_many(request):
        wait = 60 - timezone.now().second
        raise Problem(429, "too_many", _("Too many registrations from here at once. Wait a minute."), retry_after=wait)
    return True


@router.post("/{slug}/registrations", auth=whoever, response={201: dict[str, Any]})
def register(request: HttpRequest, slug: str) -> Status[dict[str, Any]]:
    """Register somebody with companions; without seats they wait, in order."""
    session = queries.one_session(slug[:80])
    body = read_body(request, RegistrationIn)
    key, digest = fingerprints(request)
    if key and (again := made_with(session, key, digest)):
        return Status(201, registration_json(again))
    user = caller(request) if request.headers.get("Authorization") else None
    try:
        made = registered(session, body, user, key, digest)
    except AlreadyRegistered:
        if not key or (again := made_with(session, key, digest)) is None:
            raise
        made = again
    return Status(201, registration_json(made))


def registered(
    session: ProgrammeSession, body: RegistrationIn, user: User | None, key: str, digest: str
) -> Registration:
    """Call the action with the body's values."""
    return actions.register(
        session=session,
        name=body.name,
        email=body.email,
        phone=body.phone,
        companions=body.companions,
        wheelchair=body.wheelchair,
        access_code=body.access_code,
        language=get_language() or "zh-hans",
        user=user,
        request_key=key,
        request_body=digest,
    )


def fingerprints(request: HttpRequest) -> tuple[str, str]:
    """Return digests of the idempotency key and of the body; two empty texts without a key."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        raise Problem(422, "invalid", "An idempotency key has at most 200 characters.", errors={"Idempotency-Key": ["200"]})  # fmt: skip
    if not key:
        return "", ""
    return hashlib.sha256(key.encode()).hexdigest(), hashlib.sha256(request.body).hexdigest()


def made_with(session: ProgrammeSession, key: str, digest: str) -> Registration | None:
    """Return what this key made before. Raises `Problem` 422 when it was sent with another body."""
    found = queries.made_with(session, key)
    if found is not None and found.request_body != digest:
        raise Problem(422, "key_reused", _("This idempotency key was used with another body."))
    return found


def registration_json(made: Registration) -> dict[str, Any]:
    """Return a registration to whoever made it; `url` is the secret link that changes and cancels it."""
    now: datetime = timezone.now()
    state = made.state_at(now)
    answer = {
        "reference": made.reference,
        "state": state,
        "people": made.seats,
        "url": made.get_absolute_url(),
        "session": made.session.slug,
    }
    if state == Registration.State.WAITING:
        answer["position"] = queries.waiting_ahead(made) + 1
    return answer
