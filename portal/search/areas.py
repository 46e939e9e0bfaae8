"""Parts of the map: a box, a circle, a drawn outline. Longitudes may run over the date line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from portal.core.geo import EARTH_M, Point, distance_m

MOST_POINTS = 10_000
MOST_CROSSINGS = 200
"""Times that a line from west to east may cross an outline: beyond it is scribble, and slow to test."""
BANDS = 512
Edge = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north in degrees. West beyond east spans the date line."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, point: Point) -> bool:
        """Return whether the point is inside."""
        return self.south <= point.lat <= self.north and any(w <= point.lng <= e for w, e in self.spans())

    def box(self) -> Box:
        """Return itself."""
        return self

    def spans(self) -> tuple[tuple[float, float], ...]:
        """Return the longitudes as one span, or as two on either side of the date line."""
        if self.west <= self.east:
            return ((self.west, self.east),)
        return ((self.west, 180.0), (-180.0, self.east))


@dataclass(frozen=True, slots=True)
class Near:
    """A circle."""

    point: Point
    radius_m: float

    def holds(self, point: Point) -> bool:
        """Return whether the point is inside."""
        return distance_m(self.point, point) <= self.radius_m

    def box(self) -> Box:
        """Return a box around the circle, hardly larger."""
        angle = self.radius_m / EARTH_M * 1.001
        lat, here = math.degrees(angle), self.point
        south, north = max(-90.0, here.lat - lat), min(90.0, here.lat + lat)
        across = math.sin(angle) / max(math.cos(math.radians(here.lat)), 1e-9)
        if across >= 1 or south == -90.0 or north == 90.0:
            return Box(-180.0, south, 180.0, north)
        lng = math.degrees(math.asin(across))
        return Box(_wrapped(here.lng - lng), south, _wrapped(here.lng + lng), north)


@dataclass(frozen=True)
class Polygon:
    """A ring of points; the last joins the first, each edge the shorter way round. What it encloses an odd number of times is inside."""

    ring: tuple[Point, ...]

    @cached_property
    def _unrolled(self) -> tuple[tuple[float, float], ...]:
        """The ring as (lng, lat) without a jump at the date line; longitudes may pass ±180."""
        out = [(self.ring[0].lng, self.ring[0].lat)]
        for point in self.ring[1:]:
            step = _wrapped(point.lng - out[-1][0])
            out.append((out[-1][0] + step, point.lat))
        return tuple(out)

    @cached_property
    def _bands(self) -> tuple[float, float, list[list[Edge]]]:
        """The edges by strip of latitude, so that a point is tested against few of them."""
        lats = [point.lat for point in self.ring]
        low, height = min(lats), max(max(lats) - min(lats), 1e-12) / BANDS
        bands: list[list[Edge]] = [[] for _ in range(BANDS)]
        for edge in self.edges():
            if edge[1] != edge[3]:
                first, last = sorted((int((edge[1] - low) / height), int((edge[3] - low) / height)))
                for number in range(min(first, BANDS - 1), min(last, BANDS - 1) + 1):
                    bands[number].append(edge)
        return low, height, bands

    def edges(self) -> Iterator[Edge]:
        """Yield the edges as (lng, lat, lng, lat), without a jump at the date line."""
        ring = self._unrolled
        yield (*ring[-1], *ring[0])
        for before, corner in pairwise(ring):
            yield (*before, *corner)

    def holds(self, point: Point) -> bool:
        """Return whether the point is inside (even-odd rule)."""
        low, height, bands = self._bands
        number = int((point.lat - low) / height)
        if not -1 <= number <= BANDS:
            return False
        west, east = self._west_east
        edges = bands[min(max(number, 0), BANDS - 1)]
        for turn in (0.0, 360.0, -360.0):
            if west <= point.lng + turn <= east:
                return _odd(edges, point.lng + turn, point.lat)
        return False

    @cached_property
    def _west_east(self) -> tuple[float, float]:
        lngs = [lng for lng, _lat in self._unrolled]
        return min(lngs), max(lngs)

    def box(self) -> Box:
        """Return the smallest box around the ring."""
        west, east = self._west_east
        lats = [point.lat for point in self.ring]
        if east - west >= 360:
            return Box(-180.0, min(lats), 180.0, max(lats))
        return Box(_wrapped(west), min(lats), _wrapped(east), max(lats))

    def check(self) -> None:
        """Raise `ValueError` for an outline that encloses nothing, a pole, or is scribble."""
        ring = self._unrolled
        if abs(ring[-1][0] - ring[0][0]) > 180:
            raise ValueError("an outline must not go around a pole")
        if self._west_east[1] - self._west_east[0] > 360:
            raise ValueError("an outline must not go around the globe more than once")
        if self._crossings() > MOST_CROSSINGS:
            raise ValueError(f"an outline may cross a line from west to east {MOST_CROSSINGS} times")

    def _crossings(self) -> int:
        """Return how often a line from west to east crosses the outline at most."""
        ends: list[tuple[float, int]] = []
        before = self.ring[-1].lat
        for corner in self.ring:
            if corner.lat != before:
                ends += ((min(before, corner.lat), 1), (max(before, corner.lat), -1))
            before = corner.lat
        ends.sort()
        return max(accumulate(step for _lat, step in ends), default=0)


Area = Box | Near | Polygon


def _odd(edges: Sequence[Edge], lng: float, lat: float) -> bool:
    inside = False
    for before_lng, before_lat, corner_lng, corner_lat in edges:
        if (corner_lat > lat) != (before_lat > lat):
            share = (lat - corner_lat) / (before_lat - corner_lat)
            inside ^= lng < corner_lng + share * (before_lng - corner_lng)
    return inside


def _wrapped(lng: float) -> float:
    """Return a longitude within ±180."""
    return lng if -180 <= lng <= 180 else (lng + 180) % 360 - 180


def _numbers(text: str, least: int, most: int) -> list[float]:
    if text.count(",") >= most:
        raise ValueError(f"at most {most} numbers with commas between")
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as exc:
        raise ValueError("numbers with commas between") from exc
    if len(numbers) < least or not all(math.isfinite(one) for one in numbers):
        raise ValueError(f"{least} numbers with commas between" if least == most else f"at least {least} numbers")
    return numbers


def read_box(text: str) -> Box:
    """Return the box of `w,s,e,n`; west beyond east spans the date line. Raises `ValueError` for anything else."""
    west, south, east, north = _numbers(text, 4, 4)
    if not (abs(west) <= 180 and abs(east) <= 180 and -90 <= south <= north <= 90):
        raise ValueError("west, south, east and north inside the globe, south below north")
    return Box(west, south, east, north)


def read_near(text: str) -> Near:
    """Return the circle of `lat,lng,km`. Raises `ValueError` for anything else."""
    lat, lng, km = _numbers(text, 3, 3)
    if not 0 < km <= 500:
        raise ValueError("a radius of up to 500 km")
    return Near(Point(lat, lng), km * 1000)


def read_polygon(text: str) -> Polygon:
    """Return the outline of `lng,lat,lng,lat,…`, 3 to 10,000 points. Raises `ValueError` for anything else."""
    numbers = _numbers(text, 6, 2 * MOST_POINTS)
    if len(numbers) % 2:
        raise ValueError("a longitude and a latitude for each point")
    ring = [Point(lat, lng) for lng, lat in zip(numbers[::2], numbers[1::2], strict=True)]
    ring = [point for number, point in enumerate(ring) if point != ring[number - 1]]  # the last may repeat the first
    if len(ring) < 3:
        raise ValueError("at least three different points")
    polygon = Polygon(tuple(ring))
    polygon.check()
    return polygon
