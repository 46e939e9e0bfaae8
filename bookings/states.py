"""The states of a booking, by name (docs/rules/holds.md, states)."""

from typing import Final

ENQUIRY, QUOTED, HOLD = "enquiry", "quoted", "hold"
AWAITING, CONFIRMED, IN_PROGRESS = "awaiting_deposit", "confirmed", "in_progress"
WRAPPED, SETTLED, NO_SHOW = "wrapped", "settled", "no_show"
RELEASED, EXPIRED, DECLINED, CANCELLED = "released", "expired", "declined", "cancelled"

STATES: Final = (
    ENQUIRY, QUOTED, HOLD, AWAITING, CONFIRMED, IN_PROGRESS, WRAPPED, SETTLED, NO_SHOW, RELEASED, EXPIRED, DECLINED, CANCELLED,
)  # fmt: skip
OWNS_DAYS: Final = (AWAITING, CONFIRMED, IN_PROGRESS)
OVER: Final = (WRAPPED, SETTLED, NO_SHOW, RELEASED, EXPIRED, DECLINED, CANCELLED)
