"""`manage.py bench_places --places N`: the list of places of the demo library and of a large one beside each other; JSON lines."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from locations import bench

MOST_QUERIES = 9


class Command(BaseCommand):
    help = "Measure the list of places with the demo content and with many places, on a portal of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--places", type=int, default=10_000)
        parser.add_argument("--check", action="store_true", help="fail where a page needs more queries than it may")
        parser.add_argument("--fill", action="store_true", help="write the places (called by itself)")
        parser.add_argument("--ask", action="store_true", help="print what each page costs (called by itself)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fill"]:
            self.stdout.write(json.dumps(bench.fill(options["places"])))
            return
        if options["ask"]:
            self.stdout.write(json.dumps(bench.ask()))
            return
        over = []
        for line in bench.compare(options["places"]):
            self.stdout.write(json.dumps(line, ensure_ascii=False))
            if line["sql"] > MOST_QUERIES or line["repeated"]:
                over.append(line["path"])
        if over and options["check"]:
            raise CommandError(f"over the limits: {', '.join(over)}")
