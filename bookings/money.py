"""What a booking's money means to the payments app: locks first, then 定档."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from . import rules
from .claims import claim
from .errors import WrongState
from .models import Booking

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.payments.models import Payment, Schedule

PURPOSE = "bookings.deposit"


class DepositPurpose:
    """Answers for amounts that a booking owes."""

    def claim(self, subject_id: int) -> AbstractContextManager[object]:
        """Lock the booking's resources and the booking."""
        return claim(bookings=[subject_id])

    def require_payable(self, schedule: Schedule) -> None:
        """Earnest money is expected while the booking waits for it; the rest once it is confirmed."""
        booking = Booking.objects.get(pk=schedule.subject_id)
        state = booking.state_at(timezone.now())
        earnest = schedule.kind == "earnest_money"
        expected = (rules.AWAITING,) if earnest else (rules.AWAITING, rules.CONFIRMED, rules.IN_PROGRESS, rules.WRAPPED)
        if state not in expected:
            raise WrongState(
                _("The booking does not wait for this money any more: %(state)s.")
                % {"state": booking.current_state_label}
            )

    def paid(self, schedule: Schedule, payment: Payment, actor: User | None) -> None:
        """The earnest money is complete: the booking is firm for good."""
        from .actions import deposit_recorded

        if schedule.kind == "earnest_money":
            deposit_recorded(booking=Booking.objects.get(pk=schedule.subject_id), actor=actor)
