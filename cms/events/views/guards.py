"""Who gets past: editors to the desk of film week, them and the lot's stage managers to the door, these alone to crews' days."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse

from cms.events import rules
from portal.accounts.http import MemberRequest
from portal.accounts.rules import may

View = Callable[..., HttpResponse]


def allowed(permission: str) -> Callable[[View], View]:
    """Answer 404 to whoever lacks the permission, the sign-in page to visitors; the answer is never stored."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request.user, permission):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


editor = allowed(rules.EDIT)
doorkeeper = allowed(rules.DOOR)
stage_manager = allowed("bookings.manage")
