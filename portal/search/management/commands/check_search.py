from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.search import checks
from portal.search.spec import specs


class Command(BaseCommand):
    help = "Compare records, outbox and every index. Lists what differs and exits with 1; --repair sets it right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="stage and index anew what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        left = []
        for spec in specs():
            problems = checks.drift(spec)
            if problems and options["repair"]:
                remaining = checks.repair(spec, problems)
                kept = {str(one) for one in remaining}
                for one in problems:
                    if str(one) not in kept:
                        self.stdout.write(f"repaired: {one}")
                problems = remaining
            left += problems
        for one in left:
            self.stdout.write(str(one))
        if left:
            raise SystemExit(1)
        self.stdout.write("search: records, outbox and index agree")
