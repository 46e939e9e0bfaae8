"""Every address, eight people, GET and POST: nobody reads what is not theirs, and no answer is an error of ours."""

import pytest
from django.db import transaction

from tests.architecture.world import SECRETS, WHO, addresses, build

WAGTAILS = ("wagtail",)
"""Wagtail answers several of its own addresses with 500 where an argument or a field is missing; what they show is looked at all the same."""


@pytest.fixture
def world(lin, bo, zhao, mei, fang, gao, settings):
    settings.OUTBOX_PAGE = False  # the demo's own window on all mail
    return build({"lin": lin, "bo": bo, "zhao": zhao, "mei": mei, "fang": fang, "gao": gao})


def text_of(answer):
    """Return an answer's body as text; a file may hold any bytes."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "ignore")


@pytest.mark.long
@pytest.mark.parametrize("who", WHO)
def test_nobody_reads_what_is_not_theirs_at_any_address(world, who):
    secret = {name: text for name, (text, readers) in SECRETS.items() if who not in readers}
    tried, leaks, broken, pages = 0, [], [], 0
    for name, url in addresses(world):
        for method in ("get", "post"):
            before = transaction.savepoint()
            client = world.client(who)
            answer = getattr(client, method)(url)
            text = text_of(answer)
            transaction.savepoint_rollback(before)
            tried += 1
            pages += answer.status_code == 200
            leaks += [(method, url, one) for one, marker in secret.items() if marker in text]
            if answer.status_code == 500 and not name.startswith(WAGTAILS):
                broken.append((method, name, url, repr(answer.exc_info[1]) if answer.exc_info else ""))
    print(f"{who}: {tried} requests, {pages} answered with a page, {len(leaks)} leaks, {len(broken)} errors")  # noqa: T201
    assert broken == []
    assert leaks == []
    assert tried > 1_000


@pytest.mark.long
def test_each_secret_can_be_seen_by_somebody(world):
    """Else the walk would look for words that stand nowhere."""
    seen = set()
    for who in ("lin", "gao", "mei"):
        client = world.client(who)
        for _name, url in addresses(world):
            if not url.startswith("/admin/") and "logout" not in url:
                before = transaction.savepoint()
                text = text_of(client.get(url))
                transaction.savepoint_rollback(before)
                seen |= {one for one, (marker, _readers) in SECRETS.items() if marker in text}
    assert seen == set(SECRETS)
