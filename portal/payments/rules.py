"""Pure decisions about money, in whole fen. docs/rules/payments.md says the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from portal.accounts.rules import FINANCE, LOT_FINANCE, OWNER
from portal.core.money import percent_of

PERMISSIONS: Final = {
    "payments.record": (set(), {LOT_FINANCE}),
    "payments.refund": (set(), {LOT_FINANCE}),
    "payments.see": ({OWNER, FINANCE}, {LOT_FINANCE}),
    "payments.pay": ({OWNER, FINANCE}, set()),
}

SHORTEST_CHECKOUT: Final = timedelta(minutes=30)  # Stripe: a Checkout Session lives 30 minutes to 24 hours
LONGEST_CHECKOUT: Final = timedelta(hours=24)
REFUND_WINDOWS: Final = {"alipay": timedelta(days=90), "wechat_pay": timedelta(days=180), "card": timedelta(days=180)}
"""How long money can go back the way it came: Stripe's pages on Alipay and WeChat Pay; for cards our own caution."""


def earnest_share(total_fen: int, percent: int, *, cap_percent: int) -> int:
    """Return the earnest money 定金: `percent` of the total, never above the legal cap, not even by rounding."""
    return min(percent_of(total_fen, percent), total_fen * cap_percent // 100)


@dataclass(frozen=True, slots=True)
class Plan:
    """What falls due, by kind, in fen. Earnest money, advance and balance sum to the total."""

    earnest_money: int
    advance_payment: int
    balance_due: int
    security_deposit: int


def plan_amounts(total_fen: int, *, earnest_fen: int, advance_percent: int, security_deposit_fen: int) -> Plan:
    """Split a quotation: the earnest money as quoted, the advance 订金 as a share, the balance 尾款 takes the rest."""
    advance = min(percent_of(total_fen, advance_percent), total_fen - earnest_fen)
    return Plan(earnest_fen, advance, total_fen - earnest_fen - advance, security_deposit_fen)


def checkout_expiry(now: datetime, deadline: datetime | None) -> datetime | None:
    """Return until when a checkout page may live: not beyond the deadline. Nothing where too little time is left."""
    latest = now + LONGEST_CHECKOUT - timedelta(minutes=1)
    if deadline is None:
        return latest
    if deadline - now < SHORTEST_CHECKOUT + timedelta(minutes=1):
        return None
    return min(deadline, latest)


def goes_back_the_same_way(method: str, paid_at: datetime, now: datetime) -> bool:
    """Return whether the provider still takes a refund for money paid by `method` (card, alipay, wechat_pay)."""
    window = REFUND_WINDOWS.get(method)
    return window is not None and now - paid_at < window


def keep_from(held: list[tuple[str, int]], fee_fen: int) -> dict[str, int]:
    """Return how much of the fee is kept from each kind of money held, in the order given, until the fee is met."""
    kept: dict[str, int] = {}
    rest = fee_fen
    for kind, amount in held:
        part = min(amount, rest)
        if part > 0:
            kept[kind] = part
            rest -= part
    return kept


def needs_second_person(amount_fen: int, limit_fen: int) -> bool:
    """Return whether a refund of that amount waits for another person's approval."""
    return amount_fen > limit_fen
