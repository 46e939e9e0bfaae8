"""A hidden or private place never shows itself: not in lists, facets, suggestions, similar places, pages or the API."""

import pytest
from django.urls import reverse

from locations.actions import hide_location, publish_location, update_location
from locations.rules import viewer_of
from portal.search.queries import search, similar, suggest
from portal.search.query import SearchRequest, Viewer

pytestmark = pytest.mark.django_db
WORDS = ("麒麟", "qilin", "secret", "mmqly", "旧矿道", "mine", "jiukuangdao")
STRANGERS = ("anonymous", "zhao")


@pytest.fixture(params=STRANGERS)
def stranger(request, client):
    if request.param != "anonymous":
        client.force_login(request.getfixturevalue(request.param))
    return client


@pytest.fixture
def library(street, bamboo, private, hidden):
    return {place.slug: place for place in (street, bamboo, private, hidden)}


@pytest.mark.parametrize("word", WORDS)
def test_strangers_find_nothing_of_it(library, stranger, word):
    answer = stranger.get("/api/v1/locations", {"q": word, "facets": 1}).json()
    assert not {"secret-courtyard", "old-mine"} & {item["slug"] for item in answer["items"]}
    assert answer["corrected"] != word
    page = stranger.get(reverse("locations:list"), {"q": word}).text
    assert "secret-courtyard" not in page
    assert "old-mine" not in page
    offered = stranger.get("/api/v1/locations/suggest", {"q": word}).json()["items"]
    assert not [one for one in offered if "secret" in one["url"] or "mine" in one["url"]]


def test_facets_do_not_count_it(library, stranger):
    facets = stranger.get("/api/v1/locations", {"facets": 1}).json()["facets"]
    values = {one["value"] for counts in facets.values() for one in counts}
    assert not {"cave", "tunnel"} & values
    assert "溶洞" not in stranger.get(reverse("locations:list")).text
    assert stranger.get("/api/v1/locations/suggest", {"q": "溶洞"}).json()["items"] == []


@pytest.mark.parametrize("slug", ["secret-courtyard", "old-mine", "never-was"])
@pytest.mark.parametrize("tail", ["", "/similar", "/sun"])
def test_its_page_and_its_api_are_not_there(library, stranger, slug, tail):
    assert stranger.get(f"/api/v1/locations/{slug}{tail}").status_code == 404
    if not tail:
        assert stranger.get(reverse("locations:detail", args=[slug])).status_code == 404


def test_it_is_nobodys_similar_place_and_on_no_map(library, stranger):
    items = stranger.get("/api/v1/locations/songji-old-town/similar").json()["items"]
    assert {item["slug"] for item in items} == {"chashan-bamboo-sea"}
    clusters = stranger.get("/api/v1/locations/clusters", {"zoom": 5}).json()["items"]
    assert sum(one["count"] for one in clusters) == 2


def test_its_company_finds_it_everywhere(library, client, lin, private):
    client.force_login(lin)
    assert client.get("/api/v1/locations", {"q": "qilin"}).json()["total"] == 1
    assert client.get(reverse("locations:detail", args=[private.slug])).status_code == 200
    assert similar("place", private.pk, viewer_of(lin))
    assert [one.text for one in suggest("place", "秘密", viewer_of(lin))] == ["秘密麒麟院"]


def test_its_exact_point_is_for_its_company_and_the_lot_only(library, client, private, lin, gao):
    public = update_location(actor=gao, location=private, organisation=None)
    seen = client.get(f"/api/v1/locations/{public.slug}").json()
    assert not seen["point_exact"]
    assert abs(seen["point"]["lat"] - public.lat) + abs(seen["point"]["lng"] - public.lng) > 0.0001
    assert "29.2531" not in client.get(reverse("locations:detail", args=[public.slug])).text
    client.force_login(gao)
    assert client.get(f"/api/v1/locations/{public.slug}").json()["point"]["lat"] == public.lat


def test_a_hidden_place_is_gone_at_the_next_request_and_back_when_published(library, client, gao, bamboo):
    assert client.get("/api/v1/locations", {"q": "竹海"}).json()["total"] == 1
    hide_location(actor=gao, location=bamboo)
    answer = client.get("/api/v1/locations", {"q": "竹海", "facets": 1}).json()
    assert answer["total"] == 0
    assert "bamboo" not in {one["value"] for one in answer["facets"]["landscape"]}
    publish_location(actor=gao, location=bamboo)
    assert client.get("/api/v1/locations", {"q": "竹海"}).json()["total"] == 1


def test_what_the_index_has_not_taken_in_yet_is_not_shown_from_it(library, client, gao, bamboo, monkeypatch):
    """Even where nobody can write to the index, a change made a moment ago hides the record."""
    search(SearchRequest(kind="place", text="竹海"))
    hide_location(actor=gao, location=bamboo)
    monkeypatch.setattr("portal.search.consumer.catch_up", lambda *args, **kwargs: False)
    page = search(SearchRequest(kind="place", text="竹海", facets=("landscape",)))
    assert page.total == 0
    assert "bamboo" not in {one.value for one in page.facets["landscape"]}
    assert suggest("place", "茶山", Viewer()) == []


@pytest.mark.parametrize("act", [publish_location, hide_location, update_location])
def test_strangers_change_nothing(street, zhao, act):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        act(actor=zhao, location=street)
