"""The secret addresses of calendar files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from bookings.models import Booking, new_secret

if TYPE_CHECKING:
    from portal.accounts.models import Organisation


@transaction.atomic
def renew_calendar_addresses(organisation: Organisation) -> int:
    """Give every booking of a company another calendar address: somebody who knew the old ones left. Returns how many."""
    bookings = list(Booking.objects.filter(organisation=organisation).only("pk"))
    for booking in bookings:
        booking.calendar_secret = new_secret()
    Booking.objects.bulk_update(bookings, ["calendar_secret"], batch_size=500)
    return len(bookings)
