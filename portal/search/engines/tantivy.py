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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from portal.search.documents import facet_key, shape
from portal.search.engine import (
    Applied,
    Changes,
    Cursor,
    DocumentChange,
    EngineBusy,
    Health,
    Poison,
    Rebuilt,
    Told,
)
from portal.search.plan import Plan
from portal.search.query import Hit, SearchPage, SearchRequest, Suggestion, Viewer
from portal.search.spec import SearchSpec, spec_of

from .answers import typed
from .tantivy_index import Reader, Writing, write
from .tantivy_query import Asking, either, every, id_of, scored, shown_of, starts

BATCH = 10_000
"""Rows between two commits of a rebuild: so many are done again where it was stopped."""


class TantivyEngine:
    """See the module."""

    name = "tantivy"
    remote = False

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
        return _cursor_in(text, kind)

    def _keep_cursor(self, path: Path, kind: str, upto: Cursor) -> None:
        kept = {"seq": upto.seq, "lineage": upto.lineage, "shape": shape(spec_of(kind))}
        _replace(path / "cursor.json", json.dumps(kept))

    @contextmanager
    def _locked(self, kind: str, wait_s: float, *, name: str = "lock") -> Iterator[None]:
        """Be the only one of the kind on this machine who writes, or who rebuilds. Raises `EngineBusy` after `wait_s`."""
        folder = self.root / kind
        folder.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + wait_s
        with (folder / name).open("w") as lock:
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

    def apply(self, kind: str, changes: Iterable[DocumentChange], upto: Cursor, *, wait_s: float = 0.0) -> Applied:
        """Write changes and move the cursor. A replay is harmless: a document is deleted by id and added again."""
        with self._locked(kind, wait_s):
            now = self.cursor(kind)
            if now.lineage == upto.lineage and now.seq >= upto.seq:
                return Applied(now.seq)
            version = self._version(kind)
            if not version:
                raise EngineBusy(kind)  # nothing to add to: the caller rebuilds
            path = self.root / kind / version
            rows = list(changes)
            poison = write(path, spec_of(kind), rows) if rows else ()
            self._keep_cursor(path, kind, upto)
            return Applied(upto.seq, poison)

    def rebuild(
        self, kind: str, changes: Changes, standing: Callable[[], Cursor], told: Told = lambda done: None
    ) -> Rebuilt:
        """Make a new version beside the old, then swap; the version before stays for readers at work.

        Meanwhile changes go into the old one. Only the last replay and the swap keep other writers out.
        """
        with self._locked(kind, 0.0, name="rebuilding"):
            folder, spec, began = self.root / kind, spec_of(kind), standing()
            before = self._version(kind)
            path = folder / f"v{int(before[1:] or 0) + 1 if before else 1}"
            after = self._begun(path, kind, began)
            poison: list[Poison] = []
            writing, done = Writing(path, spec), 0
            resumed = after > 0
            for row in changes(after):
                writing.put(row, replacing=resumed)
                done, after = done + 1, row.seq
                if done % BATCH == 0:
                    writing.writer.commit()
                    self._keep_cursor(path, kind, Cursor(after, began.lineage))
                    told(done)
            writing.close()
            poison += writing.poison
            with self._locked(kind, 30.0):
                upto = standing()
                poison += write(path, spec, changes(after))
                self._keep_cursor(path, kind, upto)
                _replace(folder / "current", path.name)
            for old in folder.glob("v*"):
                if old.name not in {path.name, before}:
                    shutil.rmtree(old, ignore_errors=True)
            reader = self._reader(kind)
            return Rebuilt(reader.searcher.num_docs if reader else 0, tuple(poison))

    def _begun(self, path: Path, kind: str, began: Cursor) -> int:
        """Return how far an earlier attempt at this version came; makes room for a new one where there is none."""
        kept = path / "cursor.json"
        if kept.exists():
            cursor = _cursor_in(kept.read_text(), kind)
            if cursor.lineage == began.lineage and 0 < cursor.seq <= began.seq:
                return cursor.seq
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return 0

    # Reading

    def search(self, spec: SearchSpec, request: SearchRequest, plan: Plan) -> SearchPage:
        """Answer a request. Facet counts use every filter but the facet's own."""
        began = time.perf_counter()
        reader = self._reader(spec.kind)
        if reader is None:
            return SearchPage(engine=self.name)
        ask = Asking(reader, spec, request, plan)
        if request.origin is not None and request.sort == "distance":
            total, hits = ask.nearest()
        else:
            result: Any = ask.found()
            total = int(result.count or 0)
            hits = [ask.hit(address, key) for key, address in result.hits][: request.size]
            if request.sort == "relevance":  # the index leaves equal ones as they were written
                hits.sort(key=lambda hit: (-hit.score, -hit.id))
        end = request.offset + len(hits)
        return SearchPage(
            hits=tuple(hits),
            total=total,
            facets=ask.counts(total),
            clusters=tuple(ask.clusters(total)) if request.zoom is not None else (),
            engine=self.name,
            took_ms=round((time.perf_counter() - began) * 1000, 2),
            after=end if hits and end < total else None,
        )

    def matches(self, spec: SearchSpec, plan: Plan, viewer: Viewer, *, hidden: frozenset[int] = frozenset()) -> bool:
        """Return whether the text alone finds anything."""
        reader = self._reader(spec.kind)
        if reader is None:
            return False
        request = SearchRequest(kind=spec.kind, viewer=viewer, hidden=hidden)
        ask = Asking(reader, spec, request, plan)
        return bool(reader.searcher.search(ask.query(), limit=1, count=False).hits)

    def suggest(
        self, spec: SearchSpec, text: str, viewer: Viewer, *, limit: int = 8, hidden: frozenset[int] = frozenset()
    ) -> list[Suggestion]:
        """Return records one of whose names begins so, whole names first, then by popularity."""
        reader = self._reader(spec.kind)
        begun = typed(text)
        if reader is None or not begun:
            return []
        whole = either([starts(reader.schema, one.replace(" ", ""), name=True) for one in begun])
        some = either([starts(reader.schema, one) for one in begun])
        limits = Asking.limits(reader, SearchRequest(kind=spec.kind, viewer=viewer, hidden=hidden))
        found: dict[int, Suggestion] = {}
        for names in (whole, some):  # one after the other by weight: to rank both in one query takes twice as long
            if len(found) >= limit:
                break
            query = every([names, *limits])
            result = reader.searcher.search(query, limit=limit, count=False, order_by_field="weight")
            for row in (reader.searcher.doc(address) for _weight, address in result.hits):
                title = shown_of(row)["title"]
                found.setdefault(id_of(row), Suggestion(title["zh"], spec.kind, id_of(row), names=title))
        return list(found.values())[:limit]

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
        facets = shown_of(reader.searcher.doc(found[0][1]))["facets"]
        shared = [
            scored(Query.term_query(reader.schema, "facets", facet_key(name, value)), 1.0 / (1 + len(values)))
            for name, values in facets.items()
            if name in spec.facets
            for value in values
        ]
        if not shared:
            return []
        request = SearchRequest(kind=spec.kind, viewer=viewer, hidden=hidden | {id})
        limits = [(Occur.Must, scored(part, 0.0)) for part in Asking.limits(reader, request)]
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


def _replace(path: Path, text: str) -> None:
    """Write a small file in one step."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    fresh.write_text(text)
    fresh.replace(path)


def _cursor_in(text: str, kind: str) -> Cursor:
    """Return a stored cursor; the beginning where the index has another shape than the spec."""
    kept = json.loads(text)
    if kept.get("shape") != shape(spec_of(kind)):
        return Cursor()
    return Cursor(int(kept["seq"]), str(kept["lineage"]))
