"""What money can be for. Upper apps register; payments never lock first (ADR 0007)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from portal.accounts.models import User

    from .models import Payment, Schedule


class Purpose(Protocol):
    """What an upper app does around money for one of its records."""

    def claim(self, subject_id: int) -> AbstractContextManager[object]:
        """Open the transaction and lock the upper app's rows, in the order of docs/implementation/locking.md."""

    def require_payable(self, schedule: Schedule) -> None:
        """Raise `RuleViolation` where money is not expected any more. Called under the locks."""

    def paid(self, schedule: Schedule, payment: Payment, actor: User | None) -> None:
        """The amount is there in full. Called under the locks, in the same transaction."""


_purposes: dict[str, Purpose] = {}


def register_purpose(name: str, purpose: Purpose) -> None:
    """Make `purpose` answer for schedules called `name` (`bookings.deposit`)."""
    _purposes[name] = purpose


def purpose_of(schedule: Schedule) -> Purpose:
    """Return who answers for a schedule. Raises `KeyError` for an unregistered purpose."""
    return _purposes[schedule.purpose]
