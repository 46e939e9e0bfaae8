"""Days that are owned: confirm, money that came or was taken back, cancel."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import allocation, rules, sides
from bookings.claims import claim
from bookings.errors import (
    DaysTaken,
    NotFirstInLine,
    OutsideNotice,
    QuoteNotAccepted,
    SideNeeded,
    VersionChanged,
)
from bookings.messages import tell
from bookings.models import Booking, Quote
from bookings.money import PURPOSE
from bookings.queries import headline_rank, local_today, ranks
from portal.accounts.rules import may, require
from portal.payments.actions import KEPT_IN_ORDER, make_due, reopen_due, settle_cancellation
from portal.payments.models import Schedule
from portal.payments.rules import plan_amounts
from studios.models import Resource

from .asking import latest_quote
from .steps import expire_bookings, move, promote_those_behind, require_state, require_step, tell_those_behind

if TYPE_CHECKING:
    from portal.accounts.models import User


def confirm_booking(
    *, booking: Booking, actor: User, version: int | None = None, now: datetime | None = None
) -> Booking:
    """Make the hold firm: every day is owned from now on, and the earnest money falls due.

    Raises `OutsideNotice` once the first day has come, `QuoteNotAccepted`, `NotFirstInLine`, `DaysTaken`.
    """
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        require_step(booking, "confirm", actor, now, version)
        if booking.first_day <= local_today(now):
            raise OutsideNotice(_("The first day has come already. Release the hold and ask for days ahead."))
        quote = latest_quote(booking)
        if not quote.accepted_at:
            raise QuoteNotAccepted(_("Accept the quotation first."))
        expire_bookings(allocation.lapsed_on(list(locked.resources), now=now))
        lines = list(booking.lines.all())
        for line in lines:
            resource = locked.resources[line.resource_id]
            allocation.refuse_taken(allocation.taken_days(line, resource, now=now), resource)
        worst = headline_rank(ranks(booking, now=now))
        if worst and worst > 1:
            raise NotFirstInLine(
                _("You are number %(rank)s in line. Whoever stands ahead decides first.") % {"rank": worst}, rank=worst
            )
        for line in lines:
            allocation.allocate(line, locked.resources[line.resource_id], now=now)
        booking.firm_until = now + timedelta(hours=booking.policy["hours_to_pay"])
        move(booking, "confirm", actor=actor)
        _make_schedule(booking, quote)
        tell("made_firm", booking, staff=True, money=True, quote=quote)
        tell_those_behind(booking, lines, now)
    return booking


def _make_schedule(booking: Booking, quote: Quote) -> None:
    """定金, 订金, 尾款 and 押金 with their dates. The first three sum to the quotation; kinds without an amount are left out."""
    policy = booking.policy
    if booking.firm_until is None:
        raise RuntimeError("a schedule begins with the time to pay the earnest money")
    plan = plan_amounts(
        quote.total_fen,
        earnest_fen=quote.earnest_fen,
        advance_percent=policy.get("advance_percent", 0),
        security_deposit_fen=policy["security_deposit_fen"],
    )
    due_at = {
        "earnest_money": booking.firm_until,
        "advance_payment": _evening_before(booking, policy.get("advance_days_before", 0)),
        "balance_due": _evening_before(booking, policy["balance_days_before"]),
        "security_deposit": _evening_before(booking, policy["balance_days_before"]),
    }
    for kind, amount in asdict(plan).items():
        if amount:
            make_due(
                purpose=PURPOSE, subject_id=booking.pk, reference=booking.reference, organisation=booking.organisation,
                kind=kind, amount_fen=amount, due_at=due_at[kind],
            )  # fmt: skip


def _evening_before(booking: Booking, days: int) -> datetime:
    """Return 18:00 that many days before the first day, never before the earnest money is due."""
    evening = timezone.make_aware(datetime.combine(booking.first_day - timedelta(days=days), time(18)))
    return max(evening, booking.firm_until) if booking.firm_until else evening


def deposit_recorded(*, booking: Booking, actor: User | None) -> Booking:
    """定档: the earnest money is there, the days are firm for good. Called under the locks by the payment.

    Money that was sent in time counts although the clock ran out meanwhile. Raises `WrongState`.
    """
    if booking.state == rules.CONFIRMED:
        return booking
    require_state("record-deposit", booking.state)
    booking.firm_until = None
    move(booking, "record-deposit", actor=actor)
    tell("confirmed", booking, staff=True, money=True)
    return booking


def deposit_withdrawn(*, booking: Booking, actor: User) -> Booking:
    """The record of the earnest money was undone: the booking waits for it again, its days are kept meanwhile.

    Called under the locks by the payment. Raises `WrongState` once the crew is on stage.
    """
    if booking.state == rules.AWAITING:
        return booking
    now = timezone.now()
    require_step(booking, "withdraw-deposit", actor, now, None)
    booking.firm_until = now + timedelta(hours=booking.policy["hours_to_pay"])
    move(booking, "withdraw-deposit", actor=actor)
    return booking


def revive_booking(*, booking: Booking, now: datetime | None = None) -> bool:
    """Money came after the time to pay was over: take the days again where nobody owns them. Returns whether it worked.

    Called under the locks by the payment, before the money counts. Those who stand in line are told as after a confirm.
    """
    now = now or timezone.now()
    if booking.state == rules.AWAITING and booking.state_at(now) == rules.EXPIRED:
        expire_bookings([booking])
    if not rules.allows("revive", booking.state) or booking.firm_until is None:
        return False
    resources = {one.pk: one for one in Resource.objects.filter(lines__booking=booking)}
    expire_bookings([one for one in allocation.lapsed_on(list(resources), now=now) if one.pk != booking.pk])
    lines = list(booking.lines.all())
    try:
        with transaction.atomic():
            for line in lines:
                allocation.allocate(line, resources[line.resource_id], now=now)
    except DaysTaken:
        return False
    booking.firm_until = now + timedelta(hours=1)
    move(booking, "revive", actor=None)
    reopen_due(purpose=PURPOSE, subject_id=booking.pk)
    tell_those_behind(booking, lines, now)
    return True


def fee_today(booking: Booking, *, now: datetime | None = None) -> int:
    """Return what cancelling costs today, in fen."""
    quote = booking.quotes.order_by("-version").first()
    total = quote.total_fen if quote else 0
    bands = booking.policy.get("cancellation_bands", [])
    paid = booking.state == rules.CONFIRMED
    return rules.cancellation_fee(total, bands, booking.first_day, local_today(now), paid=paid)


def cancellation(booking: Booking, side: str = sides.CREW, *, now: datetime | None = None) -> sides.Outcome:
    """Return what cancelling for `side`'s reason would do with the money today; two queries. Raises `ValueError`."""
    dues = [due for due in Schedule.objects.filter(purpose=PURPOSE, subject_id=booking.pk) if due.held_fen]
    held = {due.kind: due.held_fen for due in dues}
    return sides.outcome(
        side, paid_fen=sum(held.values()), keepable_fen=sum(held.get(kind, 0) for kind in KEPT_IN_ORDER),
        fee_fen=fee_today(booking, now=now), earnest_fen=held.get(Schedule.Kind.EARNEST_MONEY, 0),
    )  # fmt: skip


