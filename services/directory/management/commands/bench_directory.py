"""`manage.py bench_directory`: what the directory's pages cost with many vendors, and a long sheet brought in; JSON lines."""

import json
import resource
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.core.page_costs import beside
from portal.core.scratch import manage, scratch_portal
from services.directory import bench

SMALL = 60


class Command(BaseCommand):
    help = "Fill a scratch database with vendors, compare its pages with a small one's, and bring a long sheet in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--vendors", type=int, default=3000)
        parser.add_argument("--rows", type=int, default=20_000)
        parser.add_argument("--inside", default="", help="pages or sheet, on the scratch database (called by itself)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inside"]:
            lines = compare(options["vendors"]) if options["inside"] == "pages" else [long_sheet(options["rows"])]
            for line in lines:
                self.stdout.write(json.dumps(line))
            return
        for part, size in (
            ("pages", ["--vendors", str(options["vendors"])]),
            ("sheet", ["--rows", str(options["rows"])]),
        ):
            with scratch_portal() as folder:
                self.stdout.write(manage(folder, "bench_directory", "--inside", part, *size))


def compare(vendors: int) -> list[dict[str, Any]]:
    """Measure a directory as small as the demo's, then a large one; a line for each page."""
    verifier = bench.verifier()
    bench.make_vendors(SMALL, verifier)
    bench.index()
    small = bench.measure(verifier)
    bench.make_vendors(vendors - SMALL, verifier, first=SMALL)
    bench.index()
    large = bench.measure(verifier)
    return list(beside([[small, large]]))


def long_sheet(rows: int) -> dict[str, Any]:
    """Bring a sheet in; with the process's peak memory in MB."""
    found = bench.bring_in(rows, bench.verifier())
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
