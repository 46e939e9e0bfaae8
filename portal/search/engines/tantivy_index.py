"""What a tantivy index holds, and how a document becomes a row of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import Query

from portal.search.documents import indexed
from portal.search.engine import DocumentChange, Poison
from portal.search.spec import SearchSpec
from portal.search.tiles import KEPT

WRITER_BYTES = 30_000_000
TEXT_FIELDS = ("title", "tags", "body", "pinyin", "pinyin_tags")
KEY_FIELDS = ("run", "words", "suggest", "begins", "audience")


def schema_of(spec: SearchSpec) -> tantivy.Schema:
    """Return the fields of a kind. Facets stand twice: one by one, and all in one column, which counts twelve at a time."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, indexed=True, fast=True)
    builder.add_unsigned_field("seq", fast=True)
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in KEY_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("facets", *(f"f_{facet}" for facet in sorted(spec.facets))):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("lat", "lng", *(f"n_{number}" for number in sorted(spec.numbers))):
        builder.add_float_field(name, indexed=True, fast=True)
    builder.add_unsigned_field("cells", indexed=True)
    for level in KEPT:
        builder.add_unsigned_field(f"tile{level}", fast=True)
    builder.add_float_field("weight", fast=True)
    builder.add_integer_field("created", fast=True)
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


def row_of(spec: SearchSpec, change: DocumentChange) -> tantivy.Document:
    """Return a document with its tokens as a row."""
    document = change.document or {}
    made = indexed(spec, document)
    row = tantivy.Document()
    row.add_unsigned("id", change.id)
    row.add_unsigned("seq", change.seq)
    for name, words in zip(TEXT_FIELDS, (made.title, made.tags, made.body, made.pinyin, made.pinyin_tags), strict=True):
        row.add_text(name, " ".join(words))
    keys = (made.runs, made.words, made.suggest, made.begins, document.get("audience", []))
    for name, values in zip(KEY_FIELDS, keys, strict=True):
        for value in values:
            row.add_text(name, value)
    for key in made.facets:
        row.add_text("facets", key)
        name, _equals, value = key.partition("=")
        row.add_text(f"f_{name}", value)
    for name in spec.numbers:
        if name in document.get("numbers", {}):
            row.add_float(f"n_{name}", float(document["numbers"][name]))
    if made.point is not None:
        row.add_float("lat", made.point.lat)
        row.add_float("lng", made.point.lng)
        for cell in made.cells:
            row.add_unsigned("cells", cell)
        for level, tile in zip(KEPT, made.tiles, strict=True):
            row.add_unsigned(f"tile{level}", tile)
    row.add_float("weight", 2.0**made.boost - 2.0)  # tantivy multiplies by the logarithm of 2 + weight
    row.add_integer("created", int(document.get("created", 0)))
    row.add_bytes("shown", json.dumps(made.shown, ensure_ascii=False).encode())
    return row


class Writing:
    """One writer at work on one version. A fresh index object each time: one used again leaves files behind."""

    def __init__(self, path: Path, spec: SearchSpec) -> None:
        self.spec, self.schema = spec, schema_of(spec)
        self.writer = tantivy.Index(self.schema, path=str(path), reuse=True).writer(WRITER_BYTES, 1)
        self.poison: list[Poison] = []

    def put(self, row: DocumentChange, *, replacing: bool) -> None:
        """Add a row. What cannot be made one is set aside, and what was there before goes."""
        if replacing:
            # by query: a delete by term finds no numbers in tantivy-py 0.27
            self.writer.delete_documents_by_query(Query.term_query(self.schema, "id", row.id))
        if row.document is not None:
            try:
                made = row_of(self.spec, row)
            except (TypeError, ValueError, KeyError, AttributeError) as problem:
                self.poison.append(Poison(row.id, row.seq, f"{type(problem).__name__}: {problem}"))
            else:
                self.writer.add_document(made)

    def close(self) -> None:
        """Commit and wait for what the commit started."""
        self.writer.commit()
        self.writer.wait_merging_threads()


def write(path: Path, spec: SearchSpec, rows: Iterable[DocumentChange]) -> tuple[Poison, ...]:
    """Write rows over what is there and commit. Returns what could not be taken."""
    writing = Writing(path, spec)
    for row in rows:
        writing.put(row, replacing=True)
    writing.close()
    return tuple(writing.poison)


@dataclass
class Reader:
    """An opened index, its searcher, and what was read from it once: its words, and the counts of all facets."""

    version: str
    stamp: tuple[int, int]
    index: tantivy.Index
    schema: tantivy.Schema
    searcher: tantivy.Searcher
    vocabulary: dict[str, int] | None = None
    counts: dict[str, dict[str, int]] | None = None
