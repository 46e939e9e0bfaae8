"""Who hears what about a booking; the words stand in templates/bookings/notices/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.accounts.models import User
from portal.accounts.rules import FINANCE, LOT_FINANCE, MEMBER, OWNER, STAGE_MANAGER
from portal.notifications.actions import notify

if TYPE_CHECKING:
    from .models import Booking


def tell(
    event: str, booking: Booking, *, staff: bool = False, money: bool = False, once_key: str = "", **context: Any
) -> None:
    """Tell the company, with `staff` the lot's stage managers, with `money` both sides' finance."""
    path = f"/bookings/{booking.reference}/"
    facts = {"booking": booking, "lines": list(booking.lines.select_related("resource")), **context}
    roles = [OWNER, MEMBER, *([FINANCE] if money else [])]
    company = User.objects.filter(
        is_active=True, memberships__organisation=booking.organisation_id, memberships__role__in=roles
    )
    notify(f"bookings.{event}", recipients=company, path=path, once_key=once_key, for_staff=False, **facts)
    groups = [*([STAGE_MANAGER] if staff else []), *([LOT_FINANCE] if money else [])]
    if groups:
        lot = User.objects.filter(is_active=True, groups__name__in=groups)
        key = f"{once_key}:lot" if once_key else ""
        notify(f"bookings.{event}", recipients=lot, path=path, once_key=key, for_staff=True, **facts)
