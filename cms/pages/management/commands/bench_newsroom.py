"""`manage.py bench_newsroom --articles N`: pages of a small and a large newsroom beside each other; JSON lines."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.pages import bench

MOST_QUERIES = 12
MOST_TIMES = 1.3


class Command(BaseCommand):
    help = "Measure the newsroom's pages with the demo content and with many articles, on a database of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--articles", type=int, default=10_000)
        parser.add_argument("--check", action="store_true", help="fail where a page is over its limits")
        parser.add_argument("--fill", action="store_true", help="write the articles (called by itself)")
        parser.add_argument("--ask", action="store_true", help="print what each page costs (called by itself)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fill"]:
            self.stdout.write(json.dumps(bench.fill(options["articles"])))
            return
        if options["ask"]:
            self.stdout.write(json.dumps(bench.ask()))
            return
        over = []
        for line in bench.compare(options["articles"]):
            self.stdout.write(json.dumps(line, ensure_ascii=False))
            if line["sql"] > MOST_QUERIES or line["repeated"] or line["ratio"] > MOST_TIMES:
                over.append(line["path"])
        if over and options["check"]:
            raise CommandError(f"over the limits: {', '.join(over)}")
