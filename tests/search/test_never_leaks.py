"""Nothing of a hidden, private or drafted record shows, on either engine: no hit, count, suggestion, marker, likeness, correction."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.db import connection

from locations.actions import hide_location, publish_location, update_location
from portal.search import engines
from portal.search.queries import correction, search, search_all, similar, suggest
from portal.search.query import SearchRequest, Viewer
from portal.search.rules import viewer_of
from portal.search.spec import spec_of
from tests.locations import conftest as places

from .conftest import both_engines

pytestmark = [pytest.mark.django_db, both_engines]
street, bamboo, private, hidden = places.street, places.bamboo, places.private, places.hidden
WORDS = ("麒麟", "麒", "qilin", "secret", "courtyard", "mmqly", "旧矿道", "mine", "jiukuangdao", "cave")
TYPED = ("秘", "秘密", "mi", "mmq", "s", "secret", "箕", "old", "old m", "j", "溶", "cave")


@pytest.fixture
def library(in_charge, street, bamboo, private, hidden):
    return {"street": street, "bamboo": bamboo, "private": private, "hidden": hidden}


@pytest.fixture(params=["visitor", "another company"])
def stranger(request, zhao):
    return Viewer() if request.param == "visitor" else viewer_of(zhao)


def asked(viewer, **fields):
    return search(SearchRequest(kind="place", viewer=viewer, facets=tuple(spec_of("place").facets), zoom=5, **fields))


def test_no_word_of_it_finds_it(library, in_charge, stranger):
    secret = {library["private"].pk, library["hidden"].pk}
    for word in WORDS:
        page = asked(stranger, text=word)
        assert page.engine == in_charge.name
        assert not page.stale
        assert not secret & {hit.id for hit in page.hits}, word
        assert page.corrected != word
        assert not secret & {cluster.id for cluster in page.clusters}, word
        for group in search_all(word, stranger):
            assert not [one for one in group.found if group.kind == "place" and one.hit.id in secret], word


def test_no_count_and_no_marker_holds_it(library, stranger, lin):
    page = asked(stranger)
    assert page.total == 2
    counted = {one.value: one.count for values in page.facets.values() for one in values}
    assert not {"cave", "tunnel"} & set(counted)
    assert sum(cluster.count for cluster in page.clusters) == 2
    own = asked(viewer_of(lin))
    assert own.total == 3
    assert "cave" in {one.value for values in own.facets.values() for one in values}


def test_a_chosen_value_that_only_it_has_counts_nothing(library, stranger):
    page = asked(stranger, filters={"landscape": frozenset({"cave"})})
    assert page.total == 0
    assert [one.count for one in page.facets["landscape"] if one.value == "cave"] == [0]


def test_nothing_of_it_is_suggested(library, stranger):
    secret = {library["private"].pk, library["hidden"].pk}
    for typed in TYPED:
        offered = suggest("place", typed, stranger)
        assert not secret & {one.id for one in offered}, typed
        assert not {"cave", "tunnel"} & {one.value for one in offered}, typed


def test_it_is_nobodys_likeness(library, stranger):
    assert {hit.id for hit in similar("place", library["street"].pk, stranger)} == {library["bamboo"].pk}


def test_no_correction_gives_its_words_away(library, in_charge, stranger):
    asked(stranger)
    for misspelt in ("qilim", "secrit courtyard", "courtyrad", "qilinn"):
        words = correction(spec_of("place"), in_charge, misspelt).split()
        assert not {"qilin", "courtyard", "secret"} & set(words)
        assert asked(stranger, text=misspelt).corrected == ""


def test_its_company_and_the_lot_find_it(library, lin, gao):
    for person in (lin, gao):
        assert [hit.id for hit in asked(viewer_of(person), text="麒麟").hits] == [library["private"].pk]
        assert suggest("place", "秘密", viewer_of(person))


def test_the_api_says_nothing_of_it(library, client, zhao):
    for path in ("", "/suggest", "/clusters"):
        client.logout() if path == "/clusters" else client.force_login(zhao)
        for word in (*WORDS, *TYPED):
            answer = client.get(f"/api/v1/locations{path}", {"q": word, "facets": 1, "zoom": 9})
            assert "secret-courtyard" not in answer.text
            assert "old-mine" not in answer.text
            assert '"cave"' not in answer.text


def test_it_is_gone_at_the_next_request_and_back_when_it_is_shown(library, gao, company_b, zhao, stranger):
    bamboo = library["bamboo"]
    for away, back in (
        (lambda: hide_location(actor=gao, location=bamboo), lambda: publish_location(actor=gao, location=bamboo)),
        (
            lambda: update_location(actor=gao, location=bamboo, organisation=library["private"].organisation),
            lambda: update_location(actor=gao, location=bamboo, organisation=None),
        ),
    ):
        assert [hit.id for hit in asked(stranger, text="竹海").hits] == [bamboo.pk]
        away()
        page = asked(stranger, text="竹海")
        assert page.total == 0
        assert "bamboo" not in {one.value for values in page.facets.values() for one in values}
        assert suggest("place", "茶山", stranger) == []
        assert similar("place", library["street"].pk, stranger) == []
        assert asked(stranger).total == 1
        back()


def test_what_an_engine_has_not_taken_in_is_not_shown_from_it(library, gao, stranger, monkeypatch):
    assert asked(stranger, text="竹海").total == 1
    hide_location(actor=gao, location=library["bamboo"])
    monkeypatch.setattr("portal.search.consumer.catch_up", lambda *args, **kwargs: False)
    page = asked(stranger, text="竹海")
    assert page.total == 0
    assert "bamboo" not in {one.value for values in page.facets.values() for one in values}
    assert sum(cluster.count for cluster in asked(stranger).clusters) == 1
    assert suggest("place", "茶山", stranger) == []
    assert similar("place", library["street"].pk, stranger) == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_another_process_hides_it_and_another_one_sees_that(in_charge, street, bamboo, gao):
    if connection.vendor != "sqlite":
        pytest.skip("the other process is told a file")
    assert {hit.id for hit in asked(Viewer()).hits} == {street.pk, bamboo.pk}
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    environment |= {"TEST_DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}"}
    environment |= {"PYTHONPATH": str(configured.BASE_DIR)}

    def elsewhere(what, slug="-"):
        script = configured.BASE_DIR / "tests/locations/elsewhere.py"
        command = [sys.executable, str(script), configured.SEARCH_URL, what, slug]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True).stdout

    elsewhere("hide", bamboo.slug)
    assert [hit.id for hit in asked(Viewer()).hits] == [street.pk]
    hide_location(actor=gao, location=street)
    assert json.loads(elsewhere("find")) == []
    assert engines.current().name == in_charge.name
