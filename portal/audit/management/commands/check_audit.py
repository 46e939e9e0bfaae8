"""`manage.py check_audit`: the trail is what was sealed; exit 1 and a list where it is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit.models import Event
from portal.audit.sealing import broken_seals, last_seal


class Command(BaseCommand):
    help = "Check that no event of the audit trail was changed, taken away or added after it was sealed."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = broken_seals()
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write(f"{Event.objects.count()} events checked, nothing broken; {last_seal()}")
