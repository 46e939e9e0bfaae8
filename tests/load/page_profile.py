"""Queries and time of pages, warm, through the whole middleware, in this process.

    python tests/load/page_profile.py --budget dup=0,gen=0 12:/zh-hans/ 10:/en/locations/

A number before an address is how many queries that page may need.

ms: median of --n answers; sql: queries; dup: queries whose text and values were already sent for this answer; gen:
pictures made (none when warm). Exit code 1 where a page exceeds its budget; its queries are then listed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
WARM = 3
COLUMNS = ("ms", "sql", "dup", "gen", "kb")


class Page:
    """One address, asked several times."""

    def __init__(self, client, text: str) -> None:
        allowed, _colon, path = text.partition(":") if text[0].isdigit() else ("", "", text)
        self.client, self.path = client, path
        self.budget = {"sql": float(allowed)} if allowed else {}
        self.queries: list[tuple[str, str]] = []
        self.pictures = 0

    def watch(self, execute, sql, params, many, context):
        """Note a query and let it run."""
        self.queries.append((sql, repr(params)))
        return execute(sql, params, many, context)

    def ask(self) -> dict[str, float]:
        """Ask once. Returns the figures."""
        from django.db import connection

        self.queries, self.pictures, begin = [], 0, time.perf_counter()
        with connection.execute_wrapper(self.watch):
            answer = self.client.get(self.path)
        took = (time.perf_counter() - begin) * 1000
        if answer.status_code != 200:
            sys.exit(f"{self.path} answered {answer.status_code}")
        repeated = len(self.queries) - len(set(self.queries))
        figures = (took, len(self.queries), repeated, self.pictures, len(answer.content) / 1024)
        return dict(zip(COLUMNS, figures, strict=True))

    def figures(self, times: int) -> dict[str, float]:
        """Return the medians of warm answers."""
        for _ in range(WARM):
            self.ask()
        asked = [self.ask() for _ in range(times)]
        return {column: statistics.median(one[column] for one in asked) for column in COLUMNS}


def count_pictures(pages: list[Page]) -> None:
    """Count the pictures made while a page is drawn."""
    from wagtail.images.models import AbstractImage

    make = AbstractImage.generate_rendition_file

    def counted(*args, **kwargs):
        for page in pages:
            page.pictures += 1
        return make(*args, **kwargs)

    AbstractImage.generate_rendition_file = counted


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--n", type=int, default=5)
    parser.add_argument("--budget", default="", help="for every page, for example dup=0")
    options = parser.parse_args()
    budget = {name: float(value) for name, value in (part.split("=") for part in options.budget.split(",") if part)}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    django.setup()
    from django.conf import settings
    from django.test import Client

    settings.PAGE_CACHE_SECONDS = 0  # pages drawn anew, not those kept for visitors

    client = Client(HTTP_HOST="localhost")
    pages = [Page(client, text) for text in options.pages]
    count_pictures(pages)
    write = sys.stdout.write
    write(f"{'page':<44}" + "".join(f"{column:>8}" for column in COLUMNS) + "\n")
    over = False
    for page in pages:
        found = page.figures(options.n)
        write(f"{page.path:<44}" + "".join(f"{found[column]:>8.0f}" for column in COLUMNS) + "\n")
        for name, limit in (budget | page.budget).items():
            if found[name] > limit:
                over = True
                write(f"  over: {name} {found[name]:.0f}, allowed {limit:.0f}\n")
                if name in ("sql", "dup"):
                    write("".join(f"    {sql[:200]} {values[:60]}\n" for sql, values in page.queries))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
