"""The benches that set the pages of a small portal beside those of a large one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from .page_costs import beside
from .scratch import manage, scratch_portal

ROUNDS = 3


class PageBench(BaseCommand):
    """A command `name` that prints JSON lines, one a page. A subclass says what is counted, and how to write and ask it.

    It calls itself on scratch portals with the demo content: with `--fill` to write, with `--ask` for what pages cost.
    """

    name: str
    noun: str
    small = 0
    """How many the small portal gets beside its demo content; none where that is enough."""
    most_queries: int
    most_times: float | None = None

    def fill(self, count: int) -> int:
        """Write until there are so many, past the actions; return how many."""
        raise NotImplementedError

    def ask(self) -> list[dict[str, Any]]:
        """Return what each page costs, in this process."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(f"--{self.noun}", type=int, default=10_000, dest="count")
        parser.add_argument("--check", action="store_true", help="fail where a page is over its limits")
        parser.add_argument("--fill", action="store_true", help="write them (called by itself)")
        parser.add_argument("--ask", action="store_true", help="print what each page costs (called by itself)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fill"]:
            self.stdout.write(json.dumps(self.fill(options["count"])))
            return
        if options["ask"]:
            self.stdout.write(json.dumps(self.ask()))
            return
        over = []
        for line in self.compare(options["count"]):
            self.stdout.write(json.dumps({self.noun: options["count"], **line}, ensure_ascii=False))
            slower = self.most_times is not None and line["ratio"] > self.most_times
            if line["sql"] > self.most_queries or line["repeated"] or slower:
                over.append(line["path"])
        if over and options["check"]:
            raise CommandError(f"over the limits: {', '.join(over)}")

    def compare(self, count: int) -> Iterator[dict[str, Any]]:
        """Yield a line for each page. Both portals are asked in turns: others use the machine too."""
        with scratch_portal(demo=True) as small:
            large = small.with_name("large")
            if self.small:
                manage(small, self.name, "--fill", f"--{self.noun}", str(self.small))
            shutil.copytree(small, large)
            manage(large, self.name, "--fill", f"--{self.noun}", str(count))
            yield from beside(
                [[json.loads(manage(one, self.name, "--ask")) for one in (small, large)] for _turn in range(ROUNDS)]
            )
