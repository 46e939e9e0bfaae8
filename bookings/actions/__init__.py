"""Every write of the booking engine. States and who may: rules.STEPS; locks: claims.claim."""

from collections.abc import Callable

from bookings.models import Booking

from .asking import (
    LineWish as LineWish,
    accept_quote as accept_quote,
    decline_booking as decline_booking,
    enquire as enquire,
    latest_quote as latest_quote,
    quote_booking as quote_booking,
)
from .calendars import renew_calendar_addresses as renew_calendar_addresses
from .closing import (
    close_days as close_days,
    close_for_event as close_for_event,
    reopen_after_event as reopen_after_event,
    reopen_days as reopen_days,
)
from .firming import (
    cancel_booking as cancel_booking,
    cancellation as cancellation,
    confirm_booking as confirm_booking,
    deposit_recorded as deposit_recorded,
    deposit_withdrawn as deposit_withdrawn,
    fee_today as fee_today,
    require_side as require_side,
    revive_booking as revive_booking,
)
from .holding import (
    expire_lapsed as expire_lapsed,
    extend_hold as extend_hold,
    hold_booking as hold_booking,
    release_booking as release_booking,
)
from .steps import refuse_unoffered as refuse_unoffered, require_step as require_step

ONE_PRESS: dict[str, Callable[..., Booking]] = {
    "accept-quote": accept_quote,
    "hold": hold_booking,
    "confirm": confirm_booking,
    "release": release_booking,
}
"""The steps that need nothing beside the booking, who takes it, and the version that was seen."""
