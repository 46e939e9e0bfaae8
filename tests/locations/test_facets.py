"""More than twenty facets and six ranges: what a place has of each, and what the demonstration shows of them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from demo.places import all_places
from locations import facets, vocabulary
from locations.actions import create_location
from locations.models import Location
from locations.search import SPEC
from portal.search.queries import search
from portal.search.query import Viewer, parse

from .conftest import fields


def place(**more):
    return Location(**{**fields(90), "created_at": date(2026, 1, 1), **more})


def found(text):
    parsed = parse(QueryDict(text), SPEC, Viewer())
    assert not parsed.dropped, parsed.dropped
    return search(parsed.request)


def test_there_are_twenty_facets_and_six_stand_open():
    assert len(facets.ALL) >= 20
    assert len([one for one in facets.ALL if not one.group]) == 6
    assert {one.group for one in facets.ALL} - {""} == set(facets.GROUPS)
    assert all(term.zh and term.en for one in facets.ALL for term in one.values.values())


def test_every_facet_and_range_tells_demo_places_apart():
    places = [place(**_plain(row)) for row in all_places() if row["state"] == "published" and not row.get("private")]
    assert len(places) >= 60
    for facet in facets.ALL:
        with_it = [one for one in places if facets.keys_of(one).get(facet.name)]
        kinds = {value for one in with_it for value in facets.keys_of(one)[facet.name]}
        assert len(kinds) >= 2, facet.name
        assert kinds <= set(facet.values), facet.name


def _plain(row):
    left_out = {"photos", "restrictions", "credits", "blackouts", "private"}
    decimals = {"level_diff_m", "road_width_m", "height_limit_m", "weight_limit_t"}
    return {k: Decimal(str(v)) if k in decimals and v is not None else v for k, v in row.items() if k not in left_out}


@pytest.mark.parametrize(
    ("name", "has", "more"),
    [
        ("access", ["100", "300"], {"truck_to_set_m": 100}),
        ("access", [], {"truck_to_set_m": None}),
        ("steps", ["0", "20", "60"], {"stairs_up": 0}),
        ("steps", ["60"], {"stairs_up": 30, "stairs_down": 30}),
        ("steps", [], {"stairs_up": 50, "stairs_down": 30}),
        ("way", ["turning", "level", "boat"], {"turning_ok": True, "level_diff_m": Decimal(3), "boat_access": True}),
        ("entry", ["below"], {"entry_floor": -2}),
        ("entry", ["above"], {"entry_floor": 22}),
        ("entry", [], {"entry_floor": None}),
        ("power", ["20", "60"], {"power_available_kw": 60}),
        ("people", [], {"capacity_people": 49}),
        ("site", ["parking", "makeup"], {"parking_trucks": 5, "makeup_space": True}),
        ("allowed", ["smoke", "minors", "inside"], {"may_smoke": "ok", "may_minors": "ok", "interior_drama_allowed": True}),
        ("town", ["songgai"], {}),
        ("town", [], {"district_zh": "江津区"}),
        ("district", [], {"district_zh": "成都"}),
    ],
)  # fmt: skip
def test_what_a_place_has_of_a_facet(name, has, more):
    assert facets.keys_of(place(**more)).get(name, []) == has


def test_a_facet_counts_as_if_it_were_not_chosen_itself(street, bamboo):
    page = found("access=30&access=100")
    counts = {one.value: one.count for one in page.facets["access"]}
    assert page.total == 2
    assert counts == {"30": 1, "100": 2, "300": 2}
    assert {one.value: one.count for one in found("access=30").facets["landscape"]} == {"bamboo": 1, "tea": 1}


@pytest.mark.parametrize(
    ("query", "total"),
    [("area_max=500", 1), ("area_min=501", 1), ("power_min=60", 1), ("lot_max=5", 0), ("lot_min=6&lot_max=60", 2),
     ("fee_min=1000&fee_max=1000", 1), ("truck_max=20", 1), ("altitude_min=700", 1)],
)  # fmt: skip
def test_ranges_bound_what_is_found_both_ends_included(gao, query, total):
    create_location(actor=gao, **fields(5, area_m2=500, power_available_kw=60, fee_fen=100_000, altitude_m=200))
    create_location(actor=gao, **fields(6, area_m2=501, truck_to_set_m=20, altitude_m=700))
    assert found(query).total == total


def test_the_page_says_what_was_measured(client, gao):
    place = create_location(
        actor=gao,
        **fields(7, entry_floor=22, lift="goods", area_m2=4000, best_window=["dusk"], sky_view="open", aspect="west"),
    )
    text = client.get(place.get_absolute_url()).text
    for words in ("22", "货梯", "4,000", "傍晚", "天空开阔", "朝西"):
        assert words in text
    data = client.get(f"/api/v1/locations/{place.slug}").json()
    assert data["access"]["lift"] == "goods"
    assert data["best_window"] == ["dusk"]
    assert data["allowances"]["minors"] is None, "nobody asked"


@pytest.mark.parametrize(
    "more", [{"lift": "rocket"}, {"best_window": ["dusk", "dusk"]}, {"noise_sources": "rail"}, {"area_m2": -1}]
)
def test_values_that_are_in_no_list_are_refused(gao, more):
    with pytest.raises(ValidationError):
        create_location(actor=gao, **fields(8, **more))


def test_an_editor_fills_the_new_fields_in_the_admin(client, gao, street):
    client.force_login(gao)
    html = client.get(reverse("wagtailsnippets_locations_location:edit", args=[street.pk])).text
    for name in ("entry_floor", "lift", "best_window", "noise_sources", "may_minors", "area_m2", "sky_view"):
        assert f'name="{name}"' in html
    assert str(vocabulary.LIFT["goods"]) in html
