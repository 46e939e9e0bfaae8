"""Web-mercator tiles: the cells in which a map's markers are grouped."""

import math

from portal.core.geo import Point

DEEPEST = 22


def tile_of(point: Point, zoom: int) -> tuple[int, int]:
    """Return column and row of the tile that holds the point."""
    across = 1 << max(0, min(zoom, DEEPEST))
    lat = math.radians(max(-85.0511, min(85.0511, point.lat)))
    column = int((point.lng + 180) / 360 * across)
    row = int((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * across)
    return min(column, across - 1), min(row, across - 1)
