"""What another process does to the library. Run by test_outbox.py: python elsewhere.py SEARCH_URL WHAT SLUG."""

import json
import os
import signal
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup

from locations.actions import hide_location  # noqa: E402
from locations.models import Location  # noqa: E402
from portal.accounts.models import User  # noqa: E402
from portal.search import actions  # noqa: E402
from portal.search.engines.tantivy import TantivyEngine  # noqa: E402
from portal.search.queries import search  # noqa: E402
from portal.search.query import SearchRequest  # noqa: E402


def die(*_args: object, **_kwargs: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(search_url: str, what: str, slug: str) -> None:
    settings.SEARCH_URL = search_url
    if what == "find":
        page = search(SearchRequest(kind="place", size=100))
        print(json.dumps(sorted(hit.id for hit in page.hits)))  # noqa: T201 - read by the test
        return
    if what == "hide-and-die-before-applying":
        actions.wake = die
    if what == "hide-and-die-before-the-cursor":
        TantivyEngine._keep_cursor = die  # type: ignore[method-assign]
    editor = User.objects.get(email="gao@demo.example")
    hide_location(actor=editor, location=Location.objects.get(slug=slug))


main(*sys.argv[1:4])
