"""The grid under the map: inner cells are all inside, what is inside lies in an inner cell or on the rim."""

import math
import random

import pytest

from portal.core.geo import Point
from portal.search.areas import Near, Polygon, read_polygon
from portal.search.cells import cells_of, cover

STAR = Polygon(
    tuple(
        Point(
            29.3 + 0.2 * (1 + n % 2) * math.sin(n / 24 * math.tau),
            105.9 + 0.2 * (1 + n % 2) * math.cos(n / 24 * math.tau),
        )
        for n in range(24)
    )
)
SCRIBBLE = Polygon(
    tuple(Point(29 + random.Random(n).random(), 105 + random.Random(-n - 9).random()) for n in range(40))
)
AREAS = {
    "a village": (Near(Point(29.3, 105.9), 800), 0.02),
    "a district": (Near(Point(29.3, 105.9), 30_000), 0.5),
    "the far north": (Near(Point(89.5, 10), 300_000), 180),
    "over the date line": (Near(Point(-17, 179.9), 120_000), 3),
    "a star": (STAR, 0.6),
    "scribble": (SCRIBBLE, 1.2),
    "half the globe": (read_polygon("-80,-60,80,-60,80,60,-80,60"), 120),
    "a square on the date line": (read_polygon("179,-1,-179,-1,-179,1,179,1"), 2),
}


@pytest.mark.parametrize("name", AREAS)
def test_cells_tell_what_the_exact_test_tells(name):
    area, about = AREAS[name]
    cells = cover(area)
    inner, rim = set(cells.inner), set(cells.rim)
    assert not inner & rim
    assert len(inner) + len(rim) < 4_000
    middle = area.point if isinstance(area, Near) else area.ring[0]
    dice = random.Random(8)
    for _ in range(4_000):
        lng = middle.lng + dice.uniform(-about, about)
        point = Point(max(-90.0, min(90.0, middle.lat + dice.uniform(-about, about))), (lng + 180) % 360 - 180)
        mine = set(cells_of(point))
        if mine & inner:
            assert area.holds(point)
        elif not mine & rim:
            assert not area.holds(point)
