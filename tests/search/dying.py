"""An editor whose process is killed at one of many moments between the outbox and the index. Run by test_never_lost.py.

    python dying.py SEARCH_URL STANDBY_URL SLUG MOMENTS

The moments are spread evenly over all calls that the search makes: the way is walked once alive and counted. Each edit runs
in a child of its own that ends with SIGKILL; another child then compares records, outbox and index. Prints JSON.
"""

import json
import os
import signal
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.db import connection  # noqa: E402

from locations.actions import update_location  # noqa: E402
from locations.models import Location  # noqa: E402
from portal.accounts.models import User  # noqa: E402
from portal.search import checks  # noqa: E402
from portal.search.queries import search  # noqa: E402
from portal.search.query import SearchRequest  # noqa: E402
from portal.search.spec import spec_of  # noqa: E402

WATCHED = ("actions.py", "consumer.py", "tantivy.py", "tantivy_index.py", "elasticsearch.py", "elastic_index.py")


class Walk:
    """Counts the steps inside the search's own modules, calls into the index among them; dies at one of them."""

    def __init__(self, last: int) -> None:
        self.step, self.last, self.where = 0, last, ""

    def __call__(self, frame, event, argument) -> None:
        path = Path(frame.f_code.co_filename)
        if path.name not in WATCHED or "search" not in path.parts:
            return
        self.step += 1
        if self.step == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def edit(slug: str, name: str, last: int) -> int:
    place = Location.objects.get(slug=slug)
    editor = User.objects.get(email="gao@demo.example")
    walk = Walk(last)
    sys.setprofile(walk)
    update_location(actor=editor, location=place, name_zh=name)
    search(SearchRequest(kind="place", text=name))
    sys.setprofile(None)
    return walk.step


def agree(slug: str) -> str:
    """Return what is wrong: the search says what the database says, and nothing drifts."""
    name = Location.objects.get(slug=slug).name_zh
    page = search(SearchRequest(kind="place", text=name), exactly=True)
    if page.stale or [hit.title["zh"] for hit in page.hits] != [f"<mark>{name}</mark>"]:
        return f"{name}: {[str(hit.title['zh']) for hit in page.hits]}{' stale' if page.stale else ''}"
    return "; ".join(str(one) for one in checks.drift(spec_of("place")))


def in_a_child(work) -> tuple[int, str]:
    """Return the status of a child and what it wrote."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        connection.close()
        os.write(writing, str(work()).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _pid, status = os.waitpid(child, 0)
    return status, said


def main(search_url: str, standby_url: str, slug: str, moments: int) -> None:
    settings.SEARCH_URL, settings.SEARCH_STANDBY_URL = search_url, standby_url
    connection.close()
    in_a_child(lambda: edit(slug, "第零次改名", 0))  # makes the index
    _status, steps = in_a_child(lambda: edit(slug, "数一数步子", 0))
    told = []
    for number in range(moments):
        last = 1 + int(steps) * number // moments
        name = f"改名{chr(0x4E00 + 31 * number)}{chr(0x5E00 + 17 * number)}处"
        status, _said = in_a_child(lambda name=name, last=last: edit(slug, name, last))
        _status, wrong = in_a_child(lambda: agree(slug))
        told.append({"step": last, "killed": os.WIFSIGNALED(status), "wrong": wrong})
    print(json.dumps({"steps": int(steps), "moments": told}))  # noqa: T201 - read by the test


main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
