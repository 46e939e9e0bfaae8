"""The home search: every kind's first records, for the reader who asks."""

from dataclasses import replace

import pytest

from portal.search.queries import search_all
from portal.search.query import Viewer
from portal.search.rules import viewer_of
from portal.search.spec import register_spec, spec_of
from tests.factories.studios import make_resource
from tests.locations import conftest as places

pytestmark = pytest.mark.django_db
STRANGER = Viewer()
street, bamboo, private, hidden = places.street, places.bamboo, places.private, places.hidden


def groups(text, viewer=STRANGER, **more):
    return {group.kind: group for group in search_all(text, viewer, **more)}


def test_each_kind_answers_with_its_first_cards_and_its_total(street, bamboo):
    for number in range(4):
        make_resource(f"songji-{number}")
    found = groups("songji")
    assert set(found) == {"place", "stage"}
    assert [one.card.title for one in found["place"].found] == ["松溉古镇", "茶山竹海"]  # by its town
    assert "<mark>" in found["stage"].found[0].hit.title["en"]
    assert (len(found["stage"].found), found["stage"].total) == (3, 4)
    assert found["stage"].more.endswith("?q=songji")
    assert list(groups("songji", kinds=("stage",))) == ["stage"]


def test_a_kind_that_finds_nothing_has_no_group_and_corrects_nothing(street):
    make_resource("zeppelin")
    assert set(groups("zeppelin")) == {"stage"}
    assert groups("zepelin")["stage"].corrected == "zeppelin"


@pytest.mark.parametrize("word", ["麒麟", "qilin", "矿道", "mine"])
def test_strangers_find_nothing_private_or_hidden(private, hidden, street, zhao, word):
    assert groups(word) == groups(word, viewer_of(zhao)) == {}


def test_the_company_and_the_lot_find_what_is_theirs(private, lin, gao):
    assert groups("麒麟", viewer_of(lin))["place"].total == 1
    assert groups("麒麟", viewer_of(gao))["place"].total == 1


def test_what_the_database_does_not_show_is_not_counted(street, monkeypatch):
    spec = spec_of("place")
    register_spec(replace(spec, cards=lambda ids, viewer: {}))
    try:
        assert groups("松溉") == {}
    finally:
        register_spec(spec)
