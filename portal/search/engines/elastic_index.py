"""What an index of the cluster holds, and how changes are written to it in bulk."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping as Map
from typing import Any

from elasticsearch import ApiError, Elasticsearch
from elasticsearch_dsl import Double, Float, Index, Integer, Keyword, Long, Mapping, Object, Text

from portal.search.documents import Indexed, indexed
from portal.search.engine import DocumentChange, EngineAway, Poison
from portal.search.spec import SearchSpec
from portal.search.tiles import KEPT

from .elastic_client import WRITE_S, asking

TEXT_FIELDS = ("title", "tags", "body", "pinyin", "pinyin_tags")
KEY_FIELDS = ("run", "words", "suggest", "begins", "audience", "facets")
BULK = 500
PAUSES = (0.1, 0.3, 1.0, 3.0)
"""Seconds between tries while the cluster says that it has too much to do."""


def mapping_of(spec: SearchSpec) -> Mapping:
    """Return the fields of a kind, strictly: tokens come ready, so a blank between them is all the analysis there is."""
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    mapping.field("id", Long())
    mapping.field("seq", Long())
    for name in TEXT_FIELDS:
        mapping.field(name, Text(analyzer="whitespace", index_options="docs", norms=False))
    for name in (*KEY_FIELDS, *(f"f_{facet}" for facet in sorted(spec.facets))):
        mapping.field(name, Keyword(ignore_above=1000))
    for name in ("lat", "lng", *(f"n_{number}" for number in sorted(spec.numbers))):
        mapping.field(name, Double())
    mapping.field("point", "geo_point")
    mapping.field("cells", Long())
    for level in KEPT:
        mapping.field(f"tile{level}", Long())
    mapping.field("boost", Float())
    mapping.field("created", Long())
    mapping.field("shown", Object(enabled=False))
    return mapping


def make_index(client: Elasticsearch, name: str, spec: SearchSpec, replicas: int) -> None:
    """Make an index without refreshing: it is filled first. Deletions are remembered for an hour against late replays."""
    index = Index(name, using=client.options(request_timeout=WRITE_S))
    index.settings(number_of_shards=1, number_of_replicas=replicas, refresh_interval="-1", max_result_window=20_000)
    index.settings(gc_deletes="1h")
    index.mapping(mapping_of(spec))
    index.create()


def state_index(client: Elasticsearch, name: str, replicas: int) -> None:
    """Make the small index of cursors, if it is not there."""
    index = Index(name, using=client.options(request_timeout=WRITE_S))
    if index.exists():
        return
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    for field_name in ("index", "lineage", "shape"):
        mapping.field(field_name, Keyword())
    mapping.field("seq", Long())
    mapping.field("attempt", Integer())
    index.settings(number_of_shards=1, number_of_replicas=replicas)
    index.mapping(mapping)
    try:
        index.create()
    except ApiError as problem:
        if problem.error != "resource_already_exists_exception":
            raise


def source_of(spec: SearchSpec, change: DocumentChange) -> dict[str, Any]:
    """Return a document with its tokens as the cluster stores it."""
    document = change.document or {}
    made: Indexed = indexed(spec, document)
    source: dict[str, Any] = {"id": change.id, "seq": change.seq, "boost": made.boost, "shown": made.shown}
    for name, words in zip(TEXT_FIELDS, (made.title, made.tags, made.body, made.pinyin, made.pinyin_tags), strict=True):
        source[name] = " ".join(words)
    keys = (made.runs, made.words, made.suggest, made.begins, document.get("audience", []), made.facets)
    source |= dict(zip(KEY_FIELDS, keys, strict=True))
    for key in made.facets:
        name, _equals, value = key.partition("=")
        source.setdefault(f"f_{name}", []).append(value)
    for name in spec.numbers:
        if name in document.get("numbers", {}):
            source[f"n_{name}"] = float(document["numbers"][name])
    if made.point is not None:
        source |= {"lat": made.point.lat, "lng": made.point.lng, "cells": made.cells}
        source["point"] = {"lat": made.point.lat, "lon": made.point.lng}
        source |= {f"tile{level}": tile for level, tile in zip(KEPT, made.tiles, strict=True)}
    source["created"] = int(document.get("created", 0))
    return source


def write(
    client: Elasticsearch, index: str, spec: SearchSpec, changes: Iterable[DocumentChange], *, patient: bool
) -> Iterator[tuple[int, int, list[Poison]]]:
    """Write changes in bulk; yields, after each batch, the last number written, how many rows, and what could not be taken.

    Every operation carries its number as an external version, so that an older one never wins. Raises `EngineAway`.
    """
    batch: list[DocumentChange] = []
    for change in changes:
        batch.append(change)
        if len(batch) == BULK:
            yield batch[-1].seq, len(batch), _write_batch(client, index, spec, batch, patient=patient)
            batch = []
    if batch:
        yield batch[-1].seq, len(batch), _write_batch(client, index, spec, batch, patient=patient)


def _write_batch(
    client: Elasticsearch, index: str, spec: SearchSpec, batch: list[DocumentChange], *, patient: bool
) -> list[Poison]:
    poison = []
    waiting: dict[int, tuple[int, dict[str, Any] | None]] = {}
    for change in batch:
        source = None
        if change.document is not None:
            try:
                source = source_of(spec, change)
            except (TypeError, ValueError, KeyError, AttributeError) as problem:
                poison.append(Poison(change.id, change.seq, f"{type(problem).__name__}: {problem}"))
        waiting[change.id] = (change.seq, source)
    for pause in (*(PAUSES if patient else PAUSES[:1]), None):
        refused = _send(client, index, waiting)
        for one, (status, reason) in list(refused.items()):
            if status == 400 and waiting[one][1] is not None:
                poison.append(Poison(one, waiting[one][0], reason))
                waiting[one] = (waiting[one][0], None)  # what the index held before must not stay
        waiting = {one: waiting[one] for one in refused}
        if not waiting:
            return poison
        if pause is None:
            break
        if any(status != 400 for status, _reason in refused.values()):
            time.sleep(pause * (0.75 + random.random() / 2))  # noqa: S311 - so that clients do not come back together
    raise EngineAway(f"{len(waiting)} documents refused: {next(iter(refused.values()))[1]}")


def _send(
    client: Elasticsearch, index: str, waiting: Map[int, tuple[int, dict[str, Any] | None]]
) -> dict[int, tuple[int, str]]:
    """Send one batch. Returns status and reason by id of what was refused; a newer version there is no refusal."""
    lines: list[dict[str, Any]] = []
    for one, (seq, source) in waiting.items():
        action = {"_id": str(one), "version": seq, "version_type": "external_gte"}
        lines += [{"delete": action}] if source is None else [{"index": action}, source]
    try:
        with asking():
            answer = client.options(request_timeout=WRITE_S).bulk(index=index, operations=lines)
    except EngineAway as problem:
        if isinstance(problem.__cause__, ApiError):  # 429 or 5xx for the whole request
            return {one: (problem.__cause__.meta.status, str(problem)) for one in waiting}
        raise
    refused = {}
    for item in answer["items"]:
        result = next(iter(item.values()))
        if result["status"] >= 400 and result["status"] not in {404, 409}:
            error = result.get("error", {})
            refused[int(result["_id"])] = (result["status"], f"{error.get('type')}: {error.get('reason')}")
    return refused
