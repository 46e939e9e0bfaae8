from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.search import checks
from portal.search.spec import spec_of, specs


class Command(BaseCommand):
    help = "Make the search index anew from the records, beside the old one, then swap."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", help="one kind only")

    def handle(self, *args: Any, **options: Any) -> None:
        for spec in [spec_of(options["kind"])] if options["kind"] else specs():
            self.stdout.write(f"{spec.kind}: {checks.rebuild(spec)} documents")
