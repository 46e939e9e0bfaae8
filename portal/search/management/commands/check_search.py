from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.search import checks
from portal.search.spec import specs


class Command(BaseCommand):
    help = "Compare records, outbox and index. Lists what differs and exits with 1; --repair sets it right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="stage and index anew what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = [line for spec in specs() for line in checks.drift(spec)]
        if problems and options["repair"]:
            for line in problems:
                self.stdout.write(f"repaired: {line}")
            for spec in specs():
                checks.rebuild(spec)
            problems = [line for spec in specs() for line in checks.drift(spec)]
        for line in problems:
            self.stdout.write(line)
        if problems:
            raise SystemExit(1)
        self.stdout.write("search: records, outbox and index agree")
