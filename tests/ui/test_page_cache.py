"""Visitors' kept pages: cheap, never beyond a change, never for or from anybody else."""

import threading

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from locations import actions as location_actions
from portal.audit.actions import record
from portal.audit.models import ChangeCounter, Event
from portal.ui import page_cache
from studios import actions as studio_actions
from studios.models import Stage
from tests.factories.studios import make_resource
from tests.locations import conftest as places

DETAIL = "/zh-hans/stages/led-1/"
street = places.street


@pytest.fixture(autouse=True)
def _kept(settings, request):
    settings.PAGE_CACHE_SECONDS = 60
    caches["pages"].clear()
    if "db" in request.fixturenames:
        request.getfixturevalue("db")
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:  # the counter moves at the end of a transaction; here none ends
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    yield
    caches["pages"].clear()


@pytest.fixture
def stage(db):
    return make_resource().stage


def queries(client, path):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.get(path)
    return answer, len(seen)


def test_the_second_visitor_gets_the_same_page_for_one_query(stage):
    first, many = queries(Client(), DETAIL)
    second, few = queries(Client(), DETAIL)
    assert first.content == second.content
    assert few == 1 < many
    assert "public" in second.headers["Cache-Control"]
    assert second.headers["Vary"] == first.headers["Vary"]
    assert not second.cookies


def test_a_change_is_seen_at_the_next_request(stage, mei):
    Client().get(DETAIL)
    stage.published = False
    studio_actions.keep_stage(actor=mei, stage=stage)
    assert Client().get(DETAIL).status_code == 404


def test_any_event_of_the_trail_makes_kept_pages_unreachable(stage, lin):
    Client().get(DETAIL)
    Stage.objects.filter(pk=stage.pk).update(name_zh="换了名字")
    assert "换了名字" not in Client().get(DETAIL).text
    with transaction.atomic():
        record("studios.tried", actor=lin, subject=stage)
    assert "换了名字" in Client().get(DETAIL).text


@pytest.mark.parametrize("model", [Event, PageLogEntry, ModelLogEntry])
def test_every_log_moves_the_counter(model, lin):
    before = ChangeCounter.objects.filter(pk=1).values_list("value", flat=True).first() or 0
    if model is Event:
        record("studios.tried", actor=lin, subject=lin)
    else:
        subject = Page.get_first_root_node() if model is PageLogEntry else lin
        model.objects.log_action(subject, "wagtail.edit", user=lin)
    assert ChangeCounter.objects.get(pk=1).value == before + 1


class Hiding(threading.Thread):
    """Somebody who hides a stage, and whose transaction ends when told."""

    def __init__(self, stage, actor):
        super().__init__()
        self.stage, self.actor = stage, actor
        self.done, self.may_end = threading.Event(), threading.Event()

    def run(self):
        try:
            with transaction.atomic():
                Stage.objects.filter(pk=self.stage.pk).update(published=False)
                record("studios.stage_hidden", actor=self.actor, subject=self.stage)
                self.done.set()
                self.may_end.wait(10)
        finally:
            self.done.set()
            connection.close()


def last_event(request):
    """The naive control: what stood here before, the number of the last event."""
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    return f"{page_cache.address_of(request)}:{newest}"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("naive", [False, True])
def test_a_stage_hidden_in_a_long_transaction_is_gone_when_it_ends(lin, monkeypatch, naive):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: nobody else can write an event meanwhile")
    if naive:
        monkeypatch.setattr(page_cache, "key_of", last_event)
    stage = make_resource().stage
    hiding = Hiding(stage, lin)
    hiding.start()
    hiding.done.wait(10)
    with transaction.atomic():
        record("studios.tried", actor=lin, subject=stage)  # a later number, visible earlier
    assert Client().get(DETAIL).status_code == 200  # the hiding is not done
    hiding.may_end.set()
    hiding.join()
    assert Client().get(DETAIL).status_code == (200 if naive else 404)


def away(*args, **kwargs):
    raise OperationalError("the database does not answer")


