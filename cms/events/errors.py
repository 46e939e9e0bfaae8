"""What film week's rules say no with; `code` is the API's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.core.errors import RuleViolation

if TYPE_CHECKING:
    from .models import ProgrammeSession


class ScheduleConflict(RuleViolation):
    """A hall, a guest or a film copy would be in two places."""

    code = "schedule_conflict"

    def __init__(self, message: str, *, conflicts: list[Any], field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.conflicts = conflicts


class OutsideEdition(RuleViolation):
    """The session lies on no day of its edition, or outside its hall's hours."""

    code = "outside_edition"
    status = 422


class StageTaken(RuleViolation):
    """A crew has the stage on that day."""

    code = "stage_taken"


class StageHeld(RuleViolation):
    """Crews hold the stage on that day: a stage manager has to give it. `session` is as it would have been saved."""

    code = "stage_held"

    def __init__(self, message: str, *, session: ProgrammeSession, holds: int, field: str | None = None) -> None:
        super().__init__(message, field=field, holds=holds)
        self.session = session


class VersionChanged(RuleViolation):
    """Somebody else changed it after the reader saw it."""

    code = "version_changed"
    status = 412

    def __init__(self, message: str, *, field: str | None = None, stored: Any = None) -> None:
        super().__init__(message, field=field)
        self.stored = stored


class WrongState(RuleViolation):
    """This step is not open in the state it is in."""

    code = "wrong_state"


class InUse(RuleViolation):
    """Something hangs on it."""

    code = "in_use"


class SeatsGivenAlready(RuleViolation):
    """More seats are given than would be left."""

    code = "seats_given"


class NotRegistrable(RuleViolation):
    """Nobody can register for this session, or not any more."""

    code = "not_registrable"


class AlreadyRegistered(RuleViolation):
    """This address holds a place for this session already."""

    code = "already_registered"


class TooMany(RuleViolation):
    """More companions than the edition allows."""

    code = "too_many"
    status = 422


class TooManyLetters(RuleViolation):
    """Strangers caused as many letters to a mailbox today as they may."""

    code = "too_many_letters"
    status = 429


class UnknownCode(RuleViolation):
    """An access code or a door code that is not one of ours."""

    code = "unknown_code"
    status = 422


class NotEnoughSeats(RuleViolation):
    """Fewer seats are free than were asked for."""

    code = "not_enough_seats"


class OfferLapsed(RuleViolation):
    """The time to take the offered seat is over."""

    code = "offer_lapsed"
