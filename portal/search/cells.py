"""A grid of degrees over the globe: most of an area is told by whole cells, only its rim record by record.

Engines know which records lie in a cell. What lies in an inner cell is inside the area; what lies in a cell of the
rim is tested exactly in Python. So a large outline over many records costs what its rim costs, on every engine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portal.core.geo import EARTH_M, Point, distance_m

from .areas import Near, Polygon

INSIDE, RIM, OUTSIDE = "inside", "rim", "outside"
LEVELS = range(6, 19)
"""Cells of 5.6 degrees down to 150 metres, each four of the next."""
ACROSS = 128
"""Cells along the longer side of an area's box at the level of its rim."""


def number(level: int, column: int, row: int) -> int:
    """Return a cell's number; columns go round the globe."""
    return (level << 40) | ((column % (1 << level)) << 20) | row


def cells_of(point: Point) -> list[int]:
    """Return the cells that hold a point, one a level."""
    return [number(level, _index(point.lng, 180, level), _index(point.lat, 90, level)) for level in LEVELS]


def _index(degrees: float, shift: float, level: int) -> int:
    return math.floor((degrees + shift) / 360 * (1 << level))


@dataclass(frozen=True, slots=True)
class Cover:
    """The cells of an area: wholly inside, and on its rim."""

    inner: tuple[int, ...]
    rim: tuple[int, ...]


def cover(area: Near | Polygon) -> Cover:
    """Return the cells of an area: large ones inside, the finest that make sense along its rim."""
    box = area.box()
    width = box.east - box.west if box.west <= box.east else box.east - box.west + 360
    longest = max(width, box.north - box.south, 1e-9)
    finest = max((one for one in LEVELS if longest / 360 * (1 << one) <= ACROSS), default=LEVELS[0])
    level = max((one for one in LEVELS if longest / 360 * (1 << one) <= 4), default=LEVELS[0])
    first = _index(box.west, 180, level)
    columns = range(first, first + min(1 << level, math.ceil(width / 360 * (1 << level)) + 1))
    rows = range(_index(box.south, 90, level), _index(box.north, 90, level) + 1)
    place = _around(area) if isinstance(area, Near) else _outlined(area, finest)
    inner: list[int] = []
    open_ones = [(column, row) for row in rows for column in columns]
    while open_ones:
        rim = []
        for column, row in open_ones:
            where = place(level, column, row)
            if where == INSIDE:
                inner.append(number(level, column, row))
            elif where == RIM:
                rim.append((column, row))
        if level == finest or not rim:
            return Cover(tuple(inner), tuple(number(level, column, row) for column, row in rim))
        open_ones = [(2 * column + x, 2 * row + y) for column, row in rim for x in (0, 1) for y in (0, 1)]
        level += 1
    return Cover(tuple(inner), ())


def _middle(level: int, column: int, row: int) -> Point:
    size = 360 / (1 << level)
    lng = (column + 0.5) * size - 180
    return Point(min(90.0, (row + 0.5) * size - 90), (lng + 180) % 360 - 180)


def _around(area: Near) -> Callable[[int, int, int], str]:
    def place(level: int, column: int, row: int) -> str:
        half = math.radians(360 / (1 << level)) / 2 * EARTH_M * math.sqrt(2) * 1.01  # a little more than half across
        apart = distance_m(area.point, _middle(level, column, row))
        if apart + half <= area.radius_m:
            return INSIDE
        return RIM if apart - half <= area.radius_m else OUTSIDE

    return place


def _outlined(area: Polygon, finest: int) -> Callable[[int, int, int], str]:
    touched = {level: set[int]() for level in LEVELS}
    touched[finest] = set(_touched(area, finest))
    for level in range(finest - 1, LEVELS[0] - 1, -1):
        touched[level] = {_parent(level, one) for one in touched[level + 1]}

    def place(level: int, column: int, row: int) -> str:
        if number(level, column, row) in touched[level]:
            return RIM
        return INSIDE if area.holds(_middle(level, column, row)) else OUTSIDE

    return place


def _parent(level: int, one: int) -> int:
    return number(level, (one >> 20 & 0xFFFFF) >> 1, (one & 0xFFFFF) >> 1)


def _touched(area: Polygon, level: int) -> Iterator[int]:
    """Yield the cells that an edge may touch: row by row, from where it enters to where it leaves, and one beyond."""
    scale = (1 << level) / 360
    slack = 1e-6
    for west_lng, first_lat, east_lng, last_lat in area.edges():
        x0, y0, x1, y1 = (
            (west_lng + 180) * scale,
            (first_lat + 90) * scale,
            (east_lng + 180) * scale,
            (last_lat + 90) * scale,
        )
        if y0 > y1:
            x0, y0, x1, y1 = x1, y1, x0, y0
        slope = (x1 - x0) / (y1 - y0) if y1 > y0 else 0.0
        for row in range(math.floor(y0 - slack), math.floor(y1 + slack) + 1):
            if y1 > y0:
                ends = sorted(x0 + slope * (min(max(y, y0), y1) - y0) for y in (row - slack, row + 1 + slack))
            else:
                ends = sorted((x0, x1))
            for column in range(math.floor(ends[0] - slack), math.floor(ends[1] + slack) + 1):
                yield number(level, column, max(row, 0))
