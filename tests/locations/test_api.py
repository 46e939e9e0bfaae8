"""The API's shapes are a contract (docs/implementation/api.md)."""

import pytest

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/locations"


def test_a_list_has_the_contracts_shape(client, street, bamboo):
    answer = client.get(ROOT, {"facets": 1, "q": "竹海"}).json()
    assert {"total", "items", "next", "facets", "took_ms"} <= set(answer)
    item = answer["items"][0]
    assert {"slug", "name", "kind", "point", "thumbnail", "highlight", "distance_m"} <= set(item)
    assert item["name"] == {"zh": "茶山竹海", "en": "Chashan Bamboo Sea"}
    assert item["point"] == {"lat": 29.423, "lng": 105.874}
    assert {"value", "label", "count"} == set(answer["facets"]["landscape"][0])
    assert isinstance(answer["facets"]["access"][0]["value"], str)


def test_a_facets_counts_ignore_its_own_filter(client, street, bamboo):
    facets = client.get(ROOT, {"facets": 1, "landscape": "bamboo"}).json()["facets"]
    counts = {one["value"]: one["count"] for one in facets["landscape"]}
    assert counts == {"wharf": 1, "bamboo": 1, "tea": 1}
    assert {one["value"]: one["count"] for one in facets["access"]} == {"30": 1, "100": 1, "300": 1}


def test_a_chosen_value_with_nothing_stays_in_sight(client, street):
    facets = client.get(ROOT, {"facets": 1, "landscape": "cave"}).json()["facets"]
    assert {"value": "cave", "label": "溶洞", "count": 0} in facets["landscape"]


def test_the_cursor_walks_through_all(client, street, bamboo):
    first = client.get(ROOT, {"limit": 1}).json()
    second = client.get(ROOT, {"limit": 1, "cursor": first["next"]}).json()
    assert {first["items"][0]["slug"], second["items"][0]["slug"]} == {"songji-old-town", "chashan-bamboo-sea"}
    assert second["next"] is None


def test_near_measures_and_sorts(client, street, bamboo):
    answer = client.get(ROOT, {"near": "29.06,105.89,60", "sort": "distance"}).json()
    assert [item["slug"] for item in answer["items"]] == ["songji-old-town", "chashan-bamboo-sea"]
    assert answer["items"][0]["distance_m"] < 1000
    assert client.get(ROOT, {"bbox": "105.88,29.0,105.9,29.1"}).json()["total"] == 1


@pytest.mark.parametrize(
    "params",
    [
        {"landscape": "nowhere"},
        {"bbox": "1,2"},
        {"near": "95,0,1"},
        {"near": "x,y,z"},
        {"limit": 0},
        {"limit": 101},
        {"limit": "x"},
        {"cursor": "@@"},
        {"cursor": "Ii0xIg"},
        {"sort": "random"},
        {"sort": "distance"},
        {"q": "a" * 500},
    ],
)
def test_what_does_not_fit_is_a_problem_of_422(client, street, params):
    response = client.get(ROOT, params)
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["errors"]


def test_suggestions_have_text_kind_and_address(client, street, bamboo):
    items = client.get(f"{ROOT}/suggest", {"q": "竹"}).json()["items"]
    assert items
    assert len(items) <= 8
    assert all(set(item) == {"text", "kind", "url"} for item in items)


def test_one_place_in_full(client, street):
    answer = client.get(f"{ROOT}/{street.slug}").json()
    assert answer["version"] == 1
    assert answer["point_exact"] is True
    assert answer["access"]["truck_to_set_m"] == 86
    assert answer["allowances"]["smoke"] is None, "nobody asked"
    assert answer["fee"] is None


def test_the_sun_by_the_hour(client, street):
    answer = client.get(f"{ROOT}/{street.slug}/sun", {"date": "2026-06-21"}).json()
    assert answer["sunrise"].startswith("2026-06-20T21:5")
    assert answer["sunset"].startswith("2026-06-21T1")
    assert len(answer["golden_hours"]) == 2
    assert all(one["start"] < one["end"] for one in answer["golden_hours"])
    assert 83 < max(hour["altitude"] for hour in answer["hours"]) < 85
    assert client.get(f"{ROOT}/{street.slug}/sun", {"date": "x"}).status_code == 422
    assert client.get(f"{ROOT}/{street.slug}/sun", {"date": "1066-01-01"}).status_code == 422


def test_a_bad_token_comes_before_everything(client, street):
    assert client.get(f"{ROOT}/nowhere", headers={"Authorization": "Bearer x"}).status_code == 401


def test_clusters_hold_every_place(client, street, bamboo):
    far = client.get(f"{ROOT}/clusters", {"zoom": 3}).json()["items"]
    assert [one["count"] for one in far] == [2]
    near = client.get(f"{ROOT}/clusters", {"zoom": 14}).json()["items"]
    assert {one["slug"] for one in near} == {"songji-old-town", "chashan-bamboo-sea"}
