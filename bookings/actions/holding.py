"""A place in line: hold, release, more time, and what the clocks end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import allocation, rules
from bookings.claims import claim
from bookings.errors import (
    HoldLimit,
    QuoteExpired,
)
from bookings.messages import tell
from bookings.models import Booking, BookingLine, Quote
from bookings.queries import headline_rank, live_hold_lines, ranks
from studios.models import Resource

from .asking import latest_quote
from .steps import expire_bookings, move, promote_those_behind, require_step

if TYPE_CHECKING:
    from portal.accounts.models import User


def hold_booking(*, booking: Booking, actor: User, version: int | None = None, now: datetime | None = None) -> Booking:
    """预留: take a place in line on every day; owns no day.

    Raises `QuoteExpired`, `HoldLimit`, `DaysTaken` where somebody owns a wanted unit-day.
    """
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        require_step(booking, "hold", actor, now, version)
        quote = latest_quote(booking)
        if not quote.accepted_at and quote.valid_until <= now:
            raise QuoteExpired(_("This quotation is out of date. Ask for the days again."))
        expire_bookings(allocation.lapsed_on(list(locked.resources), now=now))
        for line in booking.lines.all():
            resource = locked.resources[line.resource_id]
            _require_room(booking, resource, now)
            allocation.refuse_taken(allocation.taken_days(line, resource, now=now), resource)
            last = BookingLine.objects.filter(resource=resource).aggregate(last=Max("queue_position"))["last"]
            line.queue_position = (last or 0) + 1
            line.save(update_fields=["queue_position"])
        booking.hold_expires_at = now + timedelta(hours=booking.policy["hold_hours"])
        keep_quote_alive(quote, booking.hold_expires_at)
        move(booking, "hold", actor=actor)
        worst = headline_rank(ranks(booking, now=now))
        tell("held", booking, staff=True, rank=worst)
    return booking


def keep_quote_alive(quote: Quote, until: datetime) -> None:
    """Let a quotation live as long as the hold that stands on it: the price holds while the place in line does."""
    if quote.valid_until < until:
        quote.valid_until = until
        quote.save(update_fields=["valid_until"])


def _require_room(booking: Booking, resource: Resource, now: datetime) -> None:
    limit = booking.policy["holds_per_company"]
    mine = live_hold_lines(now).filter(resource=resource, booking__organisation=booking.organisation_id)
    if mine.values("booking").distinct().count() >= limit:
        text = _("Your company has %(limit)s holds on %(stage)s already. Release one first.")
        raise HoldLimit(text % {"limit": limit, "stage": resource.name})


def release_booking(
    *, booking: Booking, actor: User, version: int | None = None, now: datetime | None = None
) -> Booking:
    """释放: give up an enquiry, a quotation or a hold. Costs nothing; those behind move up and are told."""
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        require_step(booking, "release", actor, now, version)
        was_hold = booking.state == rules.HOLD
        move(booking, "release", actor=actor)
        if was_hold:
            tell("released", booking, staff=True)
            promote_those_behind(booking, list(booking.lines.all()), now)
    return booking


def extend_hold(*, booking: Booking, actor: User, hours: int, reason: str, now: datetime | None = None) -> Booking:
    """The lot gives a hold more time, with a reason."""
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        require_step(booking, "extend", actor, now, None)
        booking.hold_expires_at = (booking.hold_expires_at or now) + timedelta(hours=hours)
        keep_quote_alive(latest_quote(booking), booking.hold_expires_at)
        move(booking, "extend", actor=actor, hours=hours, reason=reason)
        tell("extended", booking)
    return booking


def expire_lapsed(*, now: datetime | None = None) -> int:
    """Tidy what the clocks ended already: lapsed holds, quotations and unpaid bookings. Returns how many."""
    now = now or timezone.now()
    holds = Booking.objects.filter(state=rules.HOLD, hold_expires_at__lte=now)
    unpaid = Booking.objects.filter(state=rules.AWAITING, firm_until__lte=now)
    ids = [*holds.values_list("pk", flat=True)[:200], *unpaid.values_list("pk", flat=True)[:200]]
    done = 0
    for pk in ids:
        with claim(bookings=[pk]) as locked:
            booking = locked.bookings[pk]
            if booking.state in (rules.HOLD, rules.AWAITING) and booking.state_at(now) == rules.EXPIRED:
                expire_bookings([booking])
                promote_those_behind(booking, list(booking.lines.all()), now)
                done += 1
    return done
