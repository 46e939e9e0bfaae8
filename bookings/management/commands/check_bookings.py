"""`manage.py check_bookings`: the invariants on the live database; exit 1 and a list where one is broken."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bookings.checks import broken_invariants
from bookings.models import Booking


class Command(BaseCommand):
    help = "Check that no unit-day is sold twice and that firm bookings own exactly their days."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = broken_invariants()
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write(f"{Booking.objects.count()} bookings checked, nothing broken")
