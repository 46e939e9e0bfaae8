"""From the question to the accepted quotation: enquire, quote, decline, accept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bookings import allocation, rules
from bookings.claims import claim
from bookings.errors import (
    NoRate,
    OutsideNotice,
    OverlappingLines,
    QuoteExpired,
    ResourceClosed,
    VersionChanged,
)
from bookings.labels import row_label
from bookings.messages import tell
from bookings.models import Booking, BookingLine, Quote, ReferenceCounter
from bookings.money import earnest_of
from bookings.pricing import PricedLine, Unpriced, Wanted, price, tax_contained
from bookings.queries import ALL_DAY, card_figures, local_today, rate_card
from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.day_ranges import DayRange
from portal.core.locking import lock_rows
from portal.core.money import VAT_PERCENT
from portal.core.references import reference
from studios.day_types import DayType
from studios.models import Resource

from .steps import move, require_step

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
    _refuse_overlaps(wishes)
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


def _refuse_overlaps(wishes: Sequence[LineWish]) -> None:
    """Raise `OverlappingLines` where two lines want the same units: they would stand in each other's way for ever.

    Lines of one resource may share days while there are units for all of them, or where they want different slots.
    """
    for place, wish in enumerate(wishes):
        slots = set(wish.slots or ALL_DAY[wish.resource.slots_per_day])
        same = [
            one
            for one in wishes[:place]
            if one.resource.pk == wish.resource.pk
            and one.days.overlaps(wish.days)
            and slots & set(one.slots or ALL_DAY[one.resource.slots_per_day])
        ]
        units = wish.resource.units.filter(active=True).count() if same else 0
        if same and wish.quantity + sum(one.quantity for one in same) > units:
            raise OverlappingLines(
                _("Two lines ask for %(resource)s on the same days. Join them, or choose other days.")
                % {"resource": wish.resource.name},
                field="lines",
            )


def _require_bookable(wish: LineWish, now: datetime) -> None:
    resource, days = wish.resource, wish.days
    if not resource.active or (resource.stage is not None and not resource.stage.published):
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
    tax_percent = rows[0].get("tax_percent", VAT_PERCENT) if rows else VAT_PERCENT
    version = (booking.quotes.aggregate(last=Max("version"))["last"] or 0) + 1
    text = json.dumps([booking.reference, version, rows, total, booking.policy], sort_keys=True, default=str)
    quote = Quote(
        booking=booking,
        version=version,
        lines=rows,
        total_fen=total,
        tax_fen=tax_contained(total, tax_percent),
        tax_percent=tax_percent,
        earnest_fen=earnest_of(total, booking.policy["earnest_percent"]),
        valid_until=now + timedelta(hours=booking.policy["quote_valid_hours"]),
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
        made_by=made_by,
    )
    quote.full_clean()
    quote.save()
    if booking.state == rules.ENQUIRY:
        move(booking, "quote", actor=made_by, quote_version=version)
    return quote


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
        require_step(booking, "quote", actor, now, None)
        rows = _price_rows(booking)
        if total_fen is not None:
            rows = [{
                "code": "agreed", "label_zh": note or "商定价", "label_en": note or "Agreed price",
                "quantity": 1, "unit_fen": total_fen, "amount_fen": total_fen, "tax_percent": VAT_PERCENT,
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
        require_step(booking, "decline", actor, now or timezone.now(), None)
        booking.reason = reason
        move(booking, "decline", actor=actor, reason=reason)
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

    Accepting twice changes nothing. Raises `QuoteExpired`, `DaysTaken` where somebody owns a day meanwhile,
    `VersionChanged` for another quotation than the newest.
    """
    now = now or timezone.now()
    with claim(bookings=[booking.pk]) as locked:
        booking = locked.bookings[booking.pk]
        require_step(booking, "accept-quote", actor, now, version)
        quote = latest_quote(booking)
        if quote_version is not None and quote_version != quote.version:
            raise VersionChanged(_("There is a newer quotation. Look at it before you accept."))
        if quote.accepted_at:
            return booking
        if quote.valid_until <= now:
            raise QuoteExpired(_("This quotation is out of date. Ask for the days again."))
        for line in booking.lines.all():  # a price for days that are sold promises what cannot be had
            resource = locked.resources[line.resource_id]
            allocation.refuse_taken(allocation.taken_days(line, resource, now=now), resource)
        quote.accepted_by, quote.accepted_at = actor, now
        quote.save(update_fields=["accepted_by", "accepted_at"])
        move(
            booking,
            "accept-quote",
            actor=actor,
            quote_version=quote.version,
            text_hash=quote.text_hash,
            name=actor.name,
        )
    return booking
