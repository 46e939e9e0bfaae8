"""Days of the lot's stages: a draft asks, an announced session takes, and what crews hold a stage manager gives.

Promise 2 of docs/rules/film-week.md. The calendar is the booking engine's; its locks come first.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from bookings.actions import close_for_event, reopen_after_event
from bookings.claims import claim
from bookings.errors import DaysTaken, HoldsInTheWay
from bookings.queries import holds_over, owned_days
from cms.events import rules
from cms.events.errors import StageHeld, StageTaken, WrongState
from cms.events.models import Edition, ProgrammeSession, StageDay, StageRequest
from portal.accounts.models import User
from portal.accounts.rules import STAGE_MANAGER, require
from portal.audit.actions import record
from portal.core.day_ranges import DayRange
from portal.core.locking import lock_rows
from portal.notifications.actions import notify

if TYPE_CHECKING:
    from studios.models import Resource

REQUESTS = "/film-week/desk/stage-days/"


def whole_day(day: date) -> DayRange:
    """Return one day as a half-open range."""
    return DayRange(day, day + timedelta(days=1))


def stage_day_of(session: ProgrammeSession | None) -> tuple[Resource, date] | None:
    """Return the stage and the day that a session needs; nothing in a hall that is no stage, or once it is called off."""
    if session is None or session.is_cancelled or session.hall.resource is None:
        return None
    return session.hall.resource, rules.day_of(session.starts_at)


def save_stage_days(
    actor: User, session: ProgrammeSession, before: ProgrammeSession | None, now: datetime
) -> list[rules.Conflict]:
    """Ask for or take the day of the stage, give back one that no session needs any more. Returns warnings.

    The caller holds the stages' locks. Raises `StageTaken` where a crew has the day, and `StageHeld` where an announced
    session would take it from crews that hold it.
    """
    old, new = stage_day_of(before), stage_day_of(session)
    warnings = []
    if new and not StageDay.objects.filter(resource=new[0], day=new[1]).exists():
        if session.state == ProgrammeSession.State.PUBLISHED:
            _take(actor, session, *new, now=now)
        else:
            warnings = _ask_where_held(actor, session, *new, now=now)
    if old and old != new:
        give_back(actor, *old)
    return warnings


def _take(actor: User, session: ProgrammeSession, resource: Resource, day: date, *, now: datetime) -> None:
    try:
        take_day(actor, session.edition, resource, day, now=now)
    except HoldsInTheWay as exc:
        text = _(
            "Crews hold %(hall)s on %(day)s. Only a stage manager can give the day; the stage managers have to be asked."
        )
        names = {"hall": session.hall, "day": day.isoformat()}
        raise StageHeld(text % names, session=session, holds=len(exc.holds), field="hall") from exc


def take_day(
    actor: User,
    edition: Edition,
    resource: Resource,
    day: date,
    *,
    over_holds: bool = False,
    message: str = "",
    now: datetime,
) -> StageDay:
    """Take a day of a stage out of the crews' calendar. Raises `StageTaken`, and `HoldsInTheWay` as `close_for_event`."""
    try:
        with transaction.atomic():
            closure = close_for_event(
                actor=actor,
                resource=resource,
                days=whole_day(day),
                reason=edition.name_zh[:120],
                reason_en=edition.name_en[:120],
                over_holds=over_holds,
                message=message,
                now=now,
            )
    except DaysTaken as exc:
        raise _stage_taken(resource, day) from exc
    StageRequest.objects.open().filter(resource=resource, day=day).update(
        state=StageRequest.State.GIVEN, answered_by=actor, answered_at=now
    )
    return StageDay.objects.create(edition=edition, resource=resource, day=day, closure=closure)


def _stage_taken(resource: Resource, day: date) -> StageTaken:
    text = _("A crew has %(hall)s on %(day)s, or it is closed. Choose another day or hall.")
    return StageTaken(text % {"hall": resource.name, "day": day.isoformat()}, field="hall")


