"""A library of any size on a scratch portal, and what its pages cost."""

from __future__ import annotations

import io
import random
from dataclasses import asdict
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.test import Client

from portal.core.page_costs import page_cost

from .models import Location, LocationPhoto

ASKED = (
    "", "?q=竹海", "?q=吊脚楼&truck_max=100", "?setting=exterior&era=republic", "?view=grid", "?view=map", "?page=2", "?sort=newest",
    "?near=29.35,105.92,20&sort=distance", "?bbox=105.7,29.1,106,29.5",
)  # fmt: skip
LANGUAGES = ("zh-hans", "en")
CHUNK = 1000
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def ask() -> list[dict[str, Any]]:
    """Ask each page in both languages, in this process."""
    client = Client(HTTP_HOST="localhost")
    return [asdict(page_cost(client, f"/{language}/locations/{query}")) for language in LANGUAGES for query in ASKED]


def fill(places: int) -> int:
    """Write copies of the public places until there are that many, each with its pictures, and index them; returns how many.

    Writes past the actions: for a scratch portal only.
    """
    models = list(Location.objects.visible_to(frozenset()).prefetch_related("photos"))
    dice = random.Random(3)  # noqa: S311 - made-up places
    for begin in range(len(models), places, CHUNK):
        numbers = range(begin, min(begin + CHUNK, places))
        with transaction.atomic():
            originals = [models[number % len(models)] for number in numbers]
            made = Location.objects.bulk_create(
                _copy(one, number, dice) for one, number in zip(originals, numbers, strict=True)
            )
            LocationPhoto.objects.bulk_create(
                LocationPhoto(location=place, image_id=photo.image_id, order=photo.order, shows_place=False)
                for place, original in zip(made, originals, strict=True)
                for photo in original.photos.all()
            )
    call_command("rebuild_search", kind="place", stdout=io.StringIO())
    return Location.objects.visible_to(frozenset()).count()


def _copy(original: Location, number: int, dice: random.Random) -> Location:
    fields = {field.attname: getattr(original, field.attname) for field in Location._meta.concrete_fields}
    hundred, rest = divmod(number, 1000)
    code = f"BX-{LETTERS[hundred // len(LETTERS)]}{LETTERS[hundred % len(LETTERS)]}-{rest:03}"
    fields |= {
        "id": None, "code": code, "slug": f"bench-{number}", "name_zh": f"{original.name_zh}{number}号",
        "name_en": f"{original.name_en} {number}", "lat": 29.0 + dice.random() * 0.6, "lng": 105.6 + dice.random() * 0.6,
        "popularity": dice.randint(0, 1000), "truck_to_set_m": dice.randint(0, 400),
    }  # fmt: skip
    return Location(**fields)
