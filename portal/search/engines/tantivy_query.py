"""One request as tantivy queries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from portal.core.geo import Point, distance_m
from portal.search.cells import cover
from portal.search.documents import BEGINNINGS
from portal.search.plan import Alternative, Clause, Plan
from portal.search.query import Area, Box, Cluster, FacetCount, Hit, Near, SearchRequest
from portal.search.spec import SearchSpec
from portal.search.tiles import KEPT, MANY, level_of

from . import answers
from .answers import BODY, EXACT, TAG, TITLE
from .tantivy_index import Reader

MOST = 1_000_000
MOST_VALUES = 1_000
FEW_FACETS = 3
"""Up to so many facets are counted one by one; more at once, in the column that holds them all."""


class Asking:
    """One request as tantivy queries."""

    def __init__(self, reader: Reader, spec: SearchSpec, request: SearchRequest, plan: Plan) -> None:
        self.reader, self.spec, self.request, self.plan = reader, spec, request, plan
        self.schema = reader.schema
        self.test = self._test()
        self.fixed = [*self.limits(reader, request), *self._ranges()]
        self.fixed += [self._inside(area) for area in request.areas]

    @staticmethod
    def limits(reader: Reader, request: SearchRequest) -> list[Query]:
        """Return what no reader gets around: the audience, and records that changed since."""
        groups = list(request.viewer.audience())
        audience = Query.term_set_query(reader.schema, "audience", groups)
        if len(groups) == 1:  # a visitor's: a third of the work of a set
            audience = Query.term_query(reader.schema, "audience", groups[0])
        if not request.hidden:
            return [audience]
        changed = Query.term_set_query(reader.schema, "id", sorted(request.hidden))
        return [Query.boolean_query([(Occur.Must, audience), (Occur.MustNot, changed)])]

    def found(self) -> Any:
        """Return a page of what is found, the best or the newest first, and how many there are in all."""
        request, searcher = self.request, self.reader.searcher
        size: dict[str, Any] = {"limit": max(1, request.size), "offset": request.offset}
        if request.sort == "newest":
            return searcher.search(self.query(), order_by_field="created", **size)
        if not self.plan:  # all score the same: the weights alone are their order
            return searcher.search(self.query(), order_by_field="weight", **size)
        limits = ((Occur.Must, scored(part, 0.0)) for part in self._parts())
        return searcher.search(
            Query.boolean_query([(Occur.Must, self._text()), *limits]), weight_by_field="weight", **size
        )

    def query(self, *, without: str = "") -> Query:
        """Return what matches, without its rank; `without` one facet's own filter."""
        return every([*([self.test] if self.test else []), *self._parts(without)])

    def _parts(self, without: str = "") -> list[Query]:
        chosen = {name: values for name, values in self.request.filters.items() if name in self.spec.facets}
        sets = [
            Query.term_set_query(self.schema, f"f_{name}", sorted(values))
            for name, values in chosen.items()
            if name != without
        ]
        return [*self.fixed, *sets]

    def _test(self) -> Query | None:
        """Return what matches as `_text` does, without its rank; nothing where there is no text."""
        if not self.plan:
            return None
        tests = [either([self._either_field(one) for one in clause.alternatives]) for clause in self.plan.clauses]
        if self.plan.least:
            some = [(Occur.Should, test) for test in tests]
            return Query.boolean_query(some, minimum_number_should_match=self.plan.least)
        return every(tests)

    def _either_field(self, alternative: Alternative) -> Query:
        """Return the match of an alternative. The body holds the words of title and tags, but for single characters."""
        fields: tuple[str, ...] = ("pinyin", "pinyin_tags") if alternative.pinyin else ("body",)
        if not alternative.pinyin and any(len(token) == 1 for token in alternative.tokens):
            fields = ("title", "tags", "body")
        if not alternative.tokens:
            return Query.empty_query()
        tokens = alternative.tokens
        return either([every([Query.term_query(self.schema, name, token) for token in tokens]) for name in fields])

    def _text(self) -> Query:
        clauses = [self._clause(clause) for clause in self.plan.clauses]
        if self.plan.least:
            some = [(Occur.Should, clause) for clause in clauses]
            return Query.boolean_query(some, minimum_number_should_match=self.plan.least)
        exact = scored(Query.term_query(self.schema, "run", self.plan.run), EXACT)
        return Query.boolean_query([*((Occur.Must, clause) for clause in clauses), (Occur.Should, exact)])

    def _clause(self, clause: Clause) -> Query:
        return any_of([one for alternative in clause.alternatives for one in self._alternative(alternative)])

    def _alternative(self, alternative: Alternative) -> list[Query]:
        fields = (
            {"pinyin": TITLE, "pinyin_tags": TAG} if alternative.pinyin else {"title": TITLE, "tags": TAG, "body": BODY}
        )
        if not alternative.tokens:
            return [Query.empty_query()]
        return [
            scored(
                every([Query.term_query(self.schema, name, token) for token in alternative.tokens]),
                worth * alternative.weight,
            )
            for name, worth in fields.items()
        ]

    def _ranges(self) -> list[Query]:
        return [
            Query.range_query(self.schema, f"n_{name}", FieldType.Float, low, high)
            for name, (low, high) in self.request.ranges.items()
            if name in self.spec.numbers and (low is not None or high is not None)
        ]

    def _inside(self, area: Area) -> Query:
        """Return an area: a box by its sides, others by their inner cells and what an exact test finds on the rim."""
        if isinstance(area, Box):
            spans = [Query.range_query(self.schema, "lng", FieldType.Float, west, east) for west, east in area.spans()]
            lats = Query.range_query(self.schema, "lat", FieldType.Float, area.south, area.north)
            return every([lats, either(spans)])
        cells = cover(area)
        parts = [Query.term_set_query(self.schema, "cells", cells.inner)] if cells.inner else []
        if cells.rim:
            rim = Query.term_set_query(self.schema, "cells", cells.rim)
            candidates = self._records(every([*([self.test] if self.test else []), *self.fixed, rim]))
            ids = [one for one, point in candidates if area.holds(point)]
            parts += [Query.term_set_query(self.schema, "id", ids)] if ids else []
        return either(parts) if parts else Query.empty_query()

    def _records(self, query: Query) -> Iterator[tuple[int, Point]]:
        """Yield id and point of all that a query finds."""
        hits = self.reader.searcher.search(query, limit=MOST, count=False).hits
        return ((one, point) for one, point, _address in self._points([address for _score, address in hits]))

    def _points(self, addresses: list[Any]) -> Iterator[tuple[int, Point, Any]]:
        values = [self.reader.searcher.fast_field_values(name, addresses) for name in ("id", "lat", "lng")]
        for one, lat, lng, address in zip(*values, addresses, strict=True):
            if lat is not None and lng is not None:
                yield int(one or 0), Point(lat, lng), address

    def nearest(self) -> tuple[int, list[Hit]]:
        """Return how many there are, and a page of them by distance: looks in growing circles until enough lie in one."""
        origin, request = self.request.origin, self.request
        whole = self.query()
        total = _count(self.reader.searcher.search(whole, limit=1))
        if origin is None or not total:
            return total, []
        circle = next(area for area in request.areas if isinstance(area, Near))
        wanted = min(total, request.offset + request.size)
        found: list[tuple[float, int, Any]] = []
        for share in (1 / 32, 1 / 8, 1 / 3, 1.0):
            reach = circle.radius_m * share
            query = whole if share == 1.0 else every([whole, self._inside(Near(origin, reach).box())])
            addresses = [a for _s, a in self.reader.searcher.search(query, limit=MOST, count=False).hits]
            found = [(distance_m(origin, point), one, address) for one, point, address in self._points(addresses)]
            if sum(apart <= reach for apart, _one, _address in found) >= wanted:
                break
        found.sort(key=lambda one: one[:2])
        page = found[request.offset : request.offset + request.size]
        return total, [self.hit(address, 0.0, apart) for apart, _one, address in page]

    def counts(self, total: int) -> dict[str, tuple[FacetCount, ...]]:
        """Return the facets' counts among `total` found: one aggregate for those without a choice, one for each with one."""
        asked = [name for name in self.request.facets if name in self.spec.facets]
        open_ones = [name for name in asked if name not in self.request.filters]
        counted: dict[str, dict[str, int]] = {}
        if open_ones:
            counted.update(self._open(open_ones, total))
        for name in asked:
            if name in self.request.filters:
                counted.update(self._aggregate(self.query(without=name), [name]))
        return {name: answers.in_order(self.spec, self.request, name, counted[name]) for name in asked}

    def _open(self, names: list[str], total: int) -> dict[str, dict[str, int]]:
        if len(names) <= FEW_FACETS:
            return self._aggregate(self.query(), names)
        if self.test or self.request.filters or len(self.fixed) > 1 or total * 2 < self.reader.searcher.num_docs:
            return self._at_once(self.query(), names)
        # nearly everything: all that the index holds, counted once for each state of it, less what this reader may not see
        if self.reader.counts is None:
            self.reader.counts = self._at_once(Query.all_query(), list(self.spec.facets))
        others = Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, self.fixed[0])])
        unseen = self._at_once(others, names)
        return {
            name: {value: count - unseen[name].get(value, 0) for value, count in self.reader.counts[name].items()}
            for name in names
        }

    def _aggregate(self, query: Query, names: list[str]) -> dict[str, dict[str, int]]:
        wanted = {name: {"terms": {"field": f"f_{name}", "size": MOST_VALUES}} for name in names}
        answer = self.reader.searcher.aggregate(query, wanted)
        return {name: {one["key"]: int(one["doc_count"]) for one in answer[name]["buckets"]} for name in names}

    def _at_once(self, query: Query, names: list[str]) -> dict[str, dict[str, int]]:
        wanted = {"all": {"terms": {"field": "facets", "size": MOST_VALUES * 10}}}
        counted: dict[str, dict[str, int]] = {name: {} for name in names}
        for one in self.reader.searcher.aggregate(query, wanted)["all"]["buckets"]:
            name, _equals, value = one["key"].partition("=")
            if name in counted:
                counted[name][value] = int(one["doc_count"])
        return counted

    def hit(self, address: Any, key: float, apart: float | None = None) -> Hit:
        """Return a record found, its title and a snippet marked."""
        row, origin = self.reader.searcher.doc(address), self.request.origin
        if apart is None and origin is not None:
            apart = next((distance_m(origin, point) for _id, point, _a in self._points([address])), None)
        return answers.hit(id_of(row), float(key), shown_of(row), self.plan, apart)

    def clusters(self, total: int) -> list[Cluster]:
        """Group what is found by web-mercator tile: few records in Python, many by the tiles the index keeps."""
        level = level_of(self.request.zoom or 0, total)
        query = self.query()
        if total <= MANY or level not in KEPT:
            return answers.clusters_of(self._records(query), level)
        measured = {
            "lat": {"stats": {"field": "lat"}},
            "lng": {"stats": {"field": "lng"}},
            "id": {"min": {"field": "id"}},
        }
        tiles = {"tiles": {"terms": {"field": f"tile{level}", "size": 60_000}, "aggs": measured}}
        made = []
        for one in self.reader.searcher.aggregate(query, tiles)["tiles"]["buckets"]:
            lat, lng, count = one["lat"], one["lng"], int(one["doc_count"])
            box = Box(lng["min"], lat["min"], lng["max"], lat["max"])
            made.append(
                Cluster(Point(lat["avg"], lng["avg"]), count, box, int(one["id"]["value"]) if count == 1 else None)
            )
        return made


def _count(result: Any) -> int:
    return int(result.count or 0)


def id_of(row: tantivy.Document) -> int:
    """Return a row's id."""
    return int(row.get_first("id") or 0)


def shown_of(row: tantivy.Document) -> dict[str, Any]:
    """Return what was stored to be shown."""
    return dict(json.loads(bytes(row.get_first("shown") or b"{}")))


def scored(query: Query, score: float) -> Query:
    """Return a query whose matches all count the same."""
    return Query.const_score_query(query, score)


def every(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, one) for one in queries])


def either(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, one) for one in queries])


def any_of(queries: list[Query]) -> Query:
    """Return the best of several."""
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries)


def starts(schema: tantivy.Schema, text: str, *, name: bool = False) -> Query:
    """Return what begins with `text`; with `name`, whose whole name does.

    A short beginning is stored; a long one is a fuzzy query without error, so that nothing need be escaped.
    """
    if len(text) <= BEGINNINGS:
        return Query.term_query(schema, "begins", f"={text}" if name else text)
    return Query.fuzzy_term_query(schema, "run" if name else "suggest", text, distance=0, prefix=True)
