"""The API of holds: shapes, order of refusals, idempotency, and what strangers get."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from bookings import actions
from bookings.models import Booking
from portal.accounts.actions import create_token
from portal.accounts.models import Membership
from tests.bookings.conftest import ask, days, firm, hold
from tests.factories.studios import make_resource

pytestmark = pytest.mark.django_db


@pytest.fixture
def led(db):
    return make_resource()


class Api:
    """A caller with a bearer token; answers (status, json)."""

    def __init__(self, person=None, *, can_write=True):
        self.client = Client()
        self.headers = {}
        if person:
            secret = create_token(actor=person, name="t", can_write=can_write)[1]
            self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path):
        return self._answer(self.client.get(f"/api/v1{path}", headers=self.headers))

    def post(self, path, body=None, **headers):
        data = body if isinstance(body, str) else json.dumps(body if body is not None else {})
        answer = self.client.post(
            f"/api/v1{path}", data, content_type="application/json", headers=self.headers | headers
        )
        return self._answer(answer)

    @staticmethod
    def _answer(answer):
        self_type = answer.headers["Content-Type"]
        if answer.status_code >= 400:
            assert self_type == "application/problem+json"
            assert {"type", "title", "status", "detail", "code"} <= set(answer.json())
        return answer.status_code, answer.json()


def wanted(resource, start=40, length=5, line=None):
    span = days(start, length)
    given = {"resource": resource.pk, "start": span.start.isoformat(), "end": span.end.isoformat()}
    return {"lines": [given | (line or {})]}


def test_the_whole_path_by_token(lin, led):
    api = Api(lin)
    status, booking = api.post("/bookings", wanted(led))
    assert (status, booking["state"]) == (201, "quoted")
    assert [day["rank"] for day in booking["lines"][0]["rank"]] == [1] * 5
    assert booking["quote"]["total"] == {"amount": 24_150_000, "currency": "CNY"}
    for step, state in (("accept-quote", "quoted"), ("hold", "hold"), ("confirm", "awaiting_deposit")):
        status, booking = api.post(f"/bookings/{booking['reference']}/{step}")
        assert (status, booking["state"]) == (200, state)
    assert booking["payments"][0]["kind"] == "earnest_money"
    status, history = api.get(f"/bookings/{booking['reference']}/history")
    assert [one["action"] for one in history["items"]][-1] == "bookings.made_firm"


def test_losing_says_why_by_code(lin, zhao, led):
    firm(lin, led)
    second = ask(zhao, led, days(42, 5))
    api = Api(zhao)
    api.post(f"/bookings/{second.reference}/accept-quote")
    status, problem = api.post(f"/bookings/{second.reference}/hold")
    assert (status, problem["code"], len(problem["days"])) == (409, "days_taken", 3)
    held = hold(zhao, led, days(60, 2))
    hold_first = hold(lin, led, days(70, 2))
    later = hold(zhao, led, days(70, 2))
    assert hold_first.state == held.state == "hold"
    assert api.post(f"/bookings/{later.reference}/confirm")[1]["code"] == "not_first_in_line"


@pytest.mark.parametrize("path", ["", "/history"])
def test_a_stranger_reads_nothing(lin, zhao, led, path):
    booking = hold(lin, led)
    assert Api(zhao).get(f"/bookings/{booking.reference}{path}")[0] == 404
    assert Api().get(f"/bookings/{booking.reference}{path}")[0] == 401
    assert Api(zhao).get("/bookings")[1]["total"] == 0


@pytest.mark.parametrize(
    "action", ["quote", "accept-quote", "hold", "challenge", "confirm", "release", "cancel", "change", "nonsense"]
)
def test_a_stranger_moves_nothing(lin, zhao, led, action):
    booking = hold(lin, led)
    assert Api(zhao).post(f"/bookings/{booking.reference}/{action}", "not json")[0] == 404
    assert Api().post(f"/bookings/{booking.reference}/{action}")[0] == 401
    booking.refresh_from_db()
    assert booking.state == "hold"


def test_refusals_come_in_order(lin, bo, led):
    booking = hold(lin, led)
    ref = booking.reference
    assert Api(bo).post(f"/bookings/{ref}/confirm", "not json")[0] == 403
    assert Api(lin).post(f"/bookings/{ref}/confirm", "not json")[0] == 400
    assert Api(lin).post(f"/bookings/{ref}/confirm", {"version": "x"})[0] == 422
    assert Api(lin).post(f"/bookings/{ref}/nonsense")[0] == 404
    assert Api(lin).post(f"/bookings/{ref}/challenge")[1]["code"] == "not_offered"
    assert Api(lin).post("/bookings", "[1")[0] == 400
    assert Api(lin).post("/bookings", {"lines": []})[0] == 422


@pytest.mark.parametrize(
    "line",
    [
        {"start": "2027-13-01"}, {"end": "yesterday"}, {"quantity": 0}, {"quantity": 99}, {"resource": 10**12}, {"resource": -1},
        {"day_types": ["party"] * 5}, {"day_types": ["shoot"]}, {"slots": [5]}, {"start": "9999-12-31", "end": "9999-12-31"}, {"surprise": 1},
    ],
)  # fmt: skip
def test_bad_lines_are_422_with_the_field(lin, led, line):
    status, problem = Api(lin).post("/bookings", wanted(led, line=line))
    assert status == 422
    assert problem["errors"]
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("start", "length", "status"),
    [(2, 1, 201), (1, 1, 422), (365, 1, 201), (366, 1, 422), (40, 90, 201), (40, 91, 422), (-2, 1, 422)],
)
def test_the_rim_of_the_notice_window(lin, led, start, length, status):
    assert Api(lin).post("/bookings", wanted(led, start, length))[0] == status


def test_the_same_key_and_body_answer_the_same(lin, led):
    api = Api(lin)
    body = wanted(led)
    one, two = (
        api.post("/bookings", body, **{"Idempotency-Key": "k1"}),
        api.post("/bookings", body, **{"Idempotency-Key": "k1"}),
    )
    assert one == two
    assert Booking.objects.count() == 1
    assert api.post("/bookings", wanted(led, 50), **{"Idempotency-Key": "k1"})[0] == 422


def test_a_stale_version_is_412(lin, led):
    booking = ask(lin, led)
    api = Api(lin)
    stale = {"If-Match": f'"{booking.version + 7}"'}
    assert api.post(f"/bookings/{booking.reference}/accept-quote", **stale)[0] == 412
    fresh = {"If-Match": f'"{booking.version}"'}
    assert api.post(f"/bookings/{booking.reference}/accept-quote", **fresh)[0] == 200


def test_a_read_only_key_reads_only(lin, led):
    api = Api(lin, can_write=False)
    assert api.get("/bookings")[0] == 200
    assert api.post("/bookings", wanted(led))[0] == 403


def test_a_session_needs_its_csrf_token(lin, led):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lin)
    assert client.get("/api/v1/bookings").status_code == 200
    answer = client.post("/api/v1/bookings", json.dumps(wanted(led)), content_type="application/json")
    assert answer.status_code == 401


def test_members_do_not_see_money(lin, bo, led):
    booking = firm(lin, led)
    seen = Api(bo).get(f"/bookings/{booking.reference}")[1]
    assert (seen["quote"], seen["payments"], seen.get("pay_to")) == (None, [], None)
    Membership.objects.filter(user=bo).update(role="finance")
    assert Api(bo).get(f"/bookings/{booking.reference}")[1]["quote"]


def test_calendar_and_free_agree_day_by_day(lin, mei, led):
    firm(lin, led, days(45, 3))
    hold(lin, led, days(50, 2))
    actions.close_days(actor=mei, resource=led, days=days(55, 1), reason="检修")
    span = days(40, 30)
    shown = Api().get(f"/resources/{led.pk}/calendar?from={span.start}&to={span.end}")[1]["days"]
    assert len(shown) == 30
    free = {one["date"] for one in shown if one["free"]}
    windows = Api().get(f"/stages/free?days=1&from={span.start}&to={span.end}")[1]["items"][0]["windows"]
    inside = {
        (span.start + timedelta(days=offset)).isoformat()
        for offset in range(30)
        if any(one["start"] <= (span.start + timedelta(days=offset)).isoformat() < one["end"] for one in windows)
    }
    assert free == inside
    by_date = {one["date"]: one for one in shown}
    assert by_date[days(45).start.isoformat()]["firm"]
    assert by_date[days(50).start.isoformat()] | {"date": 0} == {
        "date": 0,
        "free": True,
        "held": 1,
        "firm": False,
        "closed": False,
    }
    assert by_date[days(55).start.isoformat()]["closed"]


def test_quantity_counts_units_that_are_free_at_once(lin, db):
    cloud = make_resource("render", kind="render_cloud", units=8)
    firm(lin, cloud, quantity=5)
    span = days()
    path = f"/resources/{cloud.pk}/calendar?from={span.start}&to={span.end}"
    assert Api().get(path)[1]["days"][0]["free"]
    assert not Api().get(f"{path}&quantity=4")[1]["days"][0]["free"]


@pytest.mark.parametrize(
    "query",
    ["from=x", "from=2027-01-02&to=2027-01-01", "from=2020-01-01&to=2030-01-01", "quantity=0", "from=9999-12-31"],
)
def test_bad_ranges_are_422(led, query):
    assert Api().get(f"/resources/{led.pk}/calendar?{query}")[0] == 422


def test_lists_page_by_cursor(lin, led):
    for start in (40, 50, 60):
        ask(lin, led, days(start, 1))
    api = Api(lin)
    first = api.get("/bookings?limit=2")[1]
    second = api.get(f"/bookings?limit=2&cursor={first['next']}")[1]
    assert (first["total"], len(first["items"]), len(second["items"]), second["next"]) == (3, 2, 1, None)
    assert api.get("/bookings?cursor=%00%ff")[0] == 422
    assert api.get("/bookings?limit=101")[0] == 422


def test_the_stage_list_carries_what_the_contract_names(led):
    status, answer = Api().get("/stages")
    item = answer["items"][0]
    assert status == 200
    assert {"slug", "name", "kind", "resource", "units", "thumbnail"} <= set(item)
    assert set(item["name"]) == {"zh", "en"}


def test_too_many_calls_say_when_to_come_back(lin, led, settings):
    settings.API_READS_PER_MINUTE = 3
    api = Api(lin)
    answers = [api.client.get("/api/v1/bookings", headers=api.headers) for _ in range(5)]
    assert {one.status_code for one in answers} >= {200, 429}
    late = next(one for one in answers if one.status_code == 429)
    assert 0 < int(late.headers["Retry-After"]) <= 60


def test_no_answer_of_the_api_is_ever_stored(lin, led):
    api = Api(lin)
    for path in ("/bookings", "/stages", f"/resources/{led.pk}/calendar"):
        answer = api.client.get(f"/api/v1{path}", headers=api.headers)
        assert "no-store" in answer.headers["Cache-Control"], path
        assert "no-store" in Client().get("/api/v1/stages").headers["Cache-Control"]


def test_the_calendar_file_opens_for_whoever_holds_its_address(lin, led):
    booking = firm(lin, led)
    answer = Client().get(f"/calendar/{booking.calendar_secret}.ics")
    assert answer.status_code == 200
    assert b"STATUS:TENTATIVE" in answer.content
    assert f"DTEND;VALUE=DATE:{booking.lines.get().end:%Y%m%d}".encode() in answer.content
    assert Client().get("/calendar/wrong.ics").status_code == 404


def test_every_call_is_explained_in_both_languages(client, db):
    from portal.api import api
    from portal.ui.api_examples import CALLS

    operations = {f"{method.upper()} {path}" for path, methods in api.get_openapi_schema()["paths"].items() for method in methods}  # fmt: skip
    assert operations == set(CALLS)
    page = client.get("/api/v1/docs", headers={"Accept-Language": "zh-CN"}).text
    assert "电影周场次，按时间排列。" in page


def test_lines_that_want_one_unit_on_the_same_days_are_refused_when_asked(lin, led):
    api, body = Api(lin), wanted(led, 40, 2)
    body["lines"].append(wanted(led, 41, 2)["lines"][0])
    status, answer = api.post("/bookings", body)
    assert (status, answer["code"]) == (422, "overlapping_lines")
    body["lines"][1] = wanted(led, 42, 2)["lines"][0]
    assert api.post("/bookings", body)[0] == 201


def test_stages_are_read_to_the_end_page_by_page(db):
    for number in range(8):
        make_resource(f"led-{number}")
    seen, cursor = [], ""
    for _page in range(9):
        _status, answer = Api().get(f"/stages?limit=3{'&cursor=' + cursor if cursor else ''}")
        assert answer["total"] == 8
        seen += [one["slug"] for one in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == 8
    assert Api().get("/stages?cursor=nonsense")[0] == 422
