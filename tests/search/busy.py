"""One of several processes at work while the cluster has its troubles. Run by test_never_lost.py.

    python busy.py SEARCH_URL STANDBY_URL edit|read FOLDER NUMBER

Says in FOLDER that it is at work, goes on until `stop` lies there, ten minutes at most.
Prints JSON: a line for each answer, [page, status, milliseconds, moment].
"""

import json
import random
import sys
import time
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.test import Client  # noqa: E402

from locations.actions import hide_location, publish_location, update_location  # noqa: E402
from locations.models import Location  # noqa: E402
from portal.accounts.models import User  # noqa: E402

PAGES = {
    "search": "/zh-hans/locations/?q=地点",
    "api": "/api/v1/locations?q=地点&facets=1",
    "suggest": "/api/v1/locations/suggest?q=地",
    "stages": "/zh-hans/stages/",
}


def edit(number: int, dice: random.Random) -> None:
    """Change a place of one's own, hide it, show it again."""
    editor = User.objects.get(email="gao@demo.example")
    place = Location.objects.get(slug=f"place-{100 + number}")
    if dice.random() < 0.3 and place.state == "published":
        hide_location(actor=editor, location=place)
    elif place.state != "published":
        publish_location(actor=editor, location=place)
    else:
        update_location(actor=editor, location=place, summary_zh=f"第{dice.randint(1, 10**9)}版")


def main(search_url: str, standby_url: str, what: str, folder: Path, number: int) -> None:
    settings.SEARCH_URL, settings.SEARCH_STANDBY_URL = search_url, standby_url
    settings.ALLOWED_HOSTS = ["*"]
    client, dice, told = Client(), random.Random(number), []
    until = time.time() + 600
    while time.time() < until and not (folder / "stop").exists():
        for page in PAGES if what == "read" else ("edit",):
            began = time.time()
            status = 200
            if what == "read":
                status = client.get(PAGES[page]).status_code
            else:
                edit(number, dice)
            told.append([page, status, round((time.time() - began) * 1000, 1), began])
        (folder / f"at-work-{number}").touch()
        time.sleep(0.05)
    print(json.dumps(told))  # noqa: T201 - read by the test


main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5]))
