"""Every form of the web and every field of the API with text that nobody types: no answer is an error of ours."""

import json
import re
from datetime import date
from itertools import cycle
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from bookings.api import EnquiryIn, LineIn, StepIn
from cms.events.api import RegistrationIn
from portal.api import api
from portal.payments.api import PaymentIn
from tests.architecture.page_forms import Forms
from tests.architecture.world import addresses, build

ODD = {
    "NUL": "a\x00b",
    "surrogate": "a\ud800b",
    "4 bytes": "𠀀👩‍🎤",
    "10,000": "字" * 10_000,
    "marks": "e" + "\u0301" * 200,
    "turned": "\u202e片\u2066",
    "far": "9999-12-31",
}
ASKED = ("lin", "mei", "fang", "gao", "anonymous")
SHAPES = {
    "create_booking": EnquiryIn, "pay_booking": PaymentIn, "act": StepIn, "register": RegistrationIn, "lines": LineIn,
}  # fmt: skip


@pytest.fixture
def world(lin, bo, zhao, mei, fang, gao):
    return build({"lin": lin, "bo": bo, "zhao": zhao, "mei": mei, "fang": fang, "gao": gao})


def sent(client, method, url, *args, **kwargs):
    """Send and undo; returns the answer."""
    before = transaction.savepoint()
    answer = getattr(client, method)(url, *args, **kwargs)
    if answer.streaming:
        b"".join(answer.streaming_content)
    transaction.savepoint_rollback(before)
    return answer


def typed(text):
    """Return a text as a browser sends it: half a character is no UTF-8."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@pytest.mark.long
def test_no_form_breaks_on_odd_text(world):
    known, requests, broken = set(), 0, []
    for who in ASKED:
        for _name, url in addresses(world):
            if url.startswith(("/admin/", "/api/", "/django-admin/")) or "logout" in url:
                continue
            page = sent(world.client(who), "get", url)
            requests += 1
            if page.status_code != 200 or "html" not in page.headers.get("Content-Type", ""):
                continue
            reader = Forms()
            reader.feed(page.text)
            for method, action, fields in reader.found:
                where = urlsplit(urljoin(url, action)).path
                mark = (method, re.sub(r"\d+", "0", where), frozenset(fields))
                names = [name for name in fields if name != "csrfmiddlewaretoken"]
                if mark in known or not names or "logout" in where:
                    continue
                known.add(mark)
                tries = [(label, dict.fromkeys(names, odd)) for label, odd in ODD.items()]
                tries += [
                    (f"{label} in {name}", {name: ODD[label]})
                    for label, name in zip(cycle(("turned", "far")), names, strict=False)
                ]
                for label, odd in tries:
                    data = fields | {name: typed(text) for name, text in odd.items()}
                    answer = sent(world.client(who), method, where, data)
                    requests += 1
                    if answer.status_code == 500:
                        broken.append((who, method, where, label, repr(answer.exc_info and answer.exc_info[1])[:200]))
                    elif label == "NUL":
                        assert answer.status_code in {400, 403, 302, 404, 405, 415}, (where, answer.status_code)
    print(f"{requests} requests, {len(known)} forms")  # noqa: T201
    assert broken == []
    assert len(known) > 40


def test_no_parameter_of_the_api_breaks_on_odd_text(world):
    requests, broken = 0, []
    client = world.client("lin")
    for path, methods in api.get_openapi_schema()["paths"].items():
        names = [one["name"] for one in methods.get("get", {}).get("parameters", []) if one["in"] == "query"]
        real = next(
            (url for name, url in addresses(world) if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), url)), path
        )
        for name in names:
            for label, odd in ODD.items():
                answer = sent(client, "get", real, {name: typed(odd)})
                requests += 1
                broken += [(real, name, label)] if answer.status_code == 500 else []
                if label == "NUL":
                    assert answer.status_code in {422, 404}, (real, name)
    print(f"{requests} requests")  # noqa: T201
    assert broken == []
    assert requests > 100


def bodies(shape):
    """Yield a body for each field, good but for that one."""
    today = date(2031, 1, 1).isoformat()
    line = {"resource": 1, "start": today, "end": "2031-01-03"}
    good = {
        EnquiryIn: {"lines": [line]}, LineIn: line, PaymentIn: {"schedule": 1, "provider": "fake"}, StepIn: {},
        RegistrationIn: {"name": "陈可", "email": "chen@mail.example"},
    }[shape]  # fmt: skip
    for name in (*shape.model_fields, "unknown"):
        for label, odd in ODD.items():
            for value in (odd, [odd], {odd: odd}):
                body = good | {name: value}
                yield name, label, {"lines": [body]} if shape is LineIn else body
    for label, odd in ODD.items():
        yield odd[:5], label, good | {odd: 1}


def test_no_body_of_the_api_breaks_on_odd_text(world):
    requests, broken = 0, []
    client = world.client("lin")
    booking, _action = world.arguments["api/v1/bookings"]
    session = world.arguments["api/v1/events"][0]
    targets = [
        ("/api/v1/bookings", EnquiryIn), ("/api/v1/bookings", LineIn), (f"/api/v1/bookings/{booking}/payments", PaymentIn),
        (f"/api/v1/bookings/{booking}/cancel", StepIn), (f"/api/v1/bookings/{booking}/accept-quote", StepIn),
        (f"/api/v1/events/{session}/registrations", RegistrationIn),
    ]  # fmt: skip
    for url, shape in targets:
        for name, label, body in bodies(shape):
            answer = sent(client, "post", url, json.dumps(body), content_type="application/json")
            requests += 1
            broken += (
                [(url, name, label, repr(answer.exc_info and answer.exc_info[1]))] if answer.status_code == 500 else []
            )
            if label in {"NUL", "surrogate"}:
                assert answer.status_code in {400, 403, 409, 422, 429}, (url, name, answer.status_code)
    print(f"{requests} requests")  # noqa: T201
    assert broken == []
    assert requests > 400


def test_every_body_of_the_api_is_walked():
    """Each route that reads a body has its shape in this walk."""
    posts = {
        o["operationId"].rpartition("_api_")[2]
        for m in api.get_openapi_schema()["paths"].values()
        for k, o in m.items()
        if k != "get"
    }
    assert posts == set(SHAPES) - {"lines"}


def test_a_form_of_many_parts_sent_to_the_api_is_no_error(db, lin):
    client = Client(raise_request_exception=False)
    client.force_login(lin)
    assert client.post("/api/v1/bookings", {"a": "b\x00"}).status_code in {400, 403, 422}