def require_side(booking: Booking, actor: User, side: str) -> str:
    """Return for whose reason `actor` cancels. A company cancels for its own; the lot has to say whose it is.

    Raises `SideNeeded` where the lot says none, `PermissionDenied` where a company names another's.
    """
    if may(actor, "bookings.manage"):
        if side not in sides.SIDES:
            raise SideNeeded(
                _("Say for whose reason the booking is cancelled: it decides who gets what."), field="side"
            )
        return side
    if side not in {"", sides.CREW}:
        require(actor, "bookings.manage")
    return sides.CREW


def cancel_booking(
    *,
    booking: Booking,
    actor: User,
    side: str = "",
    reason: str = "",
    fee_seen: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Booking:
    """取消, for the crew's reason, the lot's, or force majeure (`side`): days still ahead are free again.

    For the crew's the fee is the one of today's band; otherwise nothing is kept, and for the lot's a compensation of an equal
    定金 is proposed. Raises `SideNeeded`, `PermissionDenied`, `VersionChanged` where the fee is not the one that the reader
    saw (`fee_seen`).
    """
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        require_step(booking, "cancel", actor, now, version)
        side = require_side(booking, actor, side)
        money = cancellation(booking, side, now=now)
        fee = money.kept + money.lacking
        if fee_seen is not None and fee_seen != fee:
            raise VersionChanged(_("The fee changed meanwhile. Look at it again."))
        booking.cancel_fee_fen, booking.reason, booking.firm_until = fee, reason, None
        booking.cancelled_for = side
        allocation.free_rows(booking, from_day=local_today(now))
        move(booking, "cancel", actor=actor, fee_fen=fee, reason=reason, side=side)
        settle_cancellation(
            purpose=PURPOSE, subject_id=booking.pk, fee_fen=fee, actor=actor, doubled_fen=money.doubled,
            second=side == sides.FORCE_MAJEURE,
            reason=_("Booking %(reference)s was cancelled") % {"reference": booking.reference},
        )  # fmt: skip
        tell("cancelled", booking, staff=True, money=True, reason=reason, fee_fen=fee, outcome=money, side=side)
        promote_those_behind(booking, list(booking.lines.all()), now)
    return booking
