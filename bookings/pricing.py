"""The price of a booking: a pure function over a rate card's figures, in fen (docs/rules/holds.md, price)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Card:
    """A rate card as figures: fen per day type, extras by code, stage manager per day, tax contained in percent."""

    rates: Mapping[str, int]
    extras: Mapping[str, int]
    stage_manager_fen: int
    tax_percent: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line to price: day types per day, units, slots per day, extras by code → quantity."""

    day_types: Sequence[str]
    quantity: int = 1
    slots: int = 1
    extras: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One row of a quotation. `quantity` counts days (times units); `unit_fen` is a day with all its slots."""

    code: str
    quantity: int
    unit_fen: int

    @property
    def amount_fen(self) -> int:
        """Quantity times unit price."""
        return self.quantity * self.unit_fen


class Unpriced(Exception):
    """The card has no price for a day type or an extra."""


def price(card: Card, wanted: Wanted) -> list[PricedLine]:
    """Return the rows for one line, day types in the order of first use. Raises `Unpriced`."""
    rows = []
    for day_type, days in Counter(wanted.day_types).items():
        if day_type not in card.rates:
            raise Unpriced(day_type)
        rows.append(PricedLine(day_type, days * wanted.quantity, card.rates[day_type] * wanted.slots))
    if card.stage_manager_fen:
        rows.append(PricedLine("stage_manager", len(wanted.day_types), card.stage_manager_fen))
    for code, quantity in (wanted.extras or {}).items():
        if code not in card.extras:
            raise Unpriced(code)
        if quantity:
            rows.append(PricedLine(code, quantity * len(wanted.day_types), card.extras[code]))
    return rows


def tax_contained(total_fen: int, percent: int) -> int:
    """Return the tax inside a total, rounded half up to the fen: total × p / (100 + p)."""
    share = Decimal(total_fen) * percent / (100 + percent)
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))
