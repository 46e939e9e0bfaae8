"""What every step of a booking shares: the check before it, the move itself, and those it touches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import allocation, rules
from bookings.errors import (
    NotOffered,
    VersionChanged,
    WrongState,
)
from bookings.messages import tell
from bookings.models import Booking, BookingLine
from bookings.money import PURPOSE
from bookings.queries import headline_rank, live_hold_lines, ranks
from portal.accounts.rules import require
from portal.audit.actions import record
from portal.payments.actions import settle_cancellation

if TYPE_CHECKING:
    from portal.accounts.models import User


def move(booking: Booking, event: str, *, actor: User | None, target: str | None = None, **data: Any) -> None:
    """Set the next state, count the version, write the trail. The caller holds the booking's lock."""
    before = booking.state
    step = rules.STEPS[event]
    booking.state = target or step.target or before
    booking.version += 1
    booking.save()
    record(f"bookings.{step.past}", actor=actor, subject=booking, before=before, after=booking.state, **data)


def require_step(booking: Booking, event: str, actor: User, now: datetime, version: int | None) -> None:
    """Raise what stands against the step: permission, an unoffered step, the state, a stale version."""
    step = rules.STEPS[event]
    if step.permission:
        require(actor, step.permission, booking.organisation)
    if not step.offered:
        raise NotOffered(_("This step cannot be taken here yet."), step=event)
    if version is not None and version != booking.version:
        raise VersionChanged(_("The booking changed meanwhile. Look at it again."))
    require_state(event, booking.state_at(now))


def require_state(event: str, state: str) -> None:
    """Raise `WrongState` where the machine does not know the event in that state."""
    if not rules.allows(event, state):
        label = str(Booking.State(state).label)
        raise WrongState(_("This step does not fit the booking's state: %(state)s.") % {"state": label}, state=state)


def refuse_unoffered(*, booking: Booking, event: str, actor: User, now: datetime | None = None) -> None:
    """Answer a step that has no screen yet: `PermissionDenied`, then `NotOffered` by name."""
    require_step(booking, event, actor, now or timezone.now(), None)


def expire_bookings(bookings: Sequence[Booking]) -> None:
    """Write what time decided. The caller holds the resources' locks."""
    for booking in bookings:
        allocation.free_rows(booking)
        was = booking.state
        move(booking, "expire", actor=None, clock="firm_until" if was == rules.AWAITING else "hold_expires_at")
        settle_cancellation(
            purpose=PURPOSE, subject_id=booking.pk, fee_fen=0, actor=None, reason=_("The time to pay was over")
        )
        tell("expired", booking, staff=True, was=was)


def tell_those_behind(booking: Booking, lines: list[BookingLine], now: datetime) -> None:
    """Holds that overlap now stand behind a firm booking: told, they choose to wait or release."""
    for other in _overlapping_holds(booking, lines, now):
        tell("behind_firm", other, once_key=f"behind:{other.pk}:{booking.pk}")


def _overlapping_holds(booking: Booking, lines: Sequence[BookingLine], now: datetime) -> list[Booking]:
    found: dict[int, Booking] = {}
    for line in lines:
        reach = timedelta(days=line.resource.buffer_before + line.resource.buffer_after)  # buffers count, as in ranks
        touching = live_hold_lines(now).filter(
            resource=line.resource_id, start__lt=line.end + reach, end__gt=line.start - reach
        )
        for other in touching.exclude(booking=booking).select_related("booking__organisation"):
            found[other.booking_id] = other.booking
    return [found[key] for key in sorted(found)]


def promote_those_behind(booking: Booking, lines: Sequence[BookingLine], now: datetime) -> None:
    """Somebody left: holds that are first on every day now are told so."""
    for other in _overlapping_holds(booking, lines, now):
        if headline_rank(ranks(other, now=now)) == 1:
            tell("promoted", other, once_key=f"promoted:{other.pk}:{booking.pk}:{booking.version}")
