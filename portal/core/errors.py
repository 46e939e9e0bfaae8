"""The one kind of "no" that a person may see."""

from typing import ClassVar


class RuleViolation(Exception):
    """A rule of the business said no. The text is for the reader, `code` for programs (API: 409).

    Subclasses set `code` and, where a form field is at fault, are raised with `field`.
    """

    code: ClassVar[str] = "rule_violation"
    status: ClassVar[int] = 409

    def __init__(self, message: str, *, field: str | None = None, **detail: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.detail = detail

    def __str__(self) -> str:
        return str(self.message)


class Busy(RuleViolation):
    """A lock could not be had in time; the same request may work in a moment."""

    code = "busy"
