"""`manage.py bench_film_week`: what the film week's pages cost when there is much more of it; JSON lines."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.events import bench
from portal.core.page_costs import beside
from portal.core.scratch import manage, scratch_portal

SMALL_SESSIONS, SMALL_VISITORS = 40, 2000


class Command(BaseCommand):
    help = "Fill a scratch database with editions, sessions and visitors, and compare its pages with a small one's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sessions", type=int, default=400)
        parser.add_argument("--registrations", type=int, default=20_000)
        parser.add_argument("--inside", action="store_true", help="on the scratch database (called by itself)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inside"]:
            for line in compare(options["sessions"], options["registrations"]):
                self.stdout.write(json.dumps(line))
            return
        size = ["--sessions", str(options["sessions"]), "--registrations", str(options["registrations"])]
        with scratch_portal() as folder:
            self.stdout.write(manage(folder, "bench_film_week", "--inside", *size))


def compare(sessions: int, registrations: int) -> list[dict[str, Any]]:
    """Measure one edition of forty sessions with a page full of visitors each, then everything; a line for each page."""
    editor = bench.editor()
    bench.make_editions(SMALL_SESSIONS, SMALL_VISITORS)
    small = bench.measure(editor)
    bench.make_editions(sessions - SMALL_SESSIONS, registrations - SMALL_VISITORS, first=1)
    large = bench.measure(editor)
    return list(beside([[small, large]]))
