"""The embedded engine: tantivy, one directory a kind, no server.

One writer at a time behind a file lock, a fresh index object for each batch; readers reload when the
index changed. `current` names the version in use, so that a rebuild swaps in one step.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from portal.core.geo import Point, distance_m
from portal.search.documents import indexed, shape
from portal.search.engine import Cursor, DocumentChange, EngineBusy, Health
from portal.search.highlights import marked, snippet
from portal.search.plan import Alternative, Clause, Plan
from portal.search.query import (
    Area,
    Box,
    Cluster,
    FacetCount,
    Hit,
    SearchPage,
    SearchRequest,
    Suggestion,
    Viewer,
)
from portal.search.spec import SearchSpec, spec_of
from portal.search.tokens import is_han, normalised, pieces

from .tiles import tile_of

TITLE, TAG, BODY, EXACT = 100.0, 30.0, 10.0, 200.0
MOST = 1_000_000
WRITER_BYTES = 30_000_000
MOST_VALUES = 1_000
TEXT_FIELDS = ("title", "tags", "body", "pinyin", "pinyin_tags")
KEY_FIELDS = ("run", "words", "suggest", "audience")


def _schema(spec: SearchSpec) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, indexed=True, fast=True)
    builder.add_unsigned_field("seq", fast=True)
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in KEY_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in sorted(spec.facets):
        builder.add_text_field(f"f_{name}", tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("lat", "lng", *(f"n_{number}" for number in sorted(spec.numbers))):
        builder.add_float_field(name, indexed=True, fast=True)
    builder.add_float_field("weight", fast=True)
    builder.add_integer_field("created", fast=True)
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


def _row(spec: SearchSpec, change: DocumentChange) -> tantivy.Document:
    document = change.document or {}
    made = indexed(document)
    row = tantivy.Document()
    row.add_unsigned("id", change.id)
    row.add_unsigned("seq", change.seq)
    for name, words in zip(TEXT_FIELDS, (made.title, made.tags, made.body, made.pinyin, made.pinyin_tags), strict=True):
        row.add_text(name, " ".join(words))
    keys = {"run": made.runs, "words": made.words, "suggest": made.suggest, "audience": document.get("audience", [])}
    for name, values in keys.items():
        for value in values:
            row.add_text(name, value)
    for name in spec.facets:
        for value in dict.fromkeys(document.get("facets", {}).get(name, ())):
            row.add_text(f"f_{name}", value)
    for name in spec.numbers:
        if name in document.get("numbers", {}):
            row.add_float(f"n_{name}", float(document["numbers"][name]))
    if "lat" in document and "lng" in document:
        row.add_float("lat", float(document["lat"]))
        row.add_float("lng", float(document["lng"]))
    row.add_float("weight", made.weight)
    row.add_integer("created", int(document.get("created", 0)))
    row.add_bytes("shown", json.dumps(made.shown, ensure_ascii=False).encode())
    return row


@dataclass
class Reader:
    """An opened index, its searcher, and what was read from it once."""

    version: str
    stamp: tuple[int, int]
    index: tantivy.Index
    schema: tantivy.Schema
    searcher: tantivy.Searcher
    vocabulary: dict[str, int] | None = None


@dataclass
class Found:
    """What an exact test in Python found: ids, with distances where there is a centre."""

    ids: list[int]
    distances: dict[int, float] = field(default_factory=dict)


class TantivyEngine:
    """See the module."""

    name = "tantivy"

    def __init__(self, root: Path) -> None:
        self.root = root
        self._readers: dict[str, Reader] = {}
        self._pid = os.getpid()
        self._guard = threading.Lock()

    # What stands on the disk

    def _version(self, kind: str) -> str:
        try:
            return (self.root / kind / "current").read_text()
        except FileNotFoundError:
            return ""

    def _reader(self, kind: str) -> Reader | None:
        """Return the index as it is now, or nothing where there is none yet."""
        version = self._version(kind)
        if not version:
            return None
        path = self.root / kind / version
        try:
            stat = (path / "meta.json").stat()
        except FileNotFoundError:
            return None
        stamp = (stat.st_mtime_ns, stat.st_ino)
        with self._guard:
            if self._pid != os.getpid():  # opened before a fork: the child opens its own
                self._readers, self._pid = {}, os.getpid()
            reader = self._readers.get(kind)
            if reader is None or reader.version != version:
                index = tantivy.Index.open(str(path))
                index.config_reader(reload_policy="manual")
                index.reload()
                reader = Reader(version, stamp, index, index.schema, index.searcher())
            elif reader.stamp != stamp:
                reader.index.reload()
                reader = Reader(version, stamp, reader.index, reader.schema, reader.index.searcher())
            self._readers[kind] = reader
            return reader

    def cursor(self, kind: str) -> Cursor:
        """Return how far the index has come; the beginning where it has another shape than the spec."""
        version = self._version(kind)
        try:
            text = (self.root / kind / version / "cursor.json").read_text() if version else "{}"
        except FileNotFoundError:
            text = "{}"
        kept = json.loads(text)
        if kept.get("shape") != shape(spec_of(kind)):
            return Cursor()
        return Cursor(kept["seq"], kept["lineage"])

    def _keep_cursor(self, path: Path, kind: str, upto: Cursor) -> None:
        kept = {"seq": upto.seq, "lineage": upto.lineage, "shape": shape(spec_of(kind))}
        _replace(path / "cursor.json", json.dumps(kept))

    @contextmanager
    def _writing(self, kind: str, wait_s: float) -> Iterator[None]:
        """Be the only writer of the kind, on this machine. Raises `EngineBusy` after `wait_s`."""
        folder = self.root / kind
        folder.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + wait_s
        with (folder / "lock").open("w") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as exc:
                    if time.monotonic() >= until:
                        raise EngineBusy(kind) from exc
                    time.sleep(0.01)
            yield

    # Writing

    def apply(self, kind: str, changes: Iterable[DocumentChange], upto: Cursor, *, wait_s: float = 0.0) -> int:
        """Write changes and move the cursor. A replay is harmless: a document is deleted by id and added again."""
        with self._writing(kind, wait_s):
            now = self.cursor(kind)
            if now.lineage == upto.lineage and now.seq >= upto.seq:
                return now.seq
            version = self._version(kind)
            if not version:
                raise EngineBusy(kind)  # nothing to add to: the caller rebuilds
            path = self.root / kind / version
            rows = list(changes)
            if rows:
                self._write(path, spec_of(kind), rows, replacing=True)
            self._keep_cursor(path, kind, upto)
            return upto.seq

    def _write(self, path: Path, spec: SearchSpec, rows: Iterable[DocumentChange], *, replacing: bool) -> int:
        schema = _schema(spec)
        index = tantivy.Index(schema, path=str(path), reuse=True)
        writer = index.writer(WRITER_BYTES, 1)
        count = 0
        for row in rows:
            if replacing:
                # by query: a delete by term finds no numbers in tantivy-py 0.27
                writer.delete_documents_by_query(Query.term_query(schema, "id", row.id))
            if row.document is not None:
                writer.add_document(_row(spec, row))
                count += 1
        writer.commit()
        writer.wait_merging_threads()
        return count

    def rebuild(self, kind: str, changes: Iterable[DocumentChange], upto: Cursor) -> int:
        """Make a new version beside the old, then swap; the version before stays for readers at work."""
        with self._writing(kind, 30.0):
            folder = self.root / kind
            before = self._version(kind)
            version = f"v{int(before[1:] or 0) + 1 if before else 1}"
            path = folder / version
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
            count = self._write(path, spec_of(kind), changes, replacing=False)
            self._keep_cursor(path, kind, upto)
            _replace(folder / "current", version)
            for old in folder.glob("v*"):
                if old.name not in {version, before}:
                    shutil.rmtree(old, ignore_errors=True)
            return count

    # Reading

    def search(self, spec: SearchSpec, request: SearchRequest, plan: Plan) -> SearchPage:
        """Answer a request. Facet counts use every filter but the facet's own."""
        began = time.perf_counter()
        reader = self._reader(spec.kind)
        if reader is None:
            return SearchPage(engine=self.name)
        ask = Asking(reader, spec, request, plan)
        everything = ask.query()
        if request.origin is not None and request.sort == "distance":
            total, hits = self._by_distance(ask, everything)
        else:
            order: dict[str, Any] = {"weight_by_field": "weight"}
            if request.sort == "newest":
                order = {"order_by_field": "created"}
            result = reader.searcher.search(everything, limit=max(1, request.size), offset=request.offset, **order)
            total = _count(result)
            hits = [ask.hit(address, key) for key, address in result.hits][: request.size]
        end = request.offset + len(hits)
        return SearchPage(
            hits=tuple(hits),
            total=total,
            facets=ask.counts(),
            clusters=tuple(ask.clusters()) if request.zoom is not None else (),
            engine=self.name,
            took_ms=round((time.perf_counter() - began) * 1000, 2),
            after=end if hits and end < total else None,
        )

    def _by_distance(self, ask: Asking, query: Query) -> tuple[int, list[Hit]]:
        result = ask.reader.searcher.search(query, limit=MOST)
        addresses = [address for _key, address in result.hits]
        ids = ask.reader.searcher.fast_field_values("id", addresses)
        near = sorted(
            ((int(one or 0), address) for one, address in zip(ids, addresses, strict=True)),
            key=lambda pair: (ask.found.distances[pair[0]], pair[0]),
        )
        page = near[ask.request.offset : ask.request.offset + ask.request.size]
        return len(near), [ask.hit(address, 0.0) for _id, address in page]

    def matches(self, spec: SearchSpec, plan: Plan, viewer: Viewer, *, hidden: frozenset[int] = frozenset()) -> bool:
        """Return whether the text alone finds anything."""
        reader = self._reader(spec.kind)
        if reader is None:
            return False
        request = SearchRequest(kind=spec.kind, viewer=viewer, hidden=hidden)
        ask = Asking(reader, spec, request, plan)
        return _count(reader.searcher.search(ask.query(ranked=False), limit=1)) > 0

    def suggest(
        self, spec: SearchSpec, text: str, viewer: Viewer, *, limit: int = 8, hidden: frozenset[int] = frozenset()
    ) -> list[Suggestion]:
        """Return records one of whose names begins so, whole names first, then by popularity."""
        reader = self._reader(spec.kind)
        begun = typed(text)
        if reader is None or not begun:
            return []
        begins = [_starts(reader.schema, "suggest", one) for one in begun]
        begins += [_scored(_starts(reader.schema, "run", one.replace(" ", "")), TAG) for one in begun]
        request = SearchRequest(kind=spec.kind, viewer=viewer, hidden=hidden)
        query = Query.boolean_query(
            [(Occur.Must, _any(begins)), *((Occur.Must, _scored(part, 0.0)) for part in Asking.limits(reader, request))]
        )
        result = reader.searcher.search(query, limit=limit, count=False, weight_by_field="weight")
        out = []
        for _score, address in result.hits:
            row = reader.searcher.doc(address)
            names = _shown(row)["title"]
            out.append(Suggestion(names["zh"], spec.kind, _id(row), names=names))
        return out

    def similar(
        self, spec: SearchSpec, id: int, viewer: Viewer, *, limit: int = 6, hidden: frozenset[int] = frozenset()
    ) -> list[Hit]:
        """Return the records that share the most facet values with one."""
        reader = self._reader(spec.kind)
        if reader is None:
            return []
        found = reader.searcher.search(Query.term_query(reader.schema, "id", id), limit=1).hits
        if not found:
            return []
        facets = _shown(reader.searcher.doc(found[0][1]))["facets"]
        shared = [
            _scored(Query.term_query(reader.schema, f"f_{name}", value), 1.0 / (1 + len(values)))
            for name, values in facets.items()
            if name in spec.facets
            for value in values
        ]
        if not shared:
            return []
        request = SearchRequest(kind=spec.kind, viewer=viewer, hidden=hidden | {id})
        limits = [(Occur.Must, _scored(part, 0.0)) for part in Asking.limits(reader, request)]
        query = Query.boolean_query(
            [(Occur.Must, Query.boolean_query([(Occur.Should, one) for one in shared])), *limits]
        )
        hits = reader.searcher.search(query, limit=limit, count=False, weight_by_field="weight").hits
        ids = reader.searcher.fast_field_values("id", [address for _score, address in hits])
        return [Hit(int(one or 0), float(score)) for one, (score, _address) in zip(ids, hits, strict=True)]

    def vocabulary(self, spec: SearchSpec) -> dict[str, int]:
        """Return Latin words and pinyin names of public records; read once for each state of the index."""
        reader = self._reader(spec.kind)
        if reader is None:
            return {}
        if reader.vocabulary is None:
            public = Query.term_query(reader.schema, "audience", "public")
            reader.vocabulary = dict(reader.searcher.terms_with_prefix("words", "", filter_query=public))
        return reader.vocabulary

    def contents(self, kind: str) -> dict[int, int]:
        """Return id → seq of all that the index holds."""
        reader = self._reader(kind)
        if reader is None or not reader.searcher.num_docs:
            return {}
        hits = reader.searcher.search(Query.all_query(), limit=reader.searcher.num_docs, count=False).hits
        addresses = [address for _score, address in hits]
        ids = reader.searcher.fast_field_values("id", addresses)
        seqs = reader.searcher.fast_field_values("seq", addresses)
        return {int(one or 0): int(seq or 0) for one, seq in zip(ids, seqs, strict=True)}

    def health(self) -> Health:
        """Return which versions are in use."""
        kinds = {folder.name: self._version(folder.name) for folder in sorted(self.root.glob("*")) if folder.is_dir()}
        return Health(self.name, True, {"path": str(self.root), "versions": kinds})


