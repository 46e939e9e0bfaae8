"""Days out of the calendar."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from bookings import allocation
from bookings.claims import claim
from bookings.errors import HoldsInTheWay
from bookings.messages import tell
from bookings.models import Booking, BookingLine, Closure
from bookings.queries import alternatives, holds_over, local_today
from portal.accounts.rules import may, require
from portal.audit.actions import record
from portal.core.day_ranges import DayRange
from studios.models import Resource

from .steps import expire_bookings

if TYPE_CHECKING:
    from portal.accounts.models import User


def close_days(
    *,
    actor: User,
    resource: Resource | None,
    days: DayRange,
    reason: str,
    reason_en: str = "",
    over_holds: bool = False,
    message: str = "",
    now: datetime | None = None,
) -> Closure:
    """检修: take days of a resource, or of the whole lot, out of the calendar. The crews that hold them are told.

    `over_holds` says that the person has seen who holds these days; `message` is what their crews read beside the reason.
    Raises `DaysTaken` where a firm booking owns a day, and `HoldsInTheWay` where holds stand and `over_holds` is not set.
    """
    require(actor, "bookings.manage")
    closure = Closure(
        resource=resource,
        start=days.start,
        end=days.end,
        kind=Closure.Kind.WORK,
        reason=reason,
        reason_en=reason_en,
        created_by=actor,
    )
    return _close(actor=actor, closure=closure, over_holds=over_holds, message=message, now=now or timezone.now())


def close_for_event(
    *,
    actor: User,
    resource: Resource,
    days: DayRange,
    reason: str,
    reason_en: str = "",
    over_holds: bool = False,
    message: str = "",
    now: datetime | None = None,
) -> Closure:
    """活动日: an event takes days of a stage, under the same lock as a crew.

    Whoever makes an event takes free days. Days that crews hold are the stage managers' to give, with `over_holds`.
    Raises `DaysTaken`, `HoldsInTheWay`, and `PermissionDenied` for `over_holds` without the right to manage bookings.
    """
    require(actor, "bookings.manage" if over_holds else "bookings.event_days")
    closure = Closure(
        resource=resource,
        start=days.start,
        end=days.end,
        kind=Closure.Kind.EVENT,
        reason=reason,
        reason_en=reason_en,
        created_by=actor,
    )
    return _close(actor=actor, closure=closure, over_holds=over_holds, message=message, now=now or timezone.now())


def _close(*, actor: User, closure: Closure, over_holds: bool, message: str, now: datetime) -> Closure:
    closure.full_clean()
    wanted = [closure.resource_id] if closure.resource_id else list(Resource.objects.values_list("pk", flat=True))
    with claim(resources=wanted) as locked:
        holds = holds_over(wanted, closure.days, now)
        if holds and not over_holds:
            raise HoldsInTheWay(_holders(holds, named=may(actor, "bookings.see")), holds=holds, field="over_holds")
        closure.save()
        expire_bookings(allocation.lapsed_on(wanted, now=now))
        for resource in locked.resources.values():
            allocation.allocate_closure(closure, resource, now=now)
        record("bookings.days_closed", actor=actor, subject=closure, reason=closure.reason)
        for hold in holds:
            _tell_holder(actor, hold, closure, wanted, message, now)
    return closure


def _holders(holds: list[Booking], *, named: bool) -> str:
    """Say how many hold these days and, to whoever may see bookings, who."""
    text = ngettext("%(count)s hold stands on these days.", "%(count)s holds stand on these days.", len(holds))
    text %= {"count": len(holds)}
    if named:
        text += " " + _("Held by: %(names)s.") % {
            "names": _(", ").join(f"{hold.organisation} ({hold.reference})" for hold in holds)
        }
    return text


def _tell_holder(
    actor: User, hold: Booking, closure: Closure, resource_ids: list[int], message: str, now: datetime
) -> None:
    """Write into the hold's history that days of it went, and tell its company with the nearest free days."""
    lines = list(
        hold.lines.filter(resource_id__in=resource_ids, start__lt=closure.end, end__gt=closure.start).select_related(
            "resource__policy"
        )
    )
    record(
        f"bookings.days_taken_by_{closure.kind}",
        actor=actor,
        subject=hold,
        reason=closure.reason,
        reason_en=closure.reason_en,
        start=closure.start.isoformat(),
        end=closure.end.isoformat(),
        message=message,
    )
    tell(
        "days_closed",
        hold,
        once_key=f"closed:{hold.pk}:{closure.pk}",
        closed=closure,
        message=message,
        nearest=_nearest(lines, now),
    )


def _nearest(lines: list[BookingLine], now: datetime) -> list[tuple[Resource, list[DayRange]]]:
    """Return for each line the nearest free days of the same length, three at most."""
    today = local_today(now)
    found = []
    for line in lines:
        runs = alternatives(line.resource, line.days, quantity=line.quantity, today=today)
        if runs:
            found.append((line.resource, runs))
    return found


def reopen_days(*, actor: User, closure: Closure) -> None:
    """End a closure: its days can be booked again."""
    require(actor, "bookings.manage")
    _reopen(actor=actor, closure=closure)


def reopen_after_event(*, actor: User, closure: Closure) -> None:
    """Give back days that an event took: they can be booked again."""
    require(actor, "bookings.event_days")
    _reopen(actor=actor, closure=closure)


def _reopen(*, actor: User, closure: Closure) -> None:
    wanted = [closure.resource_id] if closure.resource_id else list(Resource.objects.values_list("pk", flat=True))
    with claim(resources=wanted):
        record("bookings.days_reopened", actor=actor, subject=closure, reason=closure.reason)
        closure.delete()
