"""One request as queries of elasticsearch-dsl."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from elasticsearch_dsl import A, Q, Search

from portal.core.geo import Point
from portal.search.cells import cover
from portal.search.documents import BEGINNINGS
from portal.search.plan import Alternative, Clause, Plan
from portal.search.query import Area, Box, FacetCount, Near, Polygon, SearchRequest
from portal.search.spec import SearchSpec

from . import answers
from .answers import BODY, EXACT, TAG, TITLE

MOST_VALUES = 1_000
Rim = Callable[[list[Any]], Iterable[tuple[int, Point]]]
"""Returns id and point of what filters leave: for the exact test along the rim of an outline."""


class Asking:
    """One request. Text, permission and areas are filters of the query, chosen facets a filter after it."""

    def __init__(self, spec: SearchSpec, request: SearchRequest, plan: Plan, rim: Rim) -> None:
        self.spec, self.request, self.plan = spec, request, plan
        self.fixed = [*self.limits(request), *self._ranges()]
        for area in request.areas:
            self.fixed.append(self._inside(area, rim))
        self.chosen = {
            name: Q("terms", **{f"f_{name}": sorted(values)})
            for name, values in request.filters.items()
            if name in spec.facets
        }

    @staticmethod
    def limits(request: SearchRequest) -> list[Any]:
        """Return what no reader gets around: the audience, and records that changed since."""
        audience = Q("terms", audience=list(request.viewer.audience()))
        if not request.hidden:
            return [audience]
        return [audience, Q("bool", must_not=[Q("terms", id=sorted(request.hidden))])]

    def search(self, base: Search) -> Search:
        """Return the whole search: a page of hits, the total, and the counts that are asked for."""
        request = self.request
        found = base.query(self._ranked()).extra(track_total_hits=True, size=request.size, track_scores=True)
        if self.chosen:
            found = found.post_filter("bool", filter=list(self.chosen.values()))
        found = found.sort(*self._sort()).source(["id", "shown", "lat", "lng"])
        if len(request.keys) == 2:
            found = found.extra(search_after=list(request.keys))
        else:
            found = found.extra(from_=request.offset)
        asked = [name for name in request.facets if name in self.spec.facets]
        open_ones = [name for name in asked if name not in self.chosen]
        if open_ones:
            self._count(found, "all", "facets", MOST_VALUES * 10, list(self.chosen.values()))
        for name in asked:
            if name in self.chosen:
                others = [query for other, query in self.chosen.items() if other != name]
                self._count(found, f"only_{name}", f"f_{name}", MOST_VALUES, others)
        return found

    @staticmethod
    def _count(found: Search, label: str, field: str, size: int, filters: list[Any]) -> None:
        counted = A("filter", filter=Q("bool", filter=filters) if filters else Q("match_all"))
        found.aggs.bucket(label, counted).bucket("values", A("terms", field=field, size=size))

    def _sort(self) -> list[Any]:
        origin = self.request.origin
        if self.request.sort == "distance" and origin is not None:
            here = {"lat": origin.lat, "lon": origin.lng}
            return [{"_geo_distance": {"point": here, "order": "asc", "unit": "m"}}, {"id": "asc"}]
        if self.request.sort == "newest":
            return [{"created": "desc"}, {"id": "desc"}]
        return [{"_score": "desc"}, {"id": "desc"}]

    def _ranked(self) -> Any:
        inner = Q("bool", must=[self._text()], filter=self.fixed)
        return Q(
            "function_score", query=inner, field_value_factor={"field": "boost", "missing": 1}, boost_mode="multiply"
        )

    def filtered(self) -> list[Any]:
        """Return everything as filters: for what is counted and not ranked."""
        return [*([self._text()] if self.plan else []), *self.fixed, *self.chosen.values()]

    def _text(self) -> Any:
        if not self.plan:
            return constant(Q("match_all"), 1.0)
        clauses = [self._clause(clause) for clause in self.plan.clauses]
        if self.plan.least:
            return Q("bool", should=clauses, minimum_should_match=self.plan.least)
        return Q("bool", must=clauses, should=[constant(Q("term", run=self.plan.run), EXACT)])

    def _clause(self, clause: Clause) -> Any:
        return best([one for alternative in clause.alternatives for one in self._alternative(alternative)])

    def _alternative(self, alternative: Alternative) -> list[Any]:
        fields = (
            {"pinyin": TITLE, "pinyin_tags": TAG} if alternative.pinyin else {"title": TITLE, "tags": TAG, "body": BODY}
        )
        if not alternative.tokens:
            return [Q("match_none")]
        return [
            constant(Q("bool", filter=[Q("term", **{name: t}) for t in alternative.tokens]), worth * alternative.weight)
            for name, worth in fields.items()
        ]

    def _ranges(self) -> list[Any]:
        out = []
        for name, (low, high) in self.request.ranges.items():
            ends = {side: end for side, end in (("gte", low), ("lte", high)) if end is not None}
            if name in self.spec.numbers and ends:
                out.append(Q("range", **{f"n_{name}": ends}))
        return out

    def _inside(self, area: Area, rim: Rim) -> Any:
        if isinstance(area, Box):
            spans = [Q("range", lng={"gte": west, "lte": east}) for west, east in area.spans()]
            return Q("bool", filter=[Q("range", lat={"gte": area.south, "lte": area.north}), either(spans)])
        if isinstance(area, Near):
            here = {"lat": area.point.lat, "lon": area.point.lng}
            return Q("geo_distance", distance=f"{area.radius_m}m", point=here)
        return self._outlined(area, rim)

    def _outlined(self, area: Polygon, rim: Rim) -> Any:
        """Return an outline by its inner cells and an exact test on the rim: outlines may cross themselves here."""
        cells = cover(area)
        parts = [Q("terms", cells=list(cells.inner))] if cells.inner else []
        if cells.rim:
            text = [self._text()] if self.plan else []
            candidates = rim([*text, *self.fixed, Q("terms", cells=list(cells.rim))])
            ids = [one for one, point in candidates if area.holds(point)]
            parts += [Q("terms", id=ids)] if ids else []
        return either(parts) if parts else Q("match_none")

    def facets(self, aggregations: Any) -> dict[str, tuple[FacetCount, ...]]:
        """Return the facets' counts out of an answer's aggregations."""
        counted: dict[str, dict[str, int]] = {name: {} for name in self.request.facets if name in self.spec.facets}
        if "all" in aggregations:
            for one in aggregations["all"]["values"]["buckets"]:
                name, _equals, value = str(one["key"]).partition("=")
                if name in counted and name not in self.chosen:
                    counted[name][value] = int(one["doc_count"])
        for name in counted:
            if name in self.chosen:
                buckets = aggregations[f"only_{name}"]["values"]["buckets"]
                counted[name] = {str(one["key"]): int(one["doc_count"]) for one in buckets}
        return {name: answers.in_order(self.spec, self.request, name, values) for name, values in counted.items()}


def constant(query: Any, score: float) -> Any:
    """Return a query whose matches all count the same."""
    return Q("constant_score", filter=query, boost=score)


def either(queries: list[Any]) -> Any:
    """Return what any of them finds."""
    return queries[0] if len(queries) == 1 else Q("bool", should=queries, minimum_should_match=1)


def best(queries: list[Any]) -> Any:
    """Return the best of several."""
    return queries[0] if len(queries) == 1 else Q("dis_max", queries=queries)


def starts(text: str, *, name: bool = False) -> Any:
    """Return what begins with `text`; with `name`, whose whole name does. A short beginning is stored."""
    if len(text) <= BEGINNINGS:
        return Q("term", begins=f"={text}" if name else text)
    return Q("prefix", **{"run" if name else "suggest": text})
