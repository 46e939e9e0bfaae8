"""What a booking's money means to the payments app: locks first, then 定档."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.payments.rules import earnest_share

from . import rules
from .claims import claim
from .errors import WrongState
from .models import Booking

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.payments.models import Payment, Schedule

PURPOSE = "bookings.deposit"
PAYABLE = {
    "earnest_money": (rules.AWAITING,),
    "penalty": (rules.CANCELLED, rules.NO_SHOW),
}
LATER = (rules.AWAITING, rules.CONFIRMED, rules.IN_PROGRESS, rules.WRAPPED)


def earnest_of(total_fen: int, percent: int) -> int:
    """Return the earnest money on a total, within the legal cap of the settings."""
    return earnest_share(total_fen, percent, cap_percent=settings.EARNEST_MONEY_CAP_PERCENT)


class DepositPurpose:
    """Answers for amounts that a booking owes."""

    def claim(self, subject_id: int) -> AbstractContextManager[object]:
        """Lock the booking's resources and the booking."""
        return claim(bookings=[subject_id])

    def require_payable(self, schedule: Schedule) -> None:
        """Earnest money is expected while the booking waits for it, a penalty after it ended, the rest in between."""
        booking = Booking.objects.get(pk=schedule.subject_id)
        if booking.state_at(timezone.now()) not in PAYABLE.get(schedule.kind, LATER):
            raise WrongState(
                _("The booking does not wait for this money any more: %(state)s.")
                % {"state": booking.current_state_label}
            )

    def deadline(self, schedule: Schedule) -> datetime | None:
        """Earnest money that comes after the clock may find the days gone; anything else is welcome late."""
        if schedule.kind != "earnest_money":
            return None
        return Booking.objects.values_list("firm_until", flat=True).get(pk=schedule.subject_id)

    def rescue(self, schedule: Schedule) -> bool:
        """Take the days of a lapsed booking again, where nobody owns them."""
        from .actions import revive_booking

        if schedule.kind != "earnest_money" or schedule.refunded_fen:
            return False
        return revive_booking(booking=Booking.objects.get(pk=schedule.subject_id))

    def paid(self, schedule: Schedule, payment: Payment, actor: User | None) -> bool:
        """The earnest money is complete: the booking is firm for good."""
        from .actions import deposit_recorded

        if schedule.kind != "earnest_money":
            return False
        deposit_recorded(booking=Booking.objects.get(pk=schedule.subject_id), actor=actor)
        return True

    def withdrawn(self, schedule: Schedule, actor: User) -> None:
        """The earnest money is not complete after all: the booking waits for it again."""
        from .actions import deposit_withdrawn

        if schedule.kind == "earnest_money" and schedule.open_fen:
            deposit_withdrawn(booking=Booking.objects.get(pk=schedule.subject_id), actor=actor)

    def path(self, reference: str) -> str:
        """The booking's page."""
        return f"/bookings/{reference}/"

    def title(self, subject_id: int) -> dict[str, str]:
        """Stage and days, in both languages."""
        booking = Booking.objects.prefetch_related("lines__resource").get(pk=subject_id)
        lines = list(booking.lines.all())
        days = [f"{line.start:%Y-%m-%d} – {line.days.last:%Y-%m-%d}" for line in lines]
        return {
            "zh": "；".join(f"{line.resource.name_zh} {day}" for line, day in zip(lines, days, strict=True)),
            "en": "; ".join(f"{line.resource.name_en} {day}" for line, day in zip(lines, days, strict=True)),
        }
