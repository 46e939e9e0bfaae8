"""What every engine makes of what it found: hits with marks, facets in order, the markers of a map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portal.core.geo import Point
from portal.search.highlights import marked, snippet
from portal.search.plan import Plan
from portal.search.query import Box, Cluster, FacetCount, Hit, SearchRequest
from portal.search.spec import SearchSpec
from portal.search.tiles import tile_of
from portal.search.tokens import is_han, normalised, pieces

TITLE, TAG, BODY, EXACT = 100.0, 30.0, 10.0, 200.0


def hit(id: int, score: float, shown: Mapping[str, Any], plan: Plan, apart: float | None) -> Hit:
    """Return a record found, its title and a snippet marked."""
    return Hit(
        id=id,
        score=score,
        title={language: marked(text, plan.shown) for language, text in shown["title"].items()},
        snippet={language: snippet(text, plan.shown) for language, text in shown["body"].items()},
        distance_m=apart,
    )


def in_order(spec: SearchSpec, request: SearchRequest, name: str, counted: Mapping[str, int]) -> tuple[FacetCount, ...]:
    """Return a facet's values in the spec's order; those with nothing are left out unless chosen."""
    chosen = request.filters.get(name, frozenset())
    known = [value for value in spec.values(name) if counted.get(value) or value in chosen]
    return tuple(FacetCount(value, counted.get(value, 0), value in chosen) for value in known)


def clusters_of(points: Iterable[tuple[int, Point]], level: int) -> list[Cluster]:
    """Group records by tile; the marker stands at the mean of its records."""
    tiles: dict[tuple[int, int], list[tuple[int, Point]]] = {}
    for one, point in points:
        tiles.setdefault(tile_of(point, level), []).append((one, point))
    made = []
    for members in tiles.values():
        lats, lngs = [point.lat for _one, point in members], [point.lng for _one, point in members]
        middle = Point(sum(lats) / len(lats), sum(lngs) / len(lngs))
        box = Box(min(lngs), min(lats), max(lngs), max(lats))
        made.append(Cluster(middle, len(members), box, members[0][0] if len(members) == 1 else None))
    return made


def typed(text: str) -> list[str]:
    """Return how a half-typed text may stand in the index."""
    found = pieces(normalised(text))[:12]
    if not found:
        return []
    if any(is_han(piece) for piece in found):
        return ["".join(found)[:20]]
    spaced = " ".join(found)[:60]
    return [spaced] if len(found) == 1 else [spaced, "".join(found)[:60]]
