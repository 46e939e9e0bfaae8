"""`manage.py check_ledger`: the invariants of the money on the live database; exit 1 and a list where one is broken."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.payments.checks import broken_invariants
from portal.payments.models import LedgerTransaction


class Command(BaseCommand):
    help = "Check that the ledger sums to zero and agrees with payments, refunds and what is due."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = broken_invariants()
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write(f"{LedgerTransaction.objects.count()} ledger transactions checked, nothing broken")
