"""What the booking rules say no with; `code` is the API's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.core.errors import RuleViolation

if TYPE_CHECKING:
    from .models import Booking


class DaysTaken(RuleViolation):
    """Somebody owns a wanted unit on a wanted day."""

    code = "days_taken"


class HoldsInTheWay(RuleViolation):
    """Crews hold days that are to be closed: whoever closes them has to say that he knows. `holds` are their bookings."""

    code = "holds_in_the_way"

    def __init__(self, message: str, *, holds: list[Booking], field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.holds = holds


class NotFirstInLine(RuleViolation):
    """Another hold stands ahead on at least one day."""

    code = "not_first_in_line"


class QuoteExpired(RuleViolation):
    """The quotation's time is over."""

    code = "quote_expired"


class QuoteNotAccepted(RuleViolation):
    """The quotation has to be accepted first."""

    code = "quote_not_accepted"


class SideNeeded(RuleViolation):
    """The lot has to say for whose reason it cancels."""

    code = "side_needed"
    status = 422


class OverlappingLines(RuleViolation):
    """Two lines ask for one resource on one day: together they could never be confirmed."""

    code = "overlapping_lines"
    status = 422


class HoldLimit(RuleViolation):
    """The company has as many holds on this resource as the policy allows."""

    code = "hold_limit"


class WrongState(RuleViolation):
    """The booking's state does not know this step."""

    code = "wrong_state"


class NotOffered(RuleViolation):
    """The step exists in the rules and cannot be taken here yet."""

    code = "not_offered"


class OutsideNotice(RuleViolation):
    """A date lies outside the notice window or the line is too long."""

    code = "outside_notice"
    status = 422


class NoRate(RuleViolation):
    """The rate card does not cover every day, so a person has to quote."""

    code = "no_rate"


class ResourceClosed(RuleViolation):
    """The resource cannot be booked."""

    code = "resource_closed"
    status = 422


class VersionChanged(RuleViolation):
    """The booking or its quotation changed after the reader saw it."""

    code = "version_changed"
    status = 412
