import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.search import bench
from portal.search.engines import by_url
from portal.search.spec import register_spec, unregister_spec


class Command(BaseCommand):
    help = "Measure the search on generated documents in a scratch index. Prints JSON lines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--documents", type=int, default=10_000)
        parser.add_argument(
            "--url", help="an engine other than a scratch tantivy: elasticsearch+http://127.0.0.1:19200/bench"
        )
        parser.add_argument("--reading", help="only open that folder's index and say how much memory that takes")
        parser.add_argument("--times", type=int, default=200, help="requests of each workload")

    def handle(self, *args: Any, **options: Any) -> None:
        count, times = options["documents"], options["times"]
        if count < 1 or times < 1:
            raise CommandError("--documents and --times are 1 or more")
        register_spec(bench.SPEC)
        if options["reading"]:
            grown = bench.reading(by_url(f"tantivy://{options['reading']}"))
            self.stdout.write(json.dumps({"reader_grows_by_mb": round(grown, 1)}))
            return
        try:
            with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
                engine = by_url(options["url"] or f"tantivy://{folder}")
                about = {"documents": count, "engine": engine.name}
                for figure in bench.run(engine, count, times):
                    line = {"workload": figure.workload, **about, "p50": figure.p50, "p95": figure.p95}
                    line |= {"cpu_p50": figure.cpu50, "cpu_p95": figure.cpu95, "requests_per_s": figure.rate}
                    self.stdout.write(json.dumps(line, ensure_ascii=False))
                last: dict[str, Any] = {"workload": "footprint", **about, "cores": os.cpu_count()}
                last["load"] = [round(one, 1) for one in os.getloadavg()]
                if not engine.remote:
                    used = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
                    last |= {"index_mb": used // 1_000_000, **self._reading(folder)}
                self.stdout.write(json.dumps(last))
        finally:
            unregister_spec(bench.KIND)

    def _reading(self, folder: str) -> dict[str, Any]:
        """Return what a process of its own says that only opens the index."""
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench_search", "--reading", folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
        said: dict[str, Any] = json.loads(done.stdout)
        return said
