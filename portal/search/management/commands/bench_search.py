import json
import tempfile
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.search import bench
from portal.search.engines import by_url
from portal.search.spec import register_spec, unregister_spec


class Command(BaseCommand):
    help = "Measure the search on generated documents in a scratch index. Prints JSON lines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--documents", type=int, default=10_000)
        parser.add_argument("--engine", default="tantivy", choices=["tantivy", "elasticsearch"])
        parser.add_argument("--times", type=int, default=200, help="requests of each workload")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["engine"] != "tantivy":
            raise CommandError("elasticsearch comes with the cluster engine")
        register_spec(bench.SPEC)
        try:
            with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
                for figure in bench.run(by_url(f"tantivy://{folder}"), options["documents"], options["times"]):
                    line = {"workload": figure.workload, "documents": options["documents"], "engine": options["engine"]}
                    line |= {"p50": figure.p50, "p95": figure.p95, "requests_per_s": figure.rate}
                    self.stdout.write(json.dumps(line, ensure_ascii=False))
        finally:
            unregister_spec(bench.KIND)
