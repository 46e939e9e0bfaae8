"""Every write of the booking engine. States and who may: rules.STEPS; locks: claims.claim."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.day_ranges import DayRange
from portal.core.locking import lock_rows
from portal.core.money import percent_of
from portal.core.references import reference
from portal.payments.actions import make_due, void_due
from studios.day_types import DayType
from studios.models import Resource

from . import allocation, rules
from .claims import claim
from .errors import (
    HoldLimit,
    NoRate,
    NotFirstInLine,
    NotOffered,
    OutsideNotice,
    QuoteExpired,
    QuoteNotAccepted,
    ResourceClosed,
    VersionChanged,
    WrongState,
)
from .labels import row_label
from .messages import tell
from .models import Booking, BookingLine, Closure, Quote, ReferenceCounter
from .money import PURPOSE
from .pricing import PricedLine, Unpriced, Wanted, price, tax_contained
from .queries import ALL_DAY, card_figures, headline_rank, live_hold_lines, local_today, ranks, rate_card

if TYPE_CHECKING:
    from portal.accounts.models import Organisation, User


@dataclass(frozen=True, slots=True)
class LineWish:
    """What somebody asks of one resource. `day_types`: one per day, empty for shoot on all."""

    resource: Resource
    days: DayRange
    quantity: int = 1
    slots: tuple[int, ...] = ()
    day_types: tuple[str, ...] = ()
    extras: dict[str, int] = field(default_factory=dict)


def enquire(
    *,
    actor: User,
    organisation: Organisation,
    wishes: Sequence[LineWish],
    production: str = "",
    note: str = "",
    client_key: str = "",
    now: datetime | None = None,
) -> Booking:
    """询价: ask for days; a quotation follows at once where the rate card covers every day.

    With `client_key` (unique per person) a second call answers the first booking. Raises `PermissionDenied`,
    `OutsideNotice`, `ResourceClosed`, `ValidationError`.
    """
    require(actor, "bookings.hold", organisation)
    now = now or timezone.now()
    if client_key and (known := Booking.objects.filter(placed_by=actor, client_key=client_key).first()):
        return known
    for wish in wishes:
        _require_bookable(wish, now)
    try:
        with transaction.atomic():
            booking = Booking(
                reference=_next_reference(now), organisation=organisation, placed_by=actor, production=production,
                note=note, client_key=client_key, policy=wishes[0].resource.policy.snapshot(),
            )  # fmt: skip
            booking.full_clean(validate_constraints=False)
            booking.save()
            for wish in wishes:
                _add_line(booking, wish)
            record("bookings.enquired", actor=actor, subject=booking, state=booking.state)
            rows = _price_rows(booking)
            if rows is not None:
                _write_quote(booking, rows, made_by=None, now=now)
            else:
                tell("enquired", booking, staff=True)
    except IntegrityError:
        twin = Booking.objects.filter(placed_by=actor, client_key=client_key).first() if client_key else None
        if twin is None:
            raise
        return twin
    return booking


def _require_bookable(wish: LineWish, now: datetime) -> None:
    resource, days = wish.resource, wish.days
    if not resource.active or (resource.stage_id and not resource.stage.published):
        raise ResourceClosed(_("This cannot be booked at the moment."), field="resource")
    problem = rules.notice_problem(days.start, days.end, local_today(now), resource.policy.snapshot())
    if problem:
        limit, figure = problem
        texts = {
            "past": _("The first day is over already. Choose days ahead."),
            "late": _("The lot needs %(days)s days' notice. Choose a later first day."),
            "early": _("Days can be booked at most %(days)s days ahead."),
            "long": _("One line has at most %(days)s days. Split a longer stay."),
        }
        raise OutsideNotice(texts[limit] % {"days": figure}, field="end" if limit == "long" else "start")
    units = resource.units.filter(active=True).count()
    if not 1 <= wish.quantity <= units:
        raise OutsideNotice(_("Between 1 and %(units)s units can be booked here.") % {"units": units}, field="quantity")
    if wish.day_types and (len(wish.day_types) != len(days) or set(wish.day_types) - set(DayType.values)):
        raise OutsideNotice(_("Give one known day type for each day."), field="day_types")
    if set(wish.slots) - set(ALL_DAY[resource.slots_per_day]):
        raise OutsideNotice(_("This resource does not have these slots."), field="slots")


def _add_line(booking: Booking, wish: LineWish) -> BookingLine:
    line = BookingLine(
        booking=booking,
        resource=wish.resource,
        start=wish.days.start,
        end=wish.days.end,
        slots=sorted(set(wish.slots)) or list(ALL_DAY[wish.resource.slots_per_day]),
        quantity=wish.quantity,
        day_types=list(wish.day_types) or [DayType.SHOOT.value] * len(wish.days),
        extras=wish.extras,
    )
    line.full_clean(exclude=["slots", "extras"])
    line.save()
    return line


def _next_reference(now: datetime) -> str:
    year = local_today(now).year
    counter, _made = ReferenceCounter.objects.get_or_create(year=year)
    counter = lock_rows(ReferenceCounter, [counter.pk])[counter.pk]
    counter.last += 1
    counter.save(update_fields=["last"])
    return reference("B", year, counter.last)


def _price_rows(booking: Booking) -> list[dict[str, Any]] | None:
    """Return the quotation's rows from the rate cards in force on each first day, or nothing where one lacks."""
    rows: list[dict[str, Any]] = []
    for line in booking.lines.select_related("resource"):
        card = rate_card(line.resource, line.start)
        if card is None:
            return None
        wanted = Wanted(line.day_types, line.quantity, len(line.slots), line.extras)
        try:
            priced = price(card_figures(card), wanted)
        except Unpriced:
            return None
        names = {extra.code: (extra.name_zh, extra.name_en) for extra in card.extras.all()}
        rows += [
            {**_frozen(row, names), "resource": line.resource_id, "tax_percent": card.tax_percent} for row in priced
        ]
    return rows


