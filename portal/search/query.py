"""A typed request made from a query string, and the typed answer. Views never see an engine's own types."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from portal.core.geo import Point
from portal.core.rest import Problem, decode_cursor, encode_cursor, page_limit

from .areas import Area, Box, Near, Polygon, read_box, read_near, read_polygon
from .tokens import clean

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from .spec import SearchSpec

__all__ = ["Area", "Box", "Near", "Polygon"]  # with all that is defined below
LONGEST_TEXT = 200
FURTHEST = 10_000
DEEPEST_ZOOM = 20
Range = tuple[float | None, float | None]
AREAS: tuple[tuple[str, Callable[[str], Area]], ...] = (
    ("near", read_near),
    ("polygon", read_polygon),
    ("bbox", read_box),
)
"""Names of the areas in an address, the sharpest first; several together all hold."""


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
class SearchRequest:
    """Everything an engine needs to answer."""

    kind: str
    text: str = ""
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    """By number of the document, in its stored unit; both ends belong to it."""
    geo: Area | None = None
    also: tuple[Area, ...] = ()
    """More areas that must hold too: the map's window beside a drawn outline."""
    viewer: Viewer = Viewer()
    sort: str = "relevance"
    size: int = 24
    offset: int = 0
    keys: tuple[Any, ...] = ()
    """Where an engine's own cursor stands; another engine goes by `offset`."""
    facets: tuple[str, ...] = ()
    zoom: int | None = None
    hidden: frozenset[int] = frozenset()
    """Records that changed and are not in the index yet: never shown from it."""

    @property
    def areas(self) -> tuple[Area, ...]:
        """Every area, all of which must hold."""
        return () if self.geo is None else (self.geo, *self.also)

    @property
    def origin(self) -> Point | None:
        """Where distances are measured from; nothing without a circle."""
        return next((area.point for area in self.areas if isinstance(area, Near)), None)


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
    stale: bool = False
    """The engine in charge is away and another answered: the page says that results may be minutes old."""
    settled: bool = False
    """The engine in charge lacked no change and found the text itself: the page may be kept until the next change.

    What was asked in vain is noted each time, so that page is not.
    """
    took_ms: float = 0.0
    after: int | None = None
    keys: tuple[Any, ...] = ()

    @property
    def cursor(self) -> str | None:
        """The opaque cursor of the next page, or nothing at the end."""
        if self.after is None or self.after > FURTHEST:
            return None
        return encode_cursor([self.after, *self.keys] if self.keys else self.after)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to offer while the reader types: a record, or a value of a facet."""

    text: str
    kind: str
    id: int | None = None
    value: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    """A record as a grouped answer shows it, in the reader's language.

    `picture` is an image or nothing; `drawing` is the address of what stands in its place, or nothing.
    """

    title: str
    url: str
    note: str = ""
    picture: Any = None
    drawing: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One hit of a grouped answer, with the record's card."""

    hit: Hit
    card: Card


@dataclass(frozen=True, slots=True)
class Group:
    """One kind's part of a grouped answer. `more` leads to the kind's own list with the same text, where it has one."""

    kind: str
    title: str
    found: tuple[Found, ...]
    total: int
    more: str = ""
    corrected: str = ""
    loosened: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """A request, and what the reader should know about how it was read. `ranges` are by name, in the reader's unit."""

    request: SearchRequest
    page: int = 1
    cut: bool = False
    ranges: Mapping[str, Range] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()