def test_visitors_get_kept_pages_while_the_database_is_away(stage, monkeypatch, settings):
    shown = Client().get(DETAIL)
    monkeypatch.setattr(page_cache, "key_of", away)
    assert Client().get(DETAIL).content == shown.content
    client = Client(raise_request_exception=False)
    answer = client.get("/zh-hans/stages/")  # not kept
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "暂时无法连接" in answer.text
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    assert client.get(DETAIL).status_code == 503  # a signed-in person never gets a visitor's page


def test_in_trouble_nobody_gets_what_was_kept_before_the_last_known_change(stage, lin, monkeypatch):
    Client().get(DETAIL)
    record("studios.tried", actor=lin, subject=stage)
    Client().get("/zh-hans/stages/")  # this process learns of the change
    monkeypatch.setattr(page_cache, "key_of", away)
    assert Client(raise_request_exception=False).get(DETAIL).status_code == 503


def test_a_kept_page_is_no_older_than_a_minute(stage, monkeypatch):
    Client().get(DETAIL)
    now = page_cache.time.time()
    monkeypatch.setattr(page_cache.time, "time", lambda: now + 61)
    assert queries(Client(), DETAIL)[1] > 1


def test_the_api_says_that_the_database_is_away(client, monkeypatch, db):
    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
        answer = Client(raise_request_exception=False).get("/api/v1/stages")
    assert (answer.status_code, answer.json()["code"]) == (503, "away")


def test_signed_in_people_neither_fill_nor_get_it(stage, lin):
    member = Client()
    member.force_login(lin)
    own = member.get(DETAIL)
    assert "no-store" in own.headers["Cache-Control"]
    assert lin.name in own.text
    assert lin.name not in Client().get(DETAIL).text
    assert lin.name in member.get(DETAIL).text


def test_languages_queries_and_parts_have_answers_of_their_own(stage):
    chinese = Client().get(DETAIL).text
    assert Client().get(DETAIL.replace("zh-hans", "en")).text != chinese
    queries(Client(), f"{DETAIL}?month=2026-12")
    assert queries(Client(), f"{DETAIL}?month=2026-12")[1] > 1
    with CaptureQueriesContext(connection) as seen:
        Client().get(DETAIL, headers={"HX-Request": "true"})
    assert len(seen) > 1


def test_a_search_is_kept_with_its_query_until_the_next_change(street, gao):
    path = "/zh-hans/locations/"
    for query in ("", "?q=松溉", "?setting=exterior&q=松溉"):
        first, many = queries(Client(), f"{path}{query}")
        second, few = queries(Client(), f"{path}{query}")
        assert street.slug in second.text
        assert first.content == second.content
        assert few == 1 < many
    endless = f"{path}?setting=exterior{'&view=list' * 30}"
    assert street.slug in Client().get(endless).text
    assert queries(Client(), endless)[1] > 1
    assert street.slug not in Client().get(f"{path}?q=松溉&setting=interior").text
    location_actions.hide_location(actor=gao, location=street)
    assert street.slug not in Client().get(f"{path}?q=松溉").text


def test_a_search_that_lacked_a_change_or_found_nothing_is_not_kept(street, gao, monkeypatch):
    path = "/zh-hans/locations/"
    assert street.slug in Client().get(path).text
    queries(Client(), f"{path}?q=没有这个地方")
    assert queries(Client(), f"{path}?q=没有这个地方")[1] > 1  # noted each time
    with monkeypatch.context() as patch:
        patch.setattr("portal.search.consumer.catch_up", lambda *args, **kwargs: False)
        location_actions.update_location(actor=gao, location=street, summary_zh="改了")
        assert street.slug not in Client().get(path).text  # not shown from an index that lacks its change
    assert street.slug in Client().get(path).text


def test_what_is_searched_over_everything_is_never_kept(stage):
    path = "/zh-hans/find/?q=led"
    queries(Client(), path)
    assert queries(Client(), path)[1] > 1


def test_a_page_with_a_form_is_never_kept(stage):
    path = "/zh-hans/bookings/new/led-1/"
    Client().get(path)
    _answer, many = queries(Client(), path)
    assert many > 1


def test_pages_that_are_not_there_are_not_kept(db):
    assert Client().get("/zh-hans/stages/none/").status_code == 404
    make_resource("none")
    assert Client().get("/zh-hans/stages/none/").status_code == 200
