"""The examples of the page for developers, sent as they stand to a portal with demo content; and the page itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import django
import pytest
from django.conf import settings

from tests.browser.conftest import BASE_URL

if not settings.configured:
    settings.configure(USE_I18N=False)
    django.setup()

from portal.ui.api_examples import EXAMPLES

EXPECTED = 14


def filled(value, known):
    """Return a path or body with the names in braces filled in; a value that is one name keeps its type."""
    if isinstance(value, dict):
        return {name: filled(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, known) for one in value]
    if isinstance(value, str):
        if (alone := re.fullmatch(r"{(\w+)}", value)) is not None:
            return known[alone.group(1)]
        return re.sub(r"{(\w+)}", lambda found: str(known[found.group(1)]), value)
    return value


def inside(answer, way):
    for step in way.split("."):
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return answer


def send(example, known, token):
    address = f"{BASE_URL}/api/v1{quote(filled(example.path, known), safe='/?=&,')}"
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if example.signed_in else {})
    data = json.dumps(filled(example.body, known)).encode() if example.method != "GET" else None
    request = urllib.request.Request(address, data, headers, method=example.method)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


@pytest.fixture(scope="module")
def token():
    if not BASE_URL or "PORTAL_VAR" not in os.environ:
        pytest.skip("no BASE_URL: sh tests/browser/run starts a portal for these tests")
    command = [sys.executable, "manage.py", "api_token", "lin@demo.example"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_every_example_answers_what_the_page_says(token):
    soon = datetime.now(UTC).date() + timedelta(days=150)
    known = {"soon": soon.isoformat(), "later": (soon + timedelta(days=3)).isoformat()}
    for example in EXAMPLES:
        status, answer = send(example, known, token)
        assert status == example.status, (example.path, status, answer)
        assert set(example.answer) <= set(answer), (example.path, sorted(answer))
        known |= {name: inside(answer, way) for name, way in example.keep.items()}
    assert len(EXAMPLES) == EXPECTED


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 390), ("en", 1440)])
def test_the_page_shows_every_example(visit, language, width):
    page, watch = visit(language, width)
    page.goto("/api/v1/docs")
    shown = page.locator(".calls li")
    assert shown.count() == len(EXAMPLES)
    watch.not_sideways(page)