def _ask_where_held(
    actor: User, session: ProgrammeSession, resource: Resource, day: date, *, now: datetime
) -> list[rules.Conflict]:
    """Refuse a day that is gone; ask for one that crews hold, and say so."""
    if owned_days(resource, whole_day(day), now=now):
        raise _stage_taken(resource, day)
    holds = len(holds_over([resource.pk], whole_day(day), now))
    if not holds:
        return []
    request = ask_for_stage_day(actor=actor, edition=session.edition, resource=resource, day=day, now=now)
    names = {"count": holds, "hall": resource.name, "day": day.isoformat()}
    text = ngettext("%(count)s crew holds %(hall)s on %(day)s.", "%(count)s crews hold %(hall)s on %(day)s.", holds)
    if request.state == StageRequest.State.REFUSED:
        text += " " + _("The stage managers keep the day for them: %(reason)s")
        names["reason"] = request.answer
    else:
        text += " " + _("The stage managers are asked for the day; the session can be announced once they give it.")
    return [rules.Conflict(rules.HALL, rules.WARN, session.pk or 0, text % names)]


@transaction.atomic
def ask_for_stage_day(
    *, actor: User, edition: Edition, resource: Resource, day: date, now: datetime | None = None
) -> StageRequest:
    """Ask the stage managers for a day that crews hold; returns what was asked before, where it was. They are told."""
    require(actor, rules.EDIT)
    asked = StageRequest.objects.filter(edition=edition, resource=resource, day=day).order_by("-pk").first()
    if asked and asked.state != StageRequest.State.GIVEN:
        return asked
    request = StageRequest(edition=edition, resource=resource, day=day, asked_by=actor)
    request.full_clean()
    request.save()
    record("events.stage_day_asked", actor=actor, subject=request)
    managers = User.objects.filter(is_active=True, groups__name=STAGE_MANAGER)
    notify("events.stage_day_asked", recipients=managers, path=REQUESTS, request=request)
    return request


def _open_request(request: StageRequest) -> StageRequest:
    """Return the request locked and fresh. Raises `WrongState` where it was answered."""
    fresh = lock_rows(StageRequest, [request.pk]).get(request.pk)
    if fresh is None or fresh.state != StageRequest.State.ASKED:
        raise WrongState(_("This was answered already, or is not needed any more."))
    return fresh


def give_stage_day(*, actor: User, request: StageRequest, message: str = "", now: datetime | None = None) -> StageDay:
    """Give a day that crews hold to the film week; the crews are told with `message`, the editor too.

    Raises `PermissionDenied`, `WrongState` where it was answered, `StageTaken` where a crew has confirmed meanwhile.
    """
    require(actor, "bookings.manage")
    now = now or timezone.now()
    with claim(resources=[request.resource_id]):
        request = _open_request(request)
        taken = take_day(
            actor, request.edition, request.resource, request.day, over_holds=True, message=message, now=now
        )
        _answer(actor, request, StageRequest.State.GIVEN, message, now)
    return taken


def refuse_stage_day(*, actor: User, request: StageRequest, reason: str, now: datetime | None = None) -> None:
    """Keep a day for the crews that hold it; the editor reads why. Raises `PermissionDenied` and `WrongState`."""
    require(actor, "bookings.manage")
    with transaction.atomic():
        request = _open_request(request)
        _answer(actor, request, StageRequest.State.REFUSED, reason, now or timezone.now())


def _answer(actor: User, request: StageRequest, state: str, answer: str, now: datetime) -> None:
    request.state, request.answer = state, answer
    request.answered_by, request.answered_at = actor, now
    request.full_clean()
    request.save()
    record(f"events.stage_day_{state}", actor=actor, subject=request, answer=answer)
    path = f"/film-week/desk/{request.edition.slug}/?day={request.day.isoformat()}"
    notify(f"events.stage_day_{state}", recipients=[request.asked_by], path=path, request=request)


def give_back(actor: User, resource: Resource, day: date) -> None:
    """Give a day back to the crews, and ask for it no longer, where no session needs it any more."""
    others = ProgrammeSession.objects.standing().filter(hall__resource=resource)
    near = others.filter(starts_at__date__gte=day, starts_at__date__lte=day + timedelta(days=1))
    if any(session.day == day for session in near):
        return
    for request in StageRequest.objects.open().filter(resource=resource, day=day):
        record("events.stage_day_not_needed", actor=actor, subject=request)
        request.delete()
    held = StageDay.objects.filter(resource=resource, day=day).select_related("closure").first()
    if held is not None:
        reopen_after_event(actor=actor, closure=held.closure)
