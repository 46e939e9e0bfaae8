"""我的节目单: kept on the device without an account, in the account with one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.events import actions, calendars, device, queries, rules
from cms.events.models import ProgrammeSession
from portal.accounts.http import MemberRequest

from .programme import calendar


def own_sessions(request: HttpRequest) -> list[int]:
    """Return the sessions in the reader's programme: those of the account and those of this device."""
    kept = device.kept_on(request)
    if request.user.is_authenticated:
        mine = request.user.picks.values_list("session_id", flat=True)
        return list(dict.fromkeys([*mine, *kept]))
    return kept


@require_safe
def my_programme(request: HttpRequest) -> HttpResponse:
    """What one wants to see, by time, with what overlaps."""
    shown = queries.shown(ProgrammeSession.objects.visible().filter(pk__in=own_sessions(request)))
    sessions = [one.session for one in shown]
    clashes = {one.pk: rules.overlapping(one, sessions) for one in sessions}
    context = {
        "rows": [(one, clashes[one.session.pk]) for one in shown],
        "on_device": len(device.kept_on(request)) if request.user.is_authenticated else 0,
        "registrations": own_registrations(request),
    }
    response = render(request, "events/mine.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def own_registrations(request: HttpRequest) -> list[object]:
    """Return a signed-in person's live registrations to come."""
    if not request.user.is_authenticated:
        return []
    rows = request.user.registrations.live().select_related("session__hall__venue")
    return list(rows.order_by("session__starts_at"))


@require_POST
def toggle(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a session in one's programme, or drop it."""
    session = queries.one_session(slug)
    response = redirect(session)
    kept = device.kept_on(request)
    if request.user.is_authenticated:
        actions.toggle_pick(actor=request.user, session=session)
    elif session.pk in kept:
        device.keep_on(response, [pk for pk in kept if pk != session.pk], secure=request.is_secure())
    else:
        device.keep_on(response, [*kept, session.pk], secure=request.is_secure())
    return response


@login_required
@require_POST
def keep_in_account(request: MemberRequest) -> HttpResponse:
    """Move what this device keeps into the account."""
    response = redirect("events:mine")
    device.move_into_account(request, request.user, response)
    messages.success(request, _("Your programme is in your account now, on every device."))
    return response


@require_safe
def my_calendar(request: HttpRequest) -> HttpResponse:
    """One's programme as a calendar file."""
    rows = ProgrammeSession.objects.visible().filter(pk__in=own_sessions(request)).select_related("hall__venue")
    response = calendar(calendars.sessions_file(rows, _("My programme")), "my-programme")
    response.headers["Cache-Control"] = "private, no-store"
    return response
