"""What money can be for. Upper apps register; payments never lock first (docs/implementation/locking.md)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import get_language

if TYPE_CHECKING:
    from portal.accounts.models import User

    from .models import InvoiceRequest, Payment, Schedule


class Purpose(Protocol):
    """What an upper app does around money for one of its records."""

    def claim(self, subject_id: int) -> AbstractContextManager[object]:
        """Open the transaction and lock the upper app's rows, in the order of docs/implementation/locking.md."""

    def require_payable(self, schedule: Schedule) -> None:
        """Raise `RuleViolation` where money is not expected any more. Called under the locks."""

    def deadline(self, schedule: Schedule) -> datetime | None:
        """Return when paying this amount comes too late for good; nothing where late money is welcome."""

    def rescue(self, schedule: Schedule) -> bool:
        """Money came although nothing was expected: try to make it welcome again (take the days). Under the locks."""

    def paid(self, schedule: Schedule, payment: Payment, actor: User | None) -> bool:
        """The amount is there in full. Under the locks. Returns whether people were told what that means."""

    def withdrawn(self, schedule: Schedule, actor: User) -> None:
        """The amount is not complete any more: a record was undone. Raises `RuleViolation` where it is too late."""

    def path(self, reference: str) -> str:
        """Return the page of the record with that reference, without language (`/bookings/B-…/`)."""

    def title(self, subject_id: int) -> dict[str, str]:
        """Return what the money is for, in words, as `{"zh": …, "en": …}`; for receipts and statements."""


_purposes: dict[str, Purpose] = {}


def register_purpose(name: str, purpose: Purpose) -> None:
    """Make `purpose` answer for schedules called `name` (`bookings.deposit`)."""
    _purposes[name] = purpose


def purpose_of(record: Schedule | InvoiceRequest) -> Purpose:
    """Return who answers for an amount due or an invoice. Raises `KeyError` for an unregistered purpose."""
    return _purposes[record.purpose]


def page_of(record: Schedule | InvoiceRequest) -> str:
    """Return the page of what an amount is due or invoiced for, in the reader's language."""
    return f"/{get_language()}{purpose_of(record).path(record.reference)}"