class _Reading:
    """One query string on its way to a request; what does not fit is gathered in `problems` by parameter."""

    def __init__(self, params: QueryDict, spec: SearchSpec) -> None:
        self.params, self.spec = params, spec
        self.problems: dict[str, str] = {}
        self.cut = False
        self.text = self._text()
        self.filters = dict(self._filters())
        self.shown_ranges = dict(self._ranges())
        self.areas = tuple(self._areas())
        self.sort = self._sort()

    def _text(self) -> str:
        raw = self.params.get("q") or ""
        text = " ".join(clean(raw[: LONGEST_TEXT * 2]).split())
        self.cut = len(text) > LONGEST_TEXT or len(raw) > LONGEST_TEXT * 2
        if self.cut:
            self.problems["q"] = f"at most {LONGEST_TEXT} characters"
        return text[:LONGEST_TEXT].rstrip()

    def _filters(self) -> Any:
        for name in self.spec.facets:
            asked = frozenset(self.params.getlist(name)) - {""}
            chosen = asked & frozenset(self.spec.values(name))
            if asked - chosen:
                self.problems[name] = f"unknown value: {min(asked - chosen)[:40]}"
            if chosen:
                yield name, chosen

    def _ranges(self) -> Any:
        for name in self.spec.ranges:
            low, high = self._end(f"{name}_min"), self._end(f"{name}_max")
            if low is not None and high is not None and low > high:
                self.problems[f"{name}_min"] = f"not above {name}_max"
            elif low is not None or high is not None:
                yield name, (low, high)

    def _end(self, name: str) -> float | None:
        text = (self.params.get(name) or "").strip()
        if not text:
            return None
        try:
            value = float(text[:40])
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and abs(value) < 1e12 and len(text) <= 40):
            self.problems[name] = "a number"
            return None
        return value

    def _areas(self) -> Any:
        for name, read in AREAS:
            text = self.params.get(name) or ""
            if text:
                try:
                    yield read(text)
                except ValueError as problem:
                    self.problems[name] = str(problem)

    def _sort(self) -> str:
        asked = self.params.get("sort") or "relevance"
        if asked not in self.spec.sorts:
            self.problems["sort"] = ", ".join(self.spec.sorts)
        elif asked == "distance" and not any(isinstance(area, Near) for area in self.areas):
            self.problems["sort"] = "distance needs near"
        else:
            return asked
        return "relevance"

    def request(self, viewer: Viewer, **more: Any) -> SearchRequest:
        """Return what could be read."""
        ranges = {}
        for name, (low, high) in self.shown_ranges.items():
            kept = self.spec.ranges[name]
            ranges[kept.number] = (kept.stored(low), kept.stored(high))
        return SearchRequest(
            kind=self.spec.kind,
            text=self.text,
            filters=self.filters,
            ranges=ranges,
            geo=self.areas[0] if self.areas else None,
            also=self.areas[1:],
            viewer=viewer,
            sort=self.sort,
            **more,
        )


def parse(params: QueryDict, spec: SearchSpec, viewer: Viewer, *, size: int = 24) -> Parsed:
    """Read a page's query string. Never raises: what does not fit is left out and named in `dropped`, `q` is cut."""
    reading = _Reading(params, spec)
    page = min(_whole(params.get("page") or ""), FURTHEST // size)
    request = reading.request(viewer, size=size, offset=(page - 1) * size, facets=tuple(spec.facets))
    return Parsed(request, page, reading.cut, reading.shown_ranges, tuple(reading.problems))


def parse_strict(params: QueryDict, spec: SearchSpec, viewer: Viewer) -> SearchRequest:
    """Read the API's query string: `q`, facets, ranges, areas, `sort`, `facets`, `limit`, `cursor`, `zoom`.

    Raises `Problem` 422 that names every parameter that does not fit.
    """
    reading = _Reading(params, spec)
    problems = dict(reading.problems)
    offset, keys = _cursor(params.get("cursor") or "")
    limit = params.get("limit") or "24"
    zoom = params.get("zoom")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:6]) <= 100):
        problems["limit"] = "1 to 100"
    if zoom is not None and not (zoom.isascii() and zoom.isdigit() and int(zoom[:6]) <= DEEPEST_ZOOM):
        problems["zoom"] = f"0 to {DEEPEST_ZOOM}"
    if problems:
        first, why = next(iter(problems.items()))
        raise Problem(422, "invalid", f"{first}: {why}", errors={name: [why] for name, why in problems.items()})
    return reading.request(
        viewer,
        size=page_limit(int(limit)),
        offset=offset,
        keys=keys,
        facets=tuple(spec.facets) if params.get("facets") in {"1", "true"} else (),
        zoom=int(zoom) if zoom is not None else None,
    )


def _cursor(text: str) -> tuple[int, tuple[Any, ...]]:
    """Return offset and keys of a cursor. Raises `Problem` 422 for anything we did not make."""
    found = decode_cursor(text) if text else 0
    offset, *keys = found if isinstance(found, list) and found else [found]
    fits = isinstance(offset, int) and not isinstance(offset, bool) and 0 <= offset <= FURTHEST
    if not fits or (keys and not (len(keys) == 2 and _is_number(keys[0]) and _is_id(keys[1]))):
        raise Problem(422, "invalid", "cursor: unknown", errors={"cursor": ["unknown"]})
    return int(offset), tuple(keys)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _whole(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
