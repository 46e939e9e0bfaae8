"""The six weeks in which somebody chooses days: what is there, what they want, rank forecast and price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from portal.core.day_ranges import DayRange
from studios.day_types import DayType
from studios.models import RateCard, Resource

from . import pricing
from .labels import row_label
from .models import BookingLine
from .queries import ALL_DAY, Day, DayRank, calendar, card_figures, queue

WEEKS = 6


@dataclass(slots=True)
class PickDay:
    """One cell: the public state, and one's own wish where there is one."""

    day: Day
    rank: int
    in_notice: bool
    today: bool = False
    mine: str = ""
    first: bool = False
    last: bool = False
    buffer: bool = False
    price_fen: int | None = None
    href: str = ""

    @property
    def choosable(self) -> bool:
        """Whether the day can be wanted at all."""
        return self.in_notice and self.day.free

    @property
    def word(self) -> str:
        """The public state in a word."""
        if self.day.state == "hold":
            return _("%(n)s held") % {"n": self.day.held}
        words = {"free": _("free"), "taken": _("taken"), "closed": _("closed")}
        return words[self.day.state]


@dataclass(slots=True)
class Wish:
    """What is chosen so far, with its price and forecast."""

    days: DayRange
    day_types: tuple[str, ...]
    ranks: list[DayRank]
    rows: list[dict[str, Any]]
    total_fen: int | None
    tax_fen: int
    taken: list[date]

    @property
    def worst(self) -> int:
        """The forecast that counts: of the worst day."""
        return max((day.rank for day in self.ranks), default=1)

    @property
    def firsts(self) -> int:
        """On how many days one would be first."""
        return sum(1 for day in self.ranks if day.rank == 1)


def first_monday(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def draft_line(resource: Resource, days: DayRange, quantity: int) -> BookingLine:
    """Return an unsaved line, last in every queue."""
    slots = list(ALL_DAY[resource.slots_per_day])
    return BookingLine(resource=resource, start=days.start, end=days.end, quantity=quantity, slots=slots)


def wish(
    resource: Resource, card: RateCard | None, days: DayRange, *, quantity: int, day_types: tuple[str, ...],
    extras: dict[str, int], now: datetime,
) -> Wish:  # fmt: skip
    """Price the chosen days and forecast their ranks. Six queries at the most."""
    line = draft_line(resource, days, quantity)
    shown = calendar(resource, days, quantity=quantity, now=now)
    rows: list[dict[str, Any]] = []
    total, tax = None, 0
    if card is not None:
        names = {extra.code: str(extra.name) for extra in card.extras.all()}
        try:
            priced = pricing.price(card_figures(card), pricing.Wanted(day_types, quantity, len(line.slots), extras))
        except pricing.Unpriced:
            priced = []
        for row in priced:
            label = names.get(row.code) or row_label(row.code)
            rows.append({"label": label, "quantity": row.quantity, "amount_fen": row.amount_fen})
        if priced:
            total = sum(row.amount_fen for row in priced)
            tax = pricing.tax_contained(total, card.tax_percent)
    taken = [day.date for day in shown if not day.free]
    return Wish(days, day_types, queue(resource, days, now=now).days(line), rows, total, tax, taken)


def link_to(day: date, begin: date, chosen: Wish | None) -> str:
    """Return where pressing a day leads: the first press begins and ends there, the next one moves the end.

    A day before the beginning, or any press on a choice that is more than one day, begins anew.
    """
    single = chosen is not None and len(chosen.days) == 1
    start = chosen.days.start if chosen and single and day >= chosen.days.start else day
    return f"?start={start.isoformat()}&last={day.isoformat()}&from={begin.isoformat()}"


def weeks(
    resource: Resource,
    card: RateCard | None,
    begin: date,
    chosen: Wish | None,
    *,
    quantity: int,
    today: date,
    now: datetime,
) -> list[list[PickDay]]:
    """Return six weeks of cells from a Monday on. Six queries at the most."""
    span = DayRange(begin, begin + timedelta(days=7 * WEEKS))
    shown = calendar(resource, span, quantity=quantity, now=now)
    forecast = queue(resource, span, now=now).days(draft_line(resource, span, quantity))
    slots = resource.slots_per_day
    prices = {rate.day_type: rate.price_fen * slots for rate in card.rates.all()} if card else {}
    earliest = today + timedelta(days=resource.policy.latest_days)
    latest = today + timedelta(days=resource.policy.earliest_days)
    mine = dict(zip(chosen.days, chosen.day_types, strict=True)) if chosen else {}
    cells = []
    for day, place in zip(shown, forecast, strict=True):
        cell = PickDay(day, place.rank, earliest <= day.date <= latest, today=day.date == today)
        if chosen and day.date in mine:
            code = mine[day.date]
            cell.mine, cell.price_fen = str(DayType(code).label), prices.get(code)
            cell.first, cell.last = day.date == chosen.days.start, day.date == chosen.days.last
        elif chosen and day.date in chosen.days.widened(resource.buffer_before, resource.buffer_after):
            cell.buffer = True
        cell.href = link_to(day.date, begin, chosen)
        cells.append(cell)
    return [cells[index : index + 7] for index in range(0, len(cells), 7)]
