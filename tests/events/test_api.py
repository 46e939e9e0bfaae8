"""The API of film week: the shapes of docs/implementation/api.md, no account needed, order of errors, keys that repeat."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from cms.events.models import Registration
from portal.accounts.actions import create_token
from tests.factories.events import START, at, make_hall, make_session, register


def post(session, body, **headers):
    url = f"/api/v1/events/{session.slug}/registrations"
    data = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return Client(enforce_csrf_checks=True).post(url, data, "application/json", headers=headers)


def test_sessions_are_listed_in_order_of_time(client, gao, edition, screening):
    later = make_session(gao, edition, make_hall(), begins=at(20), entry="open")
    answer = client.get("/api/v1/events", {"edition": edition.slug}).json()
    assert answer["total"] == 2
    assert [one["slug"] for one in answer["items"]] == [screening.slug, later.slug]
    first, second = answer["items"]
    assert first["name"] == {"zh": screening.title_zh, "en": screening.title_en}
    assert first["kind"] == "screening"
    assert first["starts_at"].endswith("Z")
    assert (first["capacity"], first["registered"]) == (10, 0)
    assert second["capacity"] is None
    assert answer["next"] is None


def test_filters_and_cursor(client, gao, edition, screening):
    others = [make_session(gao, edition, make_hall(), begins=at(10, day=day)) for day in (1, 1, 2)]
    by_day = client.get("/api/v1/events", {"day": at(10, day=1).date().isoformat()}).json()
    assert by_day["total"] == 2
    venue = others[2].hall.venue_id
    assert [one["slug"] for one in client.get("/api/v1/events", {"venue": venue}).json()["items"]] == [others[2].slug]
    seen, cursor = [], ""
    while True:
        page = client.get("/api/v1/events", {"limit": 3, "cursor": cursor}).json()
        seen += [one["slug"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 4


@pytest.mark.parametrize(
    "query", [{"day": "tomorrow"}, {"day": "9999-12-31"}, {"day": "0001-01-01"}, {"edition": "\x00"}, {"venue": "x"}, {"venue": "-1"}, {"limit": "0"}, {"limit": "101"}, {"cursor": "!!"}, {"cursor": "eyJmcm9tIjogLTF9"}],
)  # fmt: skip
def test_bad_parameters_are_a_422(client, screening, query):
    answer = client.get("/api/v1/events", query)
    assert answer.status_code == 422
    assert next(iter(query)) in answer.json()["errors"]


def test_an_unknown_edition_is_an_empty_list(client, screening):
    assert client.get("/api/v1/events", {"edition": "x" * 10_000}).json() == {"total": 0, "items": [], "next": None}


def test_somebody_registers_without_an_account_and_the_next_waits(gao, edition, hall):
    session = make_session(gao, edition, hall, capacity=2)
    answer = post(session, {"name": "陈可", "email": "chen@mail.example", "companions": ["陈一苇"]})
    assert answer.status_code == 201
    made = Registration.objects.get()
    assert answer.json()["reference"] == made.reference
    assert answer.json()["state"] == "registered"
    second = post(session, {"name": "Wu", "email": "wu@mail.example"}).json()
    assert (second["state"], second["position"]) == ("waiting", 1)
    third = post(session, {"name": "Xu", "email": "xu@mail.example"}).json()
    assert third["position"] == 2


def test_the_order_of_errors(screening):
    assert post(screening, b"{", Authorization="Bearer nothing").status_code == 401
    missing = Client().post("/api/v1/events/nothing/registrations", b"{", "application/json")
    assert missing.status_code == 404
    assert post(screening, b"{").status_code == 400
    answer = post(screening, {"name": "", "companions": [""]})
    assert answer.status_code == 422
    assert {"name", "email"} <= set(answer.json()["errors"])


@pytest.mark.parametrize(
    "fields",
    [{"email": "nobody"}, {"name": "x" * 10_000}, {"name": "\x00"}, {"email": "a@b.c" + "d" * 300}, {"companions": ["x"] * 99},
     {"companions": "x"}, {"companions": [5]}, {"phone": "1" * 200}, {"phone": "\x00"}, {"access_code": "NOT-OURS"}, {"access_code": "\x00"}, {"email": "\x00"},
     {"name": "\ud800"}, {"companions": ["\x00"]}],
)  # fmt: skip
def test_bad_values_are_a_422_and_take_no_seat(screening, fields):
    answer = post(screening, {"name": "陈可", "email": "chen@mail.example"} | fields)
    assert answer.status_code == 422, answer.content[:300]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not Registration.objects.exists()
    assert screening.pools.get().taken == 0


@pytest.mark.parametrize(
    "name", ["👩‍🎤 Zoë", "Dr.Smith", "J.R. O’Neil", "陈\u200b可", "Nguyễn Văn Ân", "ปิ่น", "O'Brien <b>", "=1+1"]
)
def test_any_name_that_people_have_is_kept_as_it_is(screening, name):
    assert post(screening, {"name": name, "email": "a@mail.example"}).status_code == 201
    assert Registration.objects.get().name == name


def test_registering_twice_is_a_409_and_the_same_key_the_same_answer(screening):
    body = {"name": "陈可", "email": "chen@mail.example"}
    first = post(screening, body, **{"Idempotency-Key": "k1"})
    again = post(screening, body, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert post(screening, body).status_code == 409
    other = post(screening, body | {"name": "别人"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert post(screening, body, **{"Idempotency-Key": "x" * 500}).status_code == 422
    assert Registration.objects.count() == 1


def test_a_venue_is_one_address_and_may_send_three_hundred_a_minute(screening, settings):
    settings.REGISTRATIONS_PER_MINUTE = 3
    cache.clear()
    answers = [post(screening, {"name": "陈", "email": f"v{number}@mail.example"}) for number in range(6)]
    statuses = [one.status_code for one in answers]
    assert statuses.count(201) >= 3
    assert 429 in statuses
    refused = next(one for one in answers if one.status_code == 429)
    assert int(refused.headers["Retry-After"]) <= 60


def test_one_session_in_full(client, screening):
    register(screening, companions=["同行"])
    answer = client.get(f"/api/v1/events/{screening.slug}").json()
    assert answer["registered"] == 2
    assert answer["starts_at"] < answer["ends_at"]
    assert "陈可" not in json.dumps(answer, ensure_ascii=False)
    assert START.isoformat()[:4] in answer["starts_at"]


def test_a_key_that_may_only_read_registers_nobody(screening, lin):
    _token, secret = create_token(actor=lin, name="reader", can_write=False)
    answer = post(screening, {"name": "陈可", "email": "chen@mail.example"}, Authorization=f"Bearer {secret}")
    assert (answer.status_code, answer.json()["code"]) == (403, "read_only_token")
    assert not Registration.objects.exists()
    _token, secret = create_token(actor=lin, name="writer", can_write=True)
    answer = post(screening, {"name": "陈可", "email": "chen@mail.example"}, Authorization=f"Bearer {secret}")
    assert answer.status_code == 201
    assert Registration.objects.get().user == lin
