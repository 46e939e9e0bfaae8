"""A typed request made from a query string, and the typed answer. Views never see an engine's own types."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import QueryDict

from portal.core.geo import Point, distance_m

from .tokens import clean

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from .spec import SearchSpec

LONGEST_TEXT = 200
FURTHEST = 10_000


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: what is public, what is private to their companies, and everything live for the lot's staff."""

    organisations: frozenset[int] = frozenset()
    staff: bool = False

    def audience(self) -> tuple[str, ...]:
        """Return the marks of records this reader may see."""
        mine = [f"org:{pk}" for pk in sorted(self.organisations)]
        return ("public", *mine, "staff") if self.staff else ("public", *mine)


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, point: Point) -> bool:
        """Return whether the point is inside."""
        return self.south <= point.lat <= self.north and self.west <= point.lng <= self.east

    def box(self) -> Box:
        """Return itself."""
        return self


@dataclass(frozen=True, slots=True)
class Near:
    """A circle."""

    point: Point
    radius_m: float

    def holds(self, point: Point) -> bool:
        """Return whether the point is inside."""
        return distance_m(self.point, point) <= self.radius_m

    def box(self) -> Box:
        """Return the smallest box around the circle."""
        lat = self.radius_m / 110_000
        lng = self.radius_m / (110_000 * max(math.cos(math.radians(self.point.lat)), 0.01))
        here = self.point
        return Box(here.lng - lng, here.lat - lat, here.lng + lng, here.lat + lat)


@dataclass(frozen=True, slots=True)
class Polygon:
    """A ring of points; the last joins the first."""

    ring: tuple[Point, ...]

    def holds(self, point: Point) -> bool:
        """Return whether the point is inside (even-odd rule)."""
        inside = False
        before = self.ring[-1]
        for corner in self.ring:
            if (corner.lat > point.lat) != (before.lat > point.lat):
                share = (point.lat - corner.lat) / (before.lat - corner.lat)
                inside ^= point.lng < corner.lng + share * (before.lng - corner.lng)
            before = corner
        return inside

    def box(self) -> Box:
        """Return the smallest box around the ring."""
        lats, lngs = [p.lat for p in self.ring], [p.lng for p in self.ring]
        return Box(min(lngs), min(lats), max(lngs), max(lats))


Area = Box | Near | Polygon


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Everything an engine needs to answer."""

    kind: str
    text: str = ""
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    geo: Area | None = None
    viewer: Viewer = Viewer()
    sort: str = "relevance"
    size: int = 24
    offset: int = 0
    facets: tuple[str, ...] = ()
    zoom: int | None = None
    hidden: frozenset[int] = frozenset()
    """Records that changed and are not in the index yet: never shown from it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. `title` and `snippet` are safe, marked HTML by language."""

    id: int
    score: float = 0.0
    title: Mapping[str, SafeString] = field(default_factory=dict)
    snippet: Mapping[str, SafeString] = field(default_factory=dict)
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records close together on a map of that scale; `id` where it is one alone."""

    point: Point
    count: int
    box: Box
    id: int | None = None


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value of a facet."""

    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of an answer."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    clusters: tuple[Cluster, ...] = ()
    corrected: str = ""
    loosened: bool = False
    engine: str = ""
    took_ms: float = 0.0
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to offer while the reader types: a record, or a value of a facet."""

    text: str
    kind: str
    id: int | None = None
    value: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A request, and what the reader should know about how it was read."""

    request: SearchRequest
    page: int = 1
    cut: bool = False


def parse(params: QueryDict, spec: SearchSpec, viewer: Viewer, *, size: int = 24) -> Parsed:
    """Read a page's query string. Never raises: what nobody offers is left out, `q` is cut to 200 characters."""
    raw = params.get("q", "")
    text = " ".join(clean(raw[: LONGEST_TEXT * 2]).split())
    cut = len(text) > LONGEST_TEXT or len(raw) > LONGEST_TEXT * 2
    filters = {}
    for name in spec.facets:
        chosen = frozenset(params.getlist(name)) & frozenset(spec.values(name))
        if chosen:
            filters[name] = chosen
    sort = params.get("sort", "")
    page = min(_whole(params.get("page", "")), FURTHEST // size)
    geo = _area(params)
    request = SearchRequest(
        kind=spec.kind,
        text=text[:LONGEST_TEXT],
        filters=filters,
        geo=geo,
        viewer=viewer,
        sort=sort if sort in spec.sorts and (sort != "distance" or isinstance(geo, Near)) else "relevance",
        size=size,
        offset=(page - 1) * size,
        facets=tuple(spec.facets),
    )
    return Parsed(request, page, cut)


def _whole(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _area(params: QueryDict) -> Area | None:
    try:
        asked = params.get("near") or ""
        if asked:
            return near(str(asked))
        asked = params.get("bbox") or ""
        return box(str(asked)) if asked else None
    except ValueError:
        return None


def _numbers(text: str, count: int) -> list[float]:
    numbers = [float(part) for part in text[:200].split(",")]
    if len(numbers) != count or not all(math.isfinite(one) for one in numbers):
        raise ValueError(f"{count} numbers with commas between")
    return numbers


def box(text: str) -> Box:
    """Return the box of `w,s,e,n`. Raises `ValueError` for anything else."""
    west, south, east, north = _numbers(text, 4)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("west to east and south to north, inside the globe")
    return Box(west, south, east, north)


def near(text: str) -> Near:
    """Return the circle of `lat,lng,km`. Raises `ValueError` for anything else."""
    lat, lng, km = _numbers(text, 3)
    if not 0 < km <= 500:
        raise ValueError("a radius of up to 500 km")
    return Near(Point(lat, lng), km * 1000)