class Asking:
    """One request as tantivy queries."""

    def __init__(self, reader: Reader, spec: SearchSpec, request: SearchRequest, plan: Plan) -> None:
        self.reader, self.spec, self.request, self.plan = reader, spec, request, plan
        self.schema = reader.schema
        self.text, self.test = self._text(), self._test()
        self.fixed = [*self.limits(reader, request), *self._ranges()]
        self.found = Found([])
        self.fixed += [self._inside(area) for area in request.areas if isinstance(area, Box)]
        sharp = [area for area in request.areas if not isinstance(area, Box)]
        if sharp:
            self.found = self._exactly(sharp)
            self.fixed.append(
                Query.term_set_query(self.schema, "id", self.found.ids) if self.found.ids else Query.empty_query()
            )

    @staticmethod
    def limits(reader: Reader, request: SearchRequest) -> list[Query]:
        """Return what no reader gets around: the audience, and records that changed since."""
        audience = Query.term_set_query(reader.schema, "audience", list(request.viewer.audience()))
        if not request.hidden:
            return [audience]
        changed = Query.term_set_query(reader.schema, "id", sorted(request.hidden))
        return [Query.boolean_query([(Occur.Must, audience), (Occur.MustNot, changed)])]

    def query(self, *, without: str = "", ranked: bool = True) -> Query:
        """Return the whole query, but for one facet's own filter. For counting, `ranked` is not needed."""
        parts = list(self.fixed)
        for name, chosen in self.request.filters.items():
            if name != without and name in self.spec.facets:
                parts.append(Query.term_set_query(self.schema, f"f_{name}", sorted(chosen)))
        if not ranked:
            return _every([*([self.test] if self.test else []), *parts])
        return Query.boolean_query([(Occur.Must, self.text), *((Occur.Must, _scored(part, 0.0)) for part in parts)])

    def _test(self) -> Query | None:
        """Return what matches as `_text` does, without its rank; nothing where there is no text."""
        if not self.plan:
            return None
        tests = [_either([self._either_field(one) for one in clause.alternatives]) for clause in self.plan.clauses]
        if self.plan.least:
            some = [(Occur.Should, test) for test in tests]
            return Query.boolean_query(some, minimum_number_should_match=self.plan.least)
        return _every(tests)

    def _either_field(self, alternative: Alternative) -> Query:
        """Return the match of an alternative. The body holds the words of title and tags, but for single characters."""
        fields: tuple[str, ...] = ("pinyin", "pinyin_tags") if alternative.pinyin else ("body",)
        if not alternative.pinyin and any(len(token) == 1 for token in alternative.tokens):
            fields = ("title", "tags", "body")
        if not alternative.tokens:
            return Query.empty_query()
        tokens = alternative.tokens
        return _either([_every([Query.term_query(self.schema, name, token) for token in tokens]) for name in fields])

    def _text(self) -> Query:
        if not self.plan:
            return _scored(Query.all_query(), 1.0)
        clauses = [self._clause(clause) for clause in self.plan.clauses]
        if self.plan.least:
            some = [(Occur.Should, clause) for clause in clauses]
            return Query.boolean_query(some, minimum_number_should_match=self.plan.least)
        exact = _scored(Query.term_query(self.schema, "run", self.plan.run), EXACT)
        return Query.boolean_query([*((Occur.Must, clause) for clause in clauses), (Occur.Should, exact)])

    def _clause(self, clause: Clause) -> Query:
        return _any([one for alternative in clause.alternatives for one in self._alternative(alternative)])

    def _alternative(self, alternative: Alternative) -> list[Query]:
        fields = (
            {"pinyin": TITLE, "pinyin_tags": TAG} if alternative.pinyin else {"title": TITLE, "tags": TAG, "body": BODY}
        )
        if not alternative.tokens:
            return [Query.empty_query()]
        return [
            _scored(
                _every([Query.term_query(self.schema, name, token) for token in alternative.tokens]),
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

    def _inside(self, box: Box) -> Query:
        spans = [Query.range_query(self.schema, "lng", FieldType.Float, west, east) for west, east in box.spans()]
        lats = Query.range_query(self.schema, "lat", FieldType.Float, box.south, box.north)
        return _every([lats, _either(spans)])

    def _exactly(self, areas: Sequence[Area]) -> Found:
        """Test every record of the areas' boxes in Python: tantivy knows boxes only."""
        parts = [*([self.test] if self.test else []), *self.fixed, *(self._inside(area.box()) for area in areas)]
        hits = self.reader.searcher.search(_every(parts), limit=MOST, count=False).hits
        found, origin = Found([]), self.request.origin
        for one, point in self._points([address for _score, address in hits]):
            if all(area.holds(point) for area in areas):
                found.ids.append(one)
                if origin is not None:
                    found.distances[one] = distance_m(origin, point)
        return found

    def _points(self, addresses: list[Any]) -> Iterator[tuple[int, Point]]:
        values = [self.reader.searcher.fast_field_values(name, addresses) for name in ("id", "lat", "lng")]
        for one, lat, lng in zip(*values, strict=True):
            if lat is not None and lng is not None:
                yield int(one or 0), Point(lat, lng)

    def counts(self) -> dict[str, tuple[FacetCount, ...]]:
        """Return the facets' counts: one aggregate for those without a choice, one for each with one."""
        asked = [name for name in self.request.facets if name in self.spec.facets]
        open_ones = [name for name in asked if name not in self.request.filters]
        counted: dict[str, dict[str, int]] = {}
        if open_ones:
            counted.update(self._aggregate(self.query(ranked=False), open_ones))
        for name in asked:
            if name in self.request.filters:
                counted.update(self._aggregate(self.query(without=name, ranked=False), [name]))
        return {name: self._in_order(name, counted[name]) for name in asked}

    def _aggregate(self, query: Query, names: list[str]) -> dict[str, dict[str, int]]:
        wanted = {name: {"terms": {"field": f"f_{name}", "size": MOST_VALUES}} for name in names}
        answer = self.reader.searcher.aggregate(query, wanted)
        return {name: {one["key"]: int(one["doc_count"]) for one in answer[name]["buckets"]} for name in names}

    def _in_order(self, name: str, counted: Mapping[str, int]) -> tuple[FacetCount, ...]:
        """Return values in the spec's order; those with nothing are left out unless chosen."""
        chosen = self.request.filters.get(name, frozenset())
        known = [value for value in self.spec.values(name) if counted.get(value) or value in chosen]
        return tuple(FacetCount(value, counted.get(value, 0), value in chosen) for value in known)

    def hit(self, address: Any, key: float) -> Hit:
        """Return a record found, its title and a snippet marked."""
        row = self.reader.searcher.doc(address)
        shown, one = _shown(row), _id(row)
        return Hit(
            id=one,
            score=float(key),
            title={language: marked(text, self.plan.shown) for language, text in shown["title"].items()},
            snippet={language: snippet(text, self.plan.shown) for language, text in shown["body"].items()},
            distance_m=self.found.distances.get(one),
        )

    def clusters(self) -> Iterator[Cluster]:
        """Group what is found by web-mercator tile; the marker stands at the mean of its records."""
        hits = self.reader.searcher.search(self.query(ranked=False), limit=MOST, count=False).hits
        tiles: dict[tuple[int, int], list[tuple[int, Point]]] = {}
        for one, point in self._points([address for _score, address in hits]):
            tiles.setdefault(tile_of(point, (self.request.zoom or 0) + 2), []).append((one, point))
        for members in tiles.values():
            lats, lngs = [point.lat for _one, point in members], [point.lng for _one, point in members]
            middle = Point(sum(lats) / len(lats), sum(lngs) / len(lngs))
            box = Box(min(lngs), min(lats), max(lngs), max(lats))
            yield Cluster(middle, len(members), box, members[0][0] if len(members) == 1 else None)


def _count(result: Any) -> int:
    return int(result.count or 0)


def _id(row: tantivy.Document) -> int:
    return int(row.get_first("id") or 0)


def _shown(row: tantivy.Document) -> dict[str, Any]:
    """Return what was stored to be shown."""
    return dict(json.loads(bytes(row.get_first("shown") or b"{}")))


def typed(text: str) -> list[str]:
    """Return how a half-typed text may stand in the index."""
    found = pieces(normalised(text))[:12]
    if not found:
        return []
    if any(is_han(piece) for piece in found):
        return ["".join(found)[:20]]
    spaced = " ".join(found)[:60]
    return [spaced] if len(found) == 1 else [spaced, "".join(found)[:60]]


def _scored(query: Query, score: float) -> Query:
    return Query.const_score_query(query, score)


def _every(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, one) for one in queries])


def _either(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, one) for one in queries])


def _any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries)


def _starts(schema: tantivy.Schema, name: str, text: str) -> Query:
    """Return what begins with `text`: a prefix as a fuzzy query without error, so that nothing need be escaped."""
    return Query.fuzzy_term_query(schema, name, text, distance=0, prefix=True)


def _replace(path: Path, text: str) -> None:
    """Write a small file in one step."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    fresh.write_text(text)
    fresh.replace(path)
