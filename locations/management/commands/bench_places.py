"""`manage.py bench_places --places N`: the list of places of the demo library and of a large one beside each other; JSON lines."""

from typing import Any

from locations import bench
from portal.core.page_bench import PageBench


class Command(PageBench):
    help = "Measure the list of places with the demo content and with many places, on a portal of its own."
    name, noun = "bench_places", "places"
    most_queries = 9

    def fill(self, count: int) -> int:
        return bench.fill(count)

    def ask(self) -> list[dict[str, Any]]:
        return bench.ask()
