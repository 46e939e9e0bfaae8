"""我的节目单 without an account: session numbers in a cookie that the page's script may read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from . import actions
from .models import ProgrammeSession

if TYPE_CHECKING:
    from portal.accounts.models import User

COOKIE = "programme"
MOST = 80
HALF_A_YEAR = 180 * 24 * 3600


def kept_on(request: HttpRequest) -> list[int]:
    """Return the sessions kept on this device, in the order they were kept; anything else in the cookie is dropped."""
    found: dict[int, None] = {}
    for part in request.COOKIES.get(COOKIE, "")[:2000].split("."):
        if part.isascii() and part.isdigit() and len(part) < 10:
            found[int(part)] = None
    return list(found)[:MOST]


def keep_on(response: HttpResponse, ids: Iterable[int], *, secure: bool) -> None:
    """Write the list to the device; an empty one takes the cookie away."""
    kept = list(ids)[-MOST:]
    if not kept:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    value = ".".join(map(str, kept))
    response.set_cookie(COOKIE, value, max_age=HALF_A_YEAR, samesite="Lax", secure=secure)


def move_into_account(request: HttpRequest, user: User, response: HttpResponse) -> None:
    """Put the device's list into the account and take it off the device; called on every sign-in."""
    kept = kept_on(request)
    if kept:
        actions.keep_picks(actor=user, sessions=ProgrammeSession.objects.visible().filter(pk__in=kept))
        keep_on(response, [], secure=request.is_secure())
