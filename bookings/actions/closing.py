"""Days out of the calendar."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from bookings import allocation
from bookings.claims import claim
from bookings.messages import tell
from bookings.models import Booking, Closure
from bookings.queries import live_hold_lines
from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.day_ranges import DayRange
from studios.models import Resource

from .steps import expire_bookings

if TYPE_CHECKING:
    from portal.accounts.models import User


def close_days(
    *, actor: User, resource: Resource | None, days: DayRange, reason: str, now: datetime | None = None
) -> Closure:
    """检修: take days of a resource, or of the whole lot, out of the calendar. Raises `DaysTaken`."""
    require(actor, "bookings.manage")
    return _close(actor=actor, resource=resource, days=days, reason=reason, now=now or timezone.now())


def close_for_event(
    *, actor: User, resource: Resource, days: DayRange, reason: str, now: datetime | None = None
) -> Closure:
    """活动日: an event takes days of a stage, under the same lock as a crew. Raises `DaysTaken`."""
    require(actor, "bookings.event_days")
    return _close(actor=actor, resource=resource, days=days, reason=reason, now=now or timezone.now())


def _close(*, actor: User, resource: Resource | None, days: DayRange, reason: str, now: datetime) -> Closure:
    wanted = [resource.pk] if resource else list(Resource.objects.values_list("pk", flat=True))
    with claim(resources=wanted) as locked:
        closure = Closure(resource=resource, start=days.start, end=days.end, reason=reason, created_by=actor)
        closure.full_clean()
        closure.save()
        expire_bookings(allocation.lapsed_on(wanted, now=now))
        for one in locked.resources.values():
            allocation.allocate_closure(closure, one, now=now)
        record("bookings.days_closed", actor=actor, subject=closure, reason=reason)
        for hold in holds_over(wanted, days, now):
            tell("days_closed", hold, once_key=f"closed:{hold.pk}:{closure.pk}", reason=reason, closed=closure)
    return closure


def holds_over(resource_ids: list[int], days: DayRange, now: datetime) -> list[Booking]:
    """Return the holds that stand on these days, buffers left out: who has to be told that they are closed."""
    lines = live_hold_lines(now).filter(resource_id__in=resource_ids, start__lt=days.end, end__gt=days.start)
    return list(Booking.objects.filter(pk__in=lines.values("booking")).select_related("organisation").order_by("pk"))


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
