"""The engine for a cluster: Elasticsearch 8, an alias a kind, the cursors in a small index of their own.

Nothing here needs a plugin, a script or an analysis module. The tokens are the same as the embedded engine's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError
from elasticsearch.helpers import scan
from elasticsearch_dsl import A, Q, Search

from portal.core.geo import Point, distance_m
from portal.core.rest import Problem
from portal.search.documents import facet_key, shape
from portal.search.engine import (
    Applied,
    Changes,
    Cursor,
    DocumentChange,
    EngineAway,
    EngineBusy,
    Health,
    Poison,
    Rebuilt,
    Told,
)
from portal.search.plan import Plan
from portal.search.query import Box, Cluster, Hit, SearchPage, SearchRequest, Suggestion, Viewer
from portal.search.spec import SearchSpec, spec_of
from portal.search.tiles import level_of

from . import answers
from .answers import typed
from .elastic_client import WRITE_S, Address, asking
from .elastic_index import make_index, state_index, write
from .elastic_query import Asking, best, constant, starts

RIM_PAGE = 5_000
MOST_WORDS = 50_000
WORDS_KEPT_S = 60.0
ROUNDS = 20
"""Times that a rebuild replays what changed meanwhile before it swaps anyway: the rest is applied afterwards."""
WHOLE_NAME = 30.0
"""What a name that begins with the typed text counts beside one that only holds it: in suggestions."""


class ElasticEngine:
    """See the module."""

    name = "elasticsearch"
    remote = True

    def __init__(self, address: Address) -> None:
        self.address = address
        self._known: dict[str, Cursor] = {}
        self._words: dict[str, tuple[float, dict[str, int]]] = {}

    @cached_property
    def client(self) -> Elasticsearch:
        """The client, one a process."""
        return self.address.client()

    def alias(self, kind: str) -> str:
        """Return the name that readers and writers use; it stands for one version."""
        return f"{self.address.prefix}-{kind}"

    @property
    def _state(self) -> str:
        return f"{self.address.prefix}-state"

    def _base(self, kind: str) -> Search:
        return Search(using=self.client, index=self.alias(kind))

    # Where it stands

    def cursor(self, kind: str) -> Cursor:
        """Return how far the index has come; the beginning where it is not there or has another shape than the spec."""
        kept = self._kept(kind)
        if kept is None or kept["shape"] != shape(spec_of(kind)):
            return Cursor()
        return Cursor(int(kept["seq"]), str(kept["lineage"]))

    def _kept(self, name: str) -> dict[str, Any] | None:
        with asking():
            try:
                answer = self.client.get(index=self._state, id=name)
            except NotFoundError:
                return None
        return dict(answer["_source"])

    def _keep(self, name: str, index: str, kind: str, upto: Cursor, *, forward: bool = True) -> int:
        """Remember a cursor; return where it stands now.

        With `forward` one that another process moved further stays; another history replaces.
        """
        kept = {"index": index, "seq": upto.seq, "lineage": upto.lineage, "shape": shape(spec_of(kind))}
        before = self._kept(name) if forward else None
        same = before is not None and all(before[key] == kept[key] for key in ("index", "lineage", "shape"))
        if before is not None and same and before["seq"] >= upto.seq:
            return int(before["seq"])
        with asking():
            state_index(self.client, self._state, self.address.replicas)
            self.client.options(request_timeout=WRITE_S).index(index=self._state, id=name, document=kept)
        return upto.seq

    # Writing

    def apply(self, kind: str, changes: Iterable[DocumentChange], upto: Cursor, *, wait_s: float = 0.0) -> Applied:
        """Write changes, make them visible, then move the cursor. Several processes may do it at once: versions decide."""
        kept = self._kept(kind)
        if kept is None:
            raise EngineBusy(kind)  # nothing to add to: the caller rebuilds
        poison: list[Poison] = []
        wrote = False
        for _seq, _rows, refused in write(self.client, self.alias(kind), spec_of(kind), changes, patient=wait_s >= 1.0):
            poison += refused
            wrote = True
        if wrote:
            with asking():
                self.client.options(request_timeout=WRITE_S).indices.refresh(index=self.alias(kind))
        seq = self._keep(kind, str(kept["index"]), kind, upto)
        return Applied(seq, tuple(poison))

    def rebuild(
        self, kind: str, changes: Changes, standing: Callable[[], Cursor], told: Told = lambda done: None
    ) -> Rebuilt:
        """Fill a new version without refreshing, replay what changed, then swap the alias in one call."""
        spec, began = spec_of(kind), standing()
        index, after = self._building(kind, began)
        poison: list[Poison] = []
        upto, done = Cursor(after, began.lineage), 0
        for _round in range(ROUNDS):
            if upto == standing():
                break
            upto = standing()
            for seq, rows, refused in write(self.client, index, spec, changes(after), patient=True):
                poison += refused
                after = seq
                done += rows
                self._keep(f"{kind}-next", index, kind, Cursor(after, began.lineage), forward=False)
                told(done)
        writing = self.client.options(request_timeout=60.0)
        with asking():
            writing.indices.put_settings(index=index, settings={"index": {"refresh_interval": "1s"}})
            writing.indices.refresh(index=index)
            self._swap(kind, index)
        self._keep(kind, index, kind, upto, forward=False)
        with asking():
            writing.options(ignore_status=404).delete(index=self._state, id=f"{kind}-next")
            count = int(writing.count(index=index)["count"])
        return Rebuilt(count, tuple(poison))

    def _building(self, kind: str, began: Cursor) -> tuple[str, int]:
        """Return the version to fill and how far an earlier attempt came."""
        kept = self._kept(f"{kind}-next")
        with asking():
            same = kept is not None and (kept["lineage"], kept["shape"]) == (began.lineage, shape(spec_of(kind)))
            if kept is not None and same and self.client.indices.exists(index=kept["index"]):
                return str(kept["index"]), int(kept["seq"])
            pattern = f"{self.alias(kind)}-v*"
            versions = [int(name.rpartition("-v")[2]) for name in self.client.indices.get(index=pattern)]
            index = f"{self.alias(kind)}-v{max(versions, default=0) + 1}"
            make_index(self.client, index, spec_of(kind), self.address.replicas)
        self._keep(f"{kind}-next", index, kind, Cursor(0, began.lineage), forward=False)
        return index, 0

    def _swap(self, kind: str, index: str) -> None:
        """Point the alias to a version; the one before stays for a day's doubts, older ones go."""
        alias = self.alias(kind)
        writing = self.client.options(request_timeout=60.0)
        before = [name for name in writing.indices.get(index=f"{alias}-v*") if name != index]
        actions = [{"remove": {"index": f"{alias}-v*", "alias": alias, "must_exist": False}}] if before else []
        writing.indices.update_aliases(actions=[*actions, {"add": {"index": index, "alias": alias}}])
        for old in sorted(before, key=lambda name: int(name.rpartition("-v")[2]))[:-1]:
            writing.options(ignore_status=404).indices.delete(index=old)

    # Reading

    def _run(self, search: Search) -> Any:
        with asking():
            return search.execute(ignore_cache=True).to_dict()

    def _rim(self, kind: str) -> Callable[[list[Any]], Iterator[tuple[int, Point]]]:
        def read(filters: list[Any]) -> Iterator[tuple[int, Point]]:
            page = self._base(kind).query("bool", filter=filters).source(["id", "lat", "lng"]).sort("id")
            page = page.extra(size=RIM_PAGE)
            after: list[Any] = []
            while True:
                hits = self._run(page.extra(search_after=after) if after else page)["hits"]["hits"]
                for hit in hits:
                    yield int(hit["_source"]["id"]), Point(hit["_source"]["lat"], hit["_source"]["lng"])
                if len(hits) < RIM_PAGE:
                    return
                after = hits[-1]["sort"]

        return read

    def search(self, spec: SearchSpec, request: SearchRequest, plan: Plan) -> SearchPage:
        """Answer a request. Facet counts use every filter but the facet's own.

        Raises `Problem` 422 where the server cannot go on from the cursor's keys: it came changed, or of another order.
        """
        began = time.perf_counter()
        ask = Asking(spec, request, plan, self._rim(spec.kind))
        try:
            answer = self._run(ask.search(self._base(spec.kind)))
        except BadRequestError as problem:
            if not request.keys:
                raise
            raise Problem(422, "invalid", "cursor: unknown", errors={"cursor": ["unknown"]}) from problem
        rows, total = answer["hits"]["hits"], int(answer["hits"]["total"]["value"])
        end = request.offset + len(rows)
        more = bool(rows) and end < total
        return SearchPage(
            hits=tuple(self._hit(row, request, plan) for row in rows),
            total=total,
            facets=ask.facets(answer.get("aggregations", {})),
            clusters=tuple(self._clusters(spec, ask, total)) if request.zoom is not None else (),
            engine=self.name,
            took_ms=round((time.perf_counter() - began) * 1000, 2),
            after=end if more else None,
            keys=tuple(rows[-1]["sort"]) if more else (),
        )

    def _hit(self, row: dict[str, Any], request: SearchRequest, plan: Plan) -> Hit:
        source, origin = row["_source"], request.origin
        apart = None
        if origin is not None and "lat" in source:
            apart = distance_m(origin, Point(source["lat"], source["lng"]))
        return answers.hit(int(source["id"]), float(row.get("_score") or 0), source["shown"], plan, apart)

    def _clusters(self, spec: SearchSpec, ask: Asking, total: int) -> Iterator[Cluster]:
        level = level_of(ask.request.zoom or 0, total)
        found = self._base(spec.kind).query("bool", filter=ask.filtered()).extra(size=0)
        tiles = found.aggs.bucket("tiles", A("geotile_grid", field="point", precision=level, size=60_000))
        tiles.metric("lat", A("stats", field="lat")).metric("lng", A("stats", field="lng")).metric(
            "id", A("min", field="id")
        )
        for one in self._run(found)["aggregations"]["tiles"]["buckets"]:
            lat, lng, count = one["lat"], one["lng"], int(one["doc_count"])
            box = Box(lng["min"], lat["min"], lng["max"], lat["max"])
            yield Cluster(Point(lat["avg"], lng["avg"]), count, box, int(one["id"]["value"]) if count == 1 else None)

    def matches(self, spec: SearchSpec, plan: Plan, viewer: Viewer, *, hidden: frozenset[int] = frozenset()) -> bool:
        """Return whether the text alone finds anything."""
        request = SearchRequest(kind=spec.kind, viewer=viewer, hidden=hidden)
        filters = Asking(spec, request, plan, self._rim(spec.kind)).filtered()
        found = self._base(spec.kind).query("bool", filter=filters).extra(size=1, terminate_after=1).source(False)
        return bool(self._run(found)["hits"]["hits"])

    def suggest(
        self, spec: SearchSpec, text: str, viewer: Viewer, *, limit: int = 8, hidden: frozenset[int] = frozenset()
    ) -> list[Suggestion]:
        """Return records one of whose names begins so, whole names first, then by popularity."""
        begun = typed(text)
        if not begun:
            return []
        begins = [constant(starts(one), 1.0) for one in begun]
        begins += [constant(starts(one.replace(" ", ""), name=True), WHOLE_NAME) for one in begun]
        request = SearchRequest(kind=spec.kind, viewer=viewer, hidden=hidden)
        rows = self._best(spec.kind, best(begins), Asking.limits(request), limit)
        names = [(int(row["_source"]["id"]), row["_source"]["shown"]["title"]) for row in rows]
        return [Suggestion(name["zh"], spec.kind, one, names=name) for one, name in names]

    def _best(self, kind: str, query: Any, filters: list[Any], limit: int) -> list[dict[str, Any]]:
        inner = Q("bool", must=[query], filter=filters)
        ranked = Q("function_score", query=inner, field_value_factor={"field": "boost", "missing": 1})
        found = self._base(kind).query(ranked).extra(size=limit, track_total_hits=False)
        answer = self._run(found.sort({"_score": "desc"}, {"id": "desc"}).source(["id", "shown"]))
        return list(answer["hits"]["hits"])

    def similar(
        self, spec: SearchSpec, id: int, viewer: Viewer, *, limit: int = 6, hidden: frozenset[int] = frozenset()
    ) -> list[Hit]:
        """Return the records that share the most facet values with one."""
        own = self._base(spec.kind).query("term", id=id).extra(size=1).source(["shown"])
        rows = self._run(own)["hits"]["hits"]
        facets = rows[0]["_source"]["shown"]["facets"] if rows else {}
        shared = [
            constant(Q("term", facets=facet_key(name, value)), 1.0 / (1 + len(values)))
            for name, values in facets.items()
            if name in spec.facets
            for value in values
        ]
        if not shared:
            return []
        request = SearchRequest(kind=spec.kind, viewer=viewer, hidden=hidden | {id})
        query = Q("bool", should=shared, minimum_should_match=1)
        found = self._best(spec.kind, query, Asking.limits(request), limit)
        return [Hit(int(row["_source"]["id"]), float(row["_score"] or 0)) for row in found]

    def vocabulary(self, spec: SearchSpec) -> dict[str, int]:
        """Return Latin words and pinyin names of public records; a minute old at most."""
        at, known = self._words.get(spec.kind, (0.0, {}))
        if time.monotonic() - at > WORDS_KEPT_S or not at:
            found = self._base(spec.kind).query("bool", filter=[Q("term", audience="public")]).extra(size=0)
            found.aggs.bucket("words", A("terms", field="words", size=MOST_WORDS))
            buckets = self._run(found)["aggregations"]["words"]["buckets"]
            known = {str(one["key"]): int(one["doc_count"]) for one in buckets}
            self._words[spec.kind] = (time.monotonic(), known)
        return known

    def contents(self, kind: str) -> dict[int, int]:
        """Return id → seq of all that the index holds."""
        if self._kept(kind) is None:
            return {}
        with asking():
            rows = scan(
                self.client.options(request_timeout=60.0),
                index=self.alias(kind),
                query={"query": {"match_all": {}}, "_source": ["id", "seq"]},
                size=5_000,
            )
            return {int(row["_source"]["id"]): int(row["_source"]["seq"]) for row in rows}

    def health(self) -> Health:
        """Return the cluster's colour and what each alias stands for."""
        try:
            with asking():
                colour = str(self.client.cluster.health()["status"])
                aliases = dict(self.client.indices.get_alias(index=f"{self.address.prefix}-*"))
        except EngineAway as problem:
            return Health(self.name, False, {"away": str(problem)})
        used = {name: index for index, about in aliases.items() for name in about["aliases"]}
        return Health(self.name, colour != "red", {"status": colour, "versions": used})
