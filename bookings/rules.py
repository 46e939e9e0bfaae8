"""The state machine as data, and pure decisions. docs/rules/holds.md says the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

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

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event of the machine, and everything that is known of it: its one home.

    `sources` and `target`: from which states to which (`None`: unchanged). `permission`: who may; nobody but the portal
    itself where there is none. `past`: the trail's word for it (`bookings.held`). `offered`: whether it can be taken
    yet. `stage`: what the way so far calls it, for the steps that make it up. `ends`: whether the way is over then.
    `done`: what the person is told who pressed its button.
    """

    event: str
    past: str = ""
    sources: tuple[str, ...] = ()
    target: str | None = None
    permission: str | None = None
    offered: bool = True
    stage: StrOrPromise = ""
    ends: bool = False
    done: StrOrPromise = ""


STEPS: Final = {
    step.event: step
    for step in (
        Step(event="enquire", past="enquired", target=ENQUIRY, permission="bookings.hold", stage=_("Asked")),
        Step(
            event="quote",
            past="quoted",
            sources=(ENQUIRY,),
            target=QUOTED,
            permission="bookings.manage",
            stage=_("Quoted"),
        ),
        Step(
            event="accept-quote",
            past="quote_accepted",
            sources=(QUOTED, HOLD),
            permission="bookings.decide",
            done=_("The quotation is accepted; its price does not change any more."),
        ),
        Step(
            event="hold",
            past="held",
            sources=(QUOTED,),
            target=HOLD,
            permission="bookings.hold",
            stage=_("On hold"),
            done=_("The days are on hold. You see your place in line below."),
        ),
        Step(event="challenge", sources=(HOLD,), permission="bookings.decide", offered=False),
        Step(
            event="confirm",
            past="made_firm",
            sources=(HOLD,),
            target=AWAITING,
            permission="bookings.decide",
            stage=_("Days are yours"),
            done=_("The days are yours. The earnest money is due now."),
        ),
        Step(
            event="record-deposit",
            past="confirmed",
            sources=(AWAITING,),
            target=CONFIRMED,
            permission="bookings.record_deposit",
            stage=_("Confirmed"),
        ),
        Step(event="revive", past="revived", sources=(EXPIRED,), target=AWAITING),
        Step(
            event="withdraw-deposit",
            past="deposit_withdrawn",
            sources=(CONFIRMED,),
            target=AWAITING,
            permission="bookings.record_deposit",
        ),
        Step(
            event="release",
            past="released",
            sources=(HOLD, QUOTED, ENQUIRY),
            target=RELEASED,
            permission="bookings.hold",
            ends=True,
            done=_("Released. Nothing is owed."),
        ),
        Step(event="expire", past="expired", sources=(AWAITING, HOLD, QUOTED, ENQUIRY), target=EXPIRED, ends=True),
        Step(
            event="decline",
            past="declined",
            sources=(ENQUIRY, QUOTED),
            target=DECLINED,
            permission="bookings.manage",
            ends=True,
        ),
        Step(
            event="cancel",
            past="cancelled",
            sources=(CONFIRMED, AWAITING),
            target=CANCELLED,
            permission="bookings.cancel",
            ends=True,
        ),
        Step(event="extend", past="extended", sources=(HOLD,), permission="bookings.manage"),
        Step(event="change", sources=(CONFIRMED,), permission="bookings.decide", offered=False),
        Step(
            event="check-in",
            sources=(CONFIRMED,),
            target=IN_PROGRESS,
            permission="bookings.manage",
            offered=False,
        ),
        Step(event="check-out", sources=(IN_PROGRESS,), target=WRAPPED, permission="bookings.manage", offered=False),
        Step(
            event="settle",
            sources=(WRAPPED,),
            target=SETTLED,
            permission="bookings.record_deposit",
            offered=False,
        ),
        Step(event="no-show", sources=(CONFIRMED,), target=NO_SHOW, permission="bookings.manage", offered=False),
    )
}
BY_PAST: Final = {step.past: step for step in STEPS.values() if step.past}
"""The steps by the trail's word for them."""


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
