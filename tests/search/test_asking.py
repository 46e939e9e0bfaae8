"""An address becomes a request: pages drop what does not fit and say so, the API refuses it field by field."""

import random

import pytest
from django.http import QueryDict

from portal.core.geo import Point, distance_m
from portal.core.rest import Problem
from portal.search import bench
from portal.search.areas import Box, Near, Polygon, read_box, read_near, read_polygon
from portal.search.query import SearchPage, Viewer, parse, parse_strict
from portal.search.spec import NumberRange, SearchSpec

SPEC = SearchSpec(
    kind="things",
    model=bench.SPEC.model,
    document=lambda record: None,
    records=bench.SPEC.records,
    facets={"era": {"qing": "Qing", "ming": "Ming"}},
    numbers=("fee_fen", "area_m2"),
    ranges={"fee": NumberRange("fee_fen", scale=100), "area": NumberRange("area_m2")},
)


def page(text):
    return parse(QueryDict(text), SPEC, Viewer())


def strict(text):
    return parse_strict(QueryDict(text), SPEC, Viewer())


def test_everything_an_address_may_say_is_read():
    request = strict(
        "q=竹海&era=qing&era=ming&fee_max=50&area_min=10&area_max=20.5&bbox=105,29,106,30&near=29.3,105.9,5"
        "&polygon=105,29,106,29,106,30&sort=distance&limit=7&facets=1&zoom=12"
    )
    assert request.text == "竹海"
    assert request.filters == {"era": {"qing", "ming"}}
    assert request.ranges == {"fee_fen": (None, 5000), "area_m2": (10, 20.5)}
    assert isinstance(request.geo, Near)
    assert [type(area) for area in request.also] == [Polygon, Box]
    assert request.origin == Point(29.3, 105.9)
    assert (request.sort, request.size, request.facets, request.zoom) == ("distance", 7, ("era",), 12)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("era=future", "era"),
        ("fee_min=x", "fee_min"),
        ("fee_min=nan", "fee_min"),
        ("fee_max=1e400", "fee_max"),
        ("fee_min=9&fee_max=5", "fee_min"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=105,30,106,29", "bbox"),
        ("near=95,0,1", "near"),
        ("near=29,105,0", "near"),
        ("polygon=1,2,3,4", "polygon"),
        ("polygon=1,2,3,4,5,6,7", "polygon"),
        ("polygon=" + "1,2," * 10_001 + "3,4", "polygon"),
        ("polygon=0,80,90,80,180,80,-90,80", "polygon"),
        ("sort=price", "sort"),
        ("sort=distance", "sort"),
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("zoom=99", "zoom"),
        ("cursor=bm8", "cursor"),
        ("q=" + "字" * 201, "q"),
    ],
)
def test_the_api_says_which_parameter_is_wrong_and_a_page_goes_on(text, field):
    with pytest.raises(Problem) as refused:
        strict(text)
    assert refused.value.status == 422
    assert field in refused.value.errors
    parsed = page(text)
    assert field in parsed.dropped or field in {"limit", "zoom", "cursor"}
    assert parsed.request.geo is None
    assert not parsed.request.ranges


def test_a_page_keeps_ranges_in_the_readers_unit():
    assert page("fee_min=10&fee_max=50").ranges == {"fee": (10.0, 50.0)}


def test_a_cursor_goes_round():
    assert strict(f"cursor={SearchPage(after=48).cursor}").offset == 48
    request = strict(f"cursor={SearchPage(after=24, keys=(1.5, 77)).cursor}")
    assert (request.offset, request.keys) == (24, (1.5, 77))
    assert SearchPage().cursor is None


def slowly(ring, point):
    """The even-odd rule as the books have it, on one side of the date line."""
    inside = False
    for number, corner in enumerate(ring):
        before = ring[number - 1]
        if (corner.lat > point.lat) != (before.lat > point.lat):
            share = (point.lat - corner.lat) / (before.lat - corner.lat)
            inside ^= point.lng < corner.lng + share * (before.lng - corner.lng)
    return inside


def test_outlines_that_cross_themselves_follow_the_even_odd_rule():
    dice = random.Random(3)
    for size in (3, 5, 9, 60):
        ring = tuple(Point(29 + dice.random(), 105 + dice.random()) for _ in range(size))
        outline = Polygon(ring)
        for _ in range(300):
            point = Point(28.9 + 1.2 * dice.random(), 104.9 + 1.2 * dice.random())
            assert outline.holds(point) == slowly(ring, point)
            assert outline.box().holds(point) or not outline.holds(point)


def test_areas_may_lie_on_the_date_line():
    square = read_polygon("179,-1,-179,-1,-179,1,179,1")
    box = read_box("179,-1,-179,1")
    for lng, there in (
        (180, True),
        (-180, True),
        (179.5, True),
        (-179.5, True),
        (178, False),
        (-178, False),
        (0, False),
    ):
        assert square.holds(Point(0.5, lng)) == there
        assert box.holds(Point(0.5, lng)) == there
    assert square.box().spans() == ((179.0, 180.0), (-180.0, -179.0))
    assert read_near("0,179.9,50").box().holds(Point(0, -179.9))


@pytest.mark.parametrize("lat", [0, 29.3, 60, 85, 89.9, -89.99])
def test_the_box_around_a_circle_holds_all_of_it(lat):
    dice = random.Random(4)
    circle = Near(Point(lat, 170), 400_000)
    for _ in range(2_000):
        point = Point(dice.uniform(max(-90, lat - 5), min(90, lat + 5)), dice.uniform(-180, 180))
        assert circle.box().holds(point) or distance_m(circle.point, point) > circle.radius_m


def test_scribble_is_refused_before_it_costs_anything():
    zigzag = ",".join(f"{105 + n / 10_000},{29 + n % 2}" for n in range(10_000))
    with pytest.raises(ValueError, match="200 times"):
        read_polygon(zigzag)
    assert page(f"polygon={zigzag}").dropped == ("polygon",)
