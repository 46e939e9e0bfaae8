"""`manage.py bench_newsroom --articles N`: pages of a small and a large newsroom beside each other; JSON lines."""

from typing import Any

from cms.pages import bench
from portal.core.page_bench import PageBench


class Command(PageBench):
    help = "Measure the newsroom's pages with the demo content and with many articles, on a database of its own."
    name, noun = "bench_newsroom", "articles"
    small = 400  # so that each list of the small newsroom has a full page too: the same rows are drawn in both
    most_queries = 12
    most_times = 1.3

    def fill(self, count: int) -> int:
        return bench.fill(count)

    def ask(self) -> list[dict[str, Any]]:
        return bench.ask()
