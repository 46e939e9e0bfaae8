"""/api/v1/vendors: found as on the page, nothing hidden, refusals in the house's form."""

import pytest

from services.directory import actions
from tests.factories.directory import verified

LIST = "/api/v1/vendors"


def test_the_list_answers_total_items_facets_and_the_next_page(client, wei, company_w, mei):
    for _number in range(3):
        verified(wei, company_w, mei)
    first = client.get(LIST, {"limit": 2, "facets": 1}).json()
    assert (first["total"], len(first["items"])) == (3, 2)
    assert {"slug", "name", "kind", "summary", "categories", "price", "mark", "thumbnail"} <= first["items"][0].keys()
    assert {"value": "costume", "count": 3}.items() <= first["facets"]["category"][0].items()
    second = client.get(LIST, {"limit": 2, "cursor": first["next"]}).json()
    assert (len(second["items"]), second["next"]) == (1, None)
    assert not {one["slug"] for one in first["items"]} & {one["slug"] for one in second["items"]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=云门", 1), ("q=cloudgate", 1), ("q=fuzhuang", 1), ("category=costume", 1), ("category=aerial", 0), ("heading=wardrobe", 1),
        ("district=yongchuan", 1), ("district=fuling", 0), ("mark=verified", 1), ("price=500", 1), ("price=more", 0), ("kind=person", 0),
        ("language=zh", 1), ("price_yuan_min=40&price_yuan_max=60", 1), ("price_yuan_min=100", 0), ("category=costume&category=aerial", 1),
    ],
)  # fmt: skip
def test_facets_words_and_ranges_find(client, vendor, query, found):
    assert client.get(f"{LIST}?{query}").json()["total"] == found


def test_one_vendor_in_full(client, vendor, wei):
    answer = client.get(f"{LIST}/{vendor.slug}").json()
    assert answer["name"] == {"zh": "云门衣库", "en": "Cloudgate Wardrobe"}
    assert answer["price"]["from"] == {"amount": 5_000, "currency": "CNY"}
    assert [one["passed"] for one in answer["checks"]] == [True, True]
    assert vendor.credit_code not in str(answer)


def test_what_is_not_public_is_not_there(client, vendor, waiting, wei):
    client.force_login(wei)
    assert client.get(LIST).json()["total"] == 1
    answer = client.get(f"{LIST}/{waiting.slug}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=%00",
        "cursor=abc",
        "category=nothing",
        "sort=rank",
        "price_yuan_min=x",
        "page=-1",
    ],
)
def test_bad_questions_are_refused_with_the_field(client, vendor, query):
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code in {200, 400, 422}, answer.text
    if answer.status_code != 200:
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_suspended_vendor_leaves_the_answers_at_once(client, vendor, mei):
    assert client.get(LIST).json()["total"] == 1
    actions.suspend_vendor(actor=mei, vendor=vendor, reason="假资料")
    assert client.get(LIST).json()["items"] == []


def test_nothing_is_written_over_the_api(client, vendor, wei):
    client.force_login(wei)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"{LIST}/{vendor.slug}").status_code == 405, method
