"""Web-mercator tiles: the cells in which a map's markers are grouped."""

import math

from portal.core.geo import Point

DEEPEST = 22
KEPT = range(2, 13)
"""Levels whose tiles an index keeps; finer ones are made of the records themselves, which are few by then."""
MANY = 5_000


def level_of(zoom: int, total: int) -> int:
    """Return the level of the tiles for a map of that zoom: quarters of a screen's tile, coarser over very many records."""
    level = max(0, min(zoom + 2, DEEPEST))
    return min(level, KEPT[-1]) if total > MANY else level


def tile_of(point: Point, zoom: int) -> tuple[int, int]:
    """Return column and row of the tile that holds the point."""
    across = 1 << max(0, min(zoom, DEEPEST))
    lat = math.radians(max(-85.0511, min(85.0511, point.lat)))
    column = int((point.lng + 180) / 360 * across)
    row = int((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * across)
    return min(column, across - 1), min(row, across - 1)


def tile_numbers(point: Point) -> list[int]:
    """Return a point's tile at every level that is kept, as one number each."""
    column, row = tile_of(point, KEPT[-1])
    return [((column >> KEPT[-1] - level) << level) | (row >> KEPT[-1] - level) for level in KEPT]
