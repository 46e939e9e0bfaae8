"""Points are stored as WGS-84; Chinese map apps want GCJ-02."""

import math
from dataclasses import dataclass

import prcoords

EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Point:
    """WGS-84 degrees. Raises `ValueError` outside the globe."""

    lat: float
    lng: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lng <= 180):
            raise ValueError("A point needs a latitude within ±90 and a longitude within ±180")

    def rounded(self, metres: int = 500) -> "Point":
        """Return the point on a grid of about `metres`, for readers who may not see the exact place."""
        step_lat = metres / 111_320
        step_lng = metres / (111_320 * max(math.cos(math.radians(self.lat)), 0.01))
        return Point(round(round(self.lat / step_lat) * step_lat, 6), round(round(self.lng / step_lng) * step_lng, 6))


def distance_m(a: Point, b: Point) -> float:
    """Return the great-circle distance in metres (haversine)."""
    d_lat, d_lng = math.radians(b.lat - a.lat), math.radians(b.lng - a.lng)
    h = (
        math.sin(d_lat / 2) ** 2
        + math.cos(math.radians(a.lat)) * math.cos(math.radians(b.lat)) * math.sin(d_lng / 2) ** 2
    )
    return 2 * EARTH_M * math.asin(math.sqrt(h))


def gcj02(point: Point) -> tuple[float, float]:
    """Return (latitude, longitude) as Chinese map apps expect them."""
    moved = prcoords.wgs_gcj((point.lat, point.lng))
    return round(moved.lat, 6), round(moved.lon, 6)
