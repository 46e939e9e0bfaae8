"""Visitors' kept pages: cheap, never beyond a change, never for or from anybody else."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry, PageLogEntry

from locations import actions as location_actions
from portal.audit.actions import record
from portal.audit.models import Event
from portal.ui import page_cache
from studios import actions as studio_actions
from studios.models import Stage
from tests.factories.studios import make_resource
from tests.locations import conftest as places

DETAIL = "/zh-hans/stages/led-1/"
street = places.street


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.PAGE_CACHE_SECONDS = 60
    caches["pages"].clear()
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
    from django.db import transaction

    Client().get(DETAIL)
    Stage.objects.filter(pk=stage.pk).update(name_zh="换了名字")
    assert "换了名字" not in Client().get(DETAIL).text
    with transaction.atomic():
        record("studios.tried", actor=lin, subject=stage)
    assert "换了名字" in Client().get(DETAIL).text


def test_the_numbers_are_those_of_the_trail_and_of_both_logs_of_wagtail():
    assert tuple(model._meta.db_table for model in (Event, PageLogEntry, ModelLogEntry)) == page_cache.LOGS


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
