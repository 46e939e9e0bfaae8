"""`manage.py load_demo`: the demonstration content, idempotent, refused where data is real."""

import importlib
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from demo import bookings, marks, money, people, stages, week

NAMED = 5


class Command(BaseCommand):
    help = (
        "Load the demonstration content: people, pictures, places, stages, vendors, pages, bookings. Safe to repeat and "
        "to interrupt: each part is loaded whole or not at all, and what people changed stays."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError("Demo content is refused under these settings: the data here is real.")
        marks.forget_left()
        with translation.override("zh-hans"):
            made = self.step("people and companies", people.load)
            pictures = importlib.import_module("demo.pictures")
            found = self.step("pictures", lambda: pictures.load(made["gao"], make_renditions=True))
            resources = self.step("stages", lambda: stages.load(found, made["mei"]))
            places = importlib.import_module("demo.places")
            self.step("places", lambda: places.load(found, made["gao"]))
            vendors = importlib.import_module("demo.vendors")
            self.step("vendors", lambda: vendors.load(made, found))
            pages = importlib.import_module("demo.pages")
            self.step("pages", lambda: pages.load(found, made["gao"]))
            self.step("bookings", lambda: bookings.load(made, resources))
            self.step("money", lambda: money.load(made))
            self.step("film week", lambda: week.load(found, made))
        if marks.left:
            more = f" and {len(marks.left) - NAMED} more" if len(marks.left) > NAMED else ""
            self.stdout.write(f"  left as you changed or deleted them: {', '.join(marks.left[:NAMED])}{more}")

    def step(self, name: str, run: Any) -> Any:
        """Run one part and say how long it took."""
        begin = time.monotonic()
        result = run()
        self.stdout.write(f"  {name}: {time.monotonic() - begin:.1f} s")
        self.stdout.flush()
        return result
