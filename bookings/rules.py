"""The state machine as data, and pure decisions. docs/rules/holds.md says the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from portal.accounts.rules import EDITOR, FINANCE, LOT_FINANCE, MEMBER, OWNER, STAGE_MANAGER
from portal.core.money import percent_of

from .states import (
    AWAITING as AWAITING,
    CANCELLED as CANCELLED,
    CONFIRMED as CONFIRMED,
    DECLINED as DECLINED,
    ENQUIRY as ENQUIRY,
    EXPIRED as EXPIRED,
    HOLD as HOLD,
    IN_PROGRESS as IN_PROGRESS,
    NO_SHOW as NO_SHOW,
    OVER as OVER,
    OWNS_DAYS as OWNS_DAYS,
    QUOTED as QUOTED,
    RELEASED as RELEASED,
    SETTLED as SETTLED,
    STATES as STATES,
    WRAPPED as WRAPPED,
)

PERMISSIONS: Final = {
    "bookings.hold": ({OWNER, MEMBER}, {STAGE_MANAGER}),
    "bookings.decide": ({OWNER}, set()),
    "bookings.cancel": ({OWNER}, {STAGE_MANAGER}),
    "bookings.see": ({OWNER, MEMBER, FINANCE}, {STAGE_MANAGER, LOT_FINANCE}),
    "bookings.see_money": ({OWNER, FINANCE}, {STAGE_MANAGER, LOT_FINANCE}),
    "bookings.manage": (set(), {STAGE_MANAGER}),
    "bookings.event_days": (set(), {STAGE_MANAGER, EDITOR}),
    "bookings.record_deposit": (set(), {LOT_FINANCE}),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the machine: from which states, to which (`None`: unchanged), who may, offered yet or not."""

    event: str
    sources: tuple[str, ...]
    target: str | None
    permission: str | None
    offered: bool = True


STEPS: Final = {
    step.event: step
    for step in (
        Step("enquire", (), ENQUIRY, "bookings.hold"),
        Step("quote", (ENQUIRY,), QUOTED, "bookings.manage"),
        Step("accept-quote", (QUOTED, HOLD), None, "bookings.decide"),
        Step("hold", (QUOTED,), HOLD, "bookings.hold"),
        Step("challenge", (HOLD,), None, "bookings.decide", offered=False),
        Step("confirm", (HOLD,), AWAITING, "bookings.decide"),
        Step("record-deposit", (AWAITING,), CONFIRMED, "bookings.record_deposit"),
        Step("revive", (EXPIRED,), AWAITING, None),
        Step("withdraw-deposit", (CONFIRMED,), AWAITING, "bookings.record_deposit"),
        Step("release", (HOLD, QUOTED, ENQUIRY), RELEASED, "bookings.hold"),
        Step("expire", (AWAITING, HOLD, QUOTED, ENQUIRY), EXPIRED, None),
        Step("decline", (ENQUIRY, QUOTED), DECLINED, "bookings.manage"),
        Step("cancel", (CONFIRMED, AWAITING), CANCELLED, "bookings.cancel"),
        Step("extend", (HOLD,), None, "bookings.manage"),
        Step("change", (CONFIRMED,), None, "bookings.decide", offered=False),
        Step("check-in", (CONFIRMED,), IN_PROGRESS, "bookings.manage", offered=False),
        Step("check-out", (IN_PROGRESS,), WRAPPED, "bookings.manage", offered=False),
        Step("settle", (WRAPPED,), SETTLED, "bookings.record_deposit", offered=False),
        Step("no-show", (CONFIRMED,), NO_SHOW, "bookings.manage", offered=False),
    )
}


def allows(event: str, state: str) -> bool:
    """Return whether the machine knows `event` in `state`. Raises `KeyError` for an unknown event."""
    return state in STEPS[event].sources


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody wants of one resource on one day-slot: how many units, firm or held."""

    quantity: int
    firm: bool


def rank(ahead: Sequence[Claim], quantity: int, units: int) -> int:
    """Return the place in line on one day-slot: 1 + how many of those ahead must go before `quantity` fits.

    Those ahead that fit beside us do not count (eight render nodes and two holds of one node: both are first);
    where several would have to go, the largest go first.
    """
    over = sum(claim.quantity for claim in ahead) + quantity - units
    leaving = 0
    for claim in sorted(ahead, key=lambda one: -one.quantity):
        if over <= 0:
            break
        over -= claim.quantity
        leaving += 1
    return 1 + leaving


def cancellation_fee(
    total_fen: int, bands: Sequence[dict[str, int]], first_day: date, today: date, *, paid: bool
) -> int:
    """Return what cancelling costs today, in fen, by the bands of the booking's own snapshot.

    A band `{"days": 14, "percent": 20}` counts from 14 days before the first day on; the band with the fewest
    days that still fits decides. Before the earnest money is paid nothing is owed.
    """
    if not paid:
        return 0
    ahead = (first_day - today).days
    fitting = [band for band in bands if ahead >= band["days"]]
    if not fitting:
        return total_fen if bands else 0
    return percent_of(total_fen, max(fitting, key=lambda band: band["days"])["percent"])


def notice_problem(start: date, end: date, today: date, policy: dict[str, Any]) -> tuple[str, int] | None:
    """Return which limit of the policy the dates break (`past`, `early`, `late`, `long`) and its figure, if any."""
    if start < today:
        return "past", 0
    if (start - today).days < policy["latest_days"]:
        return "late", policy["latest_days"]
    if (start - today).days > policy["earliest_days"]:
        return "early", policy["earliest_days"]
    if (end - start).days > policy["longest_days"]:
        return "long", policy["longest_days"]
    return None
