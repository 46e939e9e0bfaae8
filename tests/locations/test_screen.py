"""The list's screen: what is on as chips, ranges with their errors, ways to look, areas the form carries on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

SQUARE = "105.8,29.0,106.0,29.0,106.0,29.5,105.8,29.5"


def page(client, query, **more):
    with translation.override("en"):
        return client.get(f"{reverse('locations:list')}?{query}", **more)


@pytest.mark.parametrize(
    ("query", "chip"),
    [
        ("landscape=wharf", "River wharf"),
        ("truck_max=90", "Truck to set ≤ 90 m"),
        ("truck_min=10&amp;truck_max=90", "Truck to set"),
        ("lot_min=1.5", "Distance from the lot ≥ 1.5 km"),
        (f"polygon={SQUARE}", "In the drawn area"),
        ("bbox=105,28,107,30", "On this part of the map"),
        ("near=29.05,105.9,30", "Within 30 km of the point"),
    ],
)
def test_what_is_on_stands_as_a_chip_that_takes_it_away(client, street, query, chip):
    text = page(client, query.replace("&amp;", "&") + "&view=grid").text
    assert f"Remove: </span> {chip}" in " ".join(text.split())
    assert text.count('class="hit"') == 1


def test_areas_hold_together_and_each_goes_alone(client, street, bamboo):
    text = page(client, f"polygon={SQUARE}&bbox=105,29.3,107,30&near=29.4,105.9,50&sort=distance").text
    assert text.count('class="hit"') == 1
    assert text.count("Remove: ") == 3
    assert f'name="polygon" value="{SQUARE}"' in text
    assert 'name="near" value="29.4,105.9,50"' in text


@pytest.mark.parametrize(
    "query",
    ["fee_min=9&fee_max=2", "fee_min=x", "fee_min=" + "9" * 5000, "fee_min=nan", "polygon=1,2", "polygon=" + "1," * 9000,
     "near=0,0,0", "near=91,0,5", "bbox=%00", "view=%F0%9F%8E%AC", "view=" + "x" * 10_000, "steps=0&steps=99&steps=%00",
     "truck_max=%E2%80%AE12", "polygon=105,29,106,29,105,29.5,106,29.5", "page=-1&view=map",
     "&".join(f"town=t{n}" for n in range(500))],
)  # fmt: skip
def test_what_cannot_be_read_is_left_out_and_never_an_error(client, street, query):
    answer = page(client, query)
    expected = 400 if "%00" in query else 200  # what no database holds is refused before any page
    assert answer.status_code == expected
    assert page(client, query, headers={"HX-Request": "true"}).status_code == expected
    assert len(answer.content) < 400_000


def test_a_wrong_range_is_told_beside_its_field(client, street):
    text = page(client, "fee_min=9&fee_max=2").text
    assert 'aria-describedby="re-fee" aria-invalid="true"' in text
    assert "This range was left out" in text
    assert text.count('class="hit"') == 1


def test_the_ways_to_look_keep_everything_but_the_page(client, street):
    text = page(client, "landscape=wharf&page=2&truck_max=90&view=map").text
    assert 'href="?landscape=wharf&amp;truck_max=90&amp;view=grid"' in text
    assert 'href="?landscape=wharf&amp;truck_max=90"' in text
    assert 'data-view="map"' in text


def test_the_common_six_are_open_and_more_opens_where_something_is_on(client, street):
    text = page(client, "").text
    assert text.count('class="facet" id="fold-') > 6
    assert text.count('" open><summary>') <= 6
    assert '<details class="find__more" id="fold-more">' in text
    assert '<details class="find__more" id="fold-more" open>' in page(client, "town=songgai").text


def test_going_back_gets_the_whole_page(client, street):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in page(client, "", headers=headers).text


def test_all_filters_at_once_ask_nothing_twice(client, street, bamboo):
    query = f"landscape=wharf&era=qing&access=100&steps=0&steps=20&town=songgai&polygon={SQUARE}&truck_max=100"
    page(client, query)
    with CaptureQueriesContext(connection) as seen:
        assert page(client, query).status_code == 200
    asked = [one["sql"] for one in seen]
    assert len(asked) <= 9
    assert len(set(asked)) == len(asked)