def _frozen(row: PricedLine, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    if row.code in names:
        zh, en = names[row.code]
    else:
        labels = []
        for language in ("zh-hans", "en"):
            with translation.override(language):
                labels.append(row_label(row.code))
        zh, en = labels
    return {
        "code": row.code, "label_zh": zh, "label_en": en,
        "quantity": row.quantity, "unit_fen": row.unit_fen, "amount_fen": row.amount_fen,
    }  # fmt: skip


def _write_quote(booking: Booking, rows: list[dict[str, Any]], *, made_by: User | None, now: datetime) -> Quote:
    total = sum(row["amount_fen"] for row in rows)
    tax_percent = rows[0].get("tax_percent", 6) if rows else 6
    version = (booking.quotes.aggregate(last=Max("version"))["last"] or 0) + 1
    text = json.dumps([booking.reference, version, rows, total, booking.policy], sort_keys=True, default=str)
    quote = Quote(
        booking=booking,
        version=version,
        lines=rows,
        total_fen=total,
        tax_fen=tax_contained(total, tax_percent),
        tax_percent=tax_percent,
        earnest_fen=percent_of(total, booking.policy["earnest_percent"]),
        valid_until=now + timedelta(hours=booking.policy["quote_valid_hours"]),
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
        made_by=made_by,
    )
    quote.full_clean()
    quote.save()
    if booking.state == rules.ENQUIRY:
        _move(booking, "quote", actor=made_by, quote_version=version)
    return quote


def _move(booking: Booking, event: str, *, actor: User | None, target: str | None = None, **data: Any) -> None:
    """Set the next state, count the version, write the trail. The caller holds the booking's lock."""
    before = booking.state
    booking.state = target or rules.STEPS[event].target or before
    booking.version += 1
    booking.save()
    name = {"quote": "quoted", "accept-quote": "quote_accepted", "hold": "held", "confirm": "made_firm"}.get(event)
    past = name or {
        "record-deposit": "confirmed", "release": "released", "expire": "expired", "decline": "declined",
        "cancel": "cancelled", "extend": "extended",
    }[event]  # fmt: skip
    record(f"bookings.{past}", actor=actor, subject=booking, before=before, after=booking.state, **data)


def _require_step(booking: Booking, event: str, actor: User, now: datetime, version: int | None) -> None:
    """Raise what stands against the step: permission, an unoffered step, the state, a stale version."""
    step = rules.STEPS[event]
    if step.permission:
        require(actor, step.permission, booking.organisation)
    if not step.offered:
        raise NotOffered(_("This step cannot be taken here yet."), step=event)
    if version is not None and version != booking.version:
        raise VersionChanged(_("The booking changed meanwhile. Look at it again."))
    state = booking.state_at(now)
    if not rules.allows(event, state):
        label = str(Booking.State(state).label)
        raise WrongState(_("This step does not fit the booking's state: %(state)s.") % {"state": label}, state=state)


def refuse_unoffered(*, booking: Booking, event: str, actor: User, now: datetime | None = None) -> None:
    """Answer a step that has no screen yet: `PermissionDenied`, then `NotOffered` by name."""
    _require_step(booking, event, actor, now or timezone.now(), None)


def quote_booking(
    *, booking: Booking, actor: User, total_fen: int | None = None, note: str = "", now: datetime | None = None
) -> Booking:
    """The lot quotes an enquiry by hand. A quoted booking is answered unchanged. Raises `NoRate` without a price."""
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        if booking.state == rules.QUOTED:
            require(actor, "bookings.see", booking.organisation)
            return booking
        _require_step(booking, "quote", actor, now, None)
        rows = _price_rows(booking)
        if total_fen is not None:
            rows = [{
                "code": "agreed", "label_zh": note or "商定价", "label_en": note or "Agreed price",
                "quantity": 1, "unit_fen": total_fen, "amount_fen": total_fen, "tax_percent": 6,
            }]  # fmt: skip
        if not rows:
            raise NoRate(_("The rate card does not cover these days: give a price."), field="total")
        _write_quote(booking, rows, made_by=actor, now=now)
        tell("quoted", booking)
    return booking


def decline_booking(*, booking: Booking, actor: User, reason: str, now: datetime | None = None) -> Booking:
    """婉拒: the lot says no, with a reason."""
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        _require_step(booking, "decline", actor, now or timezone.now(), None)
        booking.reason = reason
        _move(booking, "decline", actor=actor, reason=reason)
        tell("declined", booking, reason=reason)
    return booking


def latest_quote(booking: Booking) -> Quote:
    """Return the quotation in force. Raises `QuoteExpired` where there is none."""
    quote = booking.quotes.order_by("-version").first()
    if quote is None:
        raise QuoteExpired(_("There is no quotation yet."))
    return quote


def accept_quote(
    *,
    booking: Booking,
    actor: User,
    quote_version: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Booking:
    """The owner accepts the quotation: name, time and the hash of its text are kept.

    Accepting twice changes nothing. Raises `QuoteExpired`, `VersionChanged` for another quotation than the newest.
    """
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        _require_step(booking, "accept-quote", actor, now, version)
        quote = latest_quote(booking)
        if quote_version is not None and quote_version != quote.version:
            raise VersionChanged(_("There is a newer quotation. Look at it before you accept."))
        if quote.accepted_at:
            return booking
        if quote.valid_until <= now:
            raise QuoteExpired(_("This quotation is out of date. Ask for the days again."))
        quote.accepted_by, quote.accepted_at = actor, now
        quote.save(update_fields=["accepted_by", "accepted_at"])
        _move(
            booking,
            "accept-quote",
            actor=actor,
            quote_version=quote.version,
            text_hash=quote.text_hash,
            name=actor.name,
        )
    return booking


def hold_booking(*, booking: Booking, actor: User, version: int | None = None, now: datetime | None = None) -> Booking:
    """预留: take a place in line on every day; owns no day.

    Raises `QuoteExpired`, `HoldLimit`, `DaysTaken` where somebody owns a wanted unit-day.
    """
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        _require_step(booking, "hold", actor, now, version)
        quote = latest_quote(booking)
        if not quote.accepted_at and quote.valid_until <= now:
            raise QuoteExpired(_("This quotation is out of date. Ask for the days again."))
        _expire(allocation.lapsed_on(list(locked.resources), now=now))
        for line in booking.lines.all():
            resource = locked.resources[line.resource_id]
            _require_room(booking, resource, now)
            allocation.refuse_taken(allocation.taken_days(line, resource, now=now), resource)
            last = BookingLine.objects.filter(resource=resource).aggregate(last=Max("queue_position"))["last"]
            line.queue_position = (last or 0) + 1
            line.save(update_fields=["queue_position"])
        booking.hold_expires_at = now + timedelta(hours=booking.policy["hold_hours"])
        _move(booking, "hold", actor=actor)
        worst = headline_rank(ranks(booking, now=now))
        tell("held", booking, staff=True, rank=worst)
    return booking


def _require_room(booking: Booking, resource: Resource, now: datetime) -> None:
    limit = booking.policy["holds_per_company"]
    mine = live_hold_lines(now).filter(resource=resource, booking__organisation=booking.organisation_id)
    if mine.values("booking").distinct().count() >= limit:
        text = _("Your company has %(limit)s holds on %(stage)s already. Release one first.")
        raise HoldLimit(text % {"limit": limit, "stage": resource.name})


def confirm_booking(
    *, booking: Booking, actor: User, version: int | None = None, now: datetime | None = None
) -> Booking:
    """Make the hold firm: every day is owned from now on, and the earnest money falls due.

    Raises `QuoteNotAccepted`, `NotFirstInLine`, `DaysTaken`.
    """
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        _require_step(booking, "confirm", actor, now, version)
        quote = latest_quote(booking)
        if not quote.accepted_at:
            raise QuoteNotAccepted(_("Accept the quotation first."))
        _expire(allocation.lapsed_on(list(locked.resources), now=now))
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
        _move(booking, "confirm", actor=actor)
        _make_schedule(booking, quote)
        tell("made_firm", booking, staff=True, money=True, quote=quote)
        _tell_those_behind(booking, lines, now)
    return booking


def _make_schedule(booking: Booking, quote: Quote) -> None:
    """定金, 尾款 and 押金 with their dates. Earnest money and balance sum to the quotation."""
    policy = booking.policy
    due_on = booking.first_day - timedelta(days=policy["balance_days_before"])
    later = max(timezone.make_aware(datetime.combine(due_on, time(18))), booking.firm_until)
    amounts = (
        ("earnest_money", quote.earnest_fen, booking.firm_until),
        ("balance_due", quote.total_fen - quote.earnest_fen, later),
        ("security_deposit", policy["security_deposit_fen"], later),
    )
    for kind, amount, due_at in amounts:
        if amount:
            make_due(
                purpose=PURPOSE, subject_id=booking.pk, reference=booking.reference, organisation=booking.organisation,
                kind=kind, amount_fen=amount, due_at=due_at,
            )  # fmt: skip


def _tell_those_behind(booking: Booking, lines: list[BookingLine], now: datetime) -> None:
    """Holds that overlap now stand behind a firm booking: told, they choose to wait or release."""
    for other in _overlapping_holds(booking, lines, now):
        tell("behind_firm", other, once_key=f"behind:{other.pk}:{booking.pk}")


def _overlapping_holds(booking: Booking, lines: Sequence[BookingLine], now: datetime) -> list[Booking]:
    found: dict[int, Booking] = {}
    for line in lines:
        touching = live_hold_lines(now).filter(resource=line.resource_id, start__lt=line.end, end__gt=line.start)
        for other in touching.exclude(booking=booking).select_related("booking__organisation"):
            found[other.booking_id] = other.booking
    return [found[key] for key in sorted(found)]


def _promote_those_behind(booking: Booking, lines: Sequence[BookingLine], now: datetime) -> None:
    """Somebody left: holds that are first on every day now are told so."""
    for other in _overlapping_holds(booking, lines, now):
        if headline_rank(ranks(other, now=now)) == 1:
            tell("promoted", other, once_key=f"promoted:{other.pk}:{booking.pk}:{booking.version}")


def deposit_recorded(*, booking: Booking, actor: User | None) -> Booking:
    """定档: the earnest money is there, the days are firm for good. Called under the locks by the payment."""
    if booking.state == rules.CONFIRMED:
        return booking
    booking.firm_until = None
    _move(booking, "record-deposit", actor=actor)
    tell("confirmed", booking, staff=True, money=True)
    return booking


def release_booking(
    *, booking: Booking, actor: User, version: int | None = None, now: datetime | None = None
) -> Booking:
    """释放: give up an enquiry, a quotation or a hold. Costs nothing; those behind move up and are told."""
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        _require_step(booking, "release", actor, now, version)
        was_hold = booking.state == rules.HOLD
        _move(booking, "release", actor=actor)
        if was_hold:
            tell("released", booking, staff=True)
            _promote_those_behind(booking, list(booking.lines.all()), now)
    return booking


def fee_today(booking: Booking, *, now: datetime | None = None) -> int:
    """Return what cancelling costs today, in fen."""
    quote = booking.quotes.order_by("-version").first()
    total = quote.total_fen if quote else 0
    bands = booking.policy.get("cancellation_bands", [])
    paid = booking.state == rules.CONFIRMED
    return rules.cancellation_fee(total, bands, booking.first_day, local_today(now), paid=paid)


def cancel_booking(
    *,
    booking: Booking,
    actor: User,
    reason: str = "",
    fee_seen: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Booking:
    """取消: days still ahead are free again; the fee is the one of today's band.

    Raises `VersionChanged` where the fee is not the one that the reader saw (`fee_seen`).
    """
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        _require_step(booking, "cancel", actor, now, version)
        fee = fee_today(booking, now=now)
        if fee_seen is not None and fee_seen != fee:
            raise VersionChanged(_("The fee changed meanwhile. Look at it again."))
        booking.cancel_fee_fen, booking.reason, booking.firm_until = fee, reason, None
        allocation.free_rows(booking, from_day=local_today(now))
        void_due(purpose=PURPOSE, subject_id=booking.pk)
        _move(booking, "cancel", actor=actor, fee_fen=fee, reason=reason)
        tell("cancelled", booking, staff=True, money=True, reason=reason, fee_fen=fee)
        _promote_those_behind(booking, list(booking.lines.all()), now)
    return booking


def extend_hold(*, booking: Booking, actor: User, hours: int, reason: str, now: datetime | None = None) -> Booking:
    """The lot gives a hold more time, with a reason."""
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        _require_step(booking, "extend", actor, now, None)
        booking.hold_expires_at += timedelta(hours=hours)
        _move(booking, "extend", actor=actor, hours=hours, reason=reason)
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
                _expire([booking])
                _promote_those_behind(booking, list(booking.lines.all()), now)
                done += 1
    return done


def _expire(bookings: Sequence[Booking]) -> None:
    """Write what time decided. The caller holds the resources' locks."""
    for booking in bookings:
        allocation.free_rows(booking)
        void_due(purpose=PURPOSE, subject_id=booking.pk)
        was = booking.state
        _move(booking, "expire", actor=None, clock="firm_until" if was == rules.AWAITING else "hold_expires_at")
        tell("expired", booking, staff=True, was=was)


def close_days(
    *, actor: User, resource: Resource | None, days: DayRange, reason: str, now: datetime | None = None
) -> Closure:
    """检修: take days of a resource, or of the whole lot, out of the calendar. Raises `DaysTaken`."""
    require(actor, "bookings.manage")
    now = now or timezone.now()
    wanted = [resource.pk] if resource else list(Resource.objects.values_list("pk", flat=True))
    with claim(resources=wanted) as locked:
        closure = Closure(resource=resource, start=days.start, end=days.end, reason=reason, created_by=actor)
        closure.full_clean()
        closure.save()
        _expire(allocation.lapsed_on(wanted, now=now))
        for one in locked.resources.values():
            allocation.allocate_closure(closure, one, now=now)
        record("bookings.days_closed", actor=actor, subject=closure, reason=reason)
    return closure


def reopen_days(*, actor: User, closure: Closure) -> None:
    """End a closure: its days can be booked again."""
    require(actor, "bookings.manage")
    wanted = [closure.resource_id] if closure.resource_id else list(Resource.objects.values_list("pk", flat=True))
    with claim(resources=wanted):
        record("bookings.days_reopened", actor=actor, subject=closure, reason=closure.reason)
        closure.delete()
