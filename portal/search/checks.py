"""Drift between database, outbox and index: found and, when asked, repaired."""

from __future__ import annotations

from collections.abc import Mapping

from . import consumer
from .actions import restage
from .documents import digest
from .engine import SearchEngine, Told
from .engines import all_engines
from .models import SearchDocument, SearchPoison
from .spec import SearchSpec


def drift(spec: SearchSpec) -> list[str]:
    """Return, a line each, what the outbox or the index does not say as the records do."""
    rows = {
        one: (seq, deleted, hash)
        for one, seq, deleted, hash in SearchDocument.objects.filter(kind=spec.kind).values_list(
            "object_id", "seq", "deleted", "hash"
        )
    }
    problems = []
    records = {subject.pk: spec.document(subject) for subject in spec.records().iterator(chunk_size=500)}
    for one, document in records.items():
        row = rows.get(one)
        if row is None:
            if document is not None:
                problems.append(f"{spec.kind} {one}: never staged")
        elif row[2] != digest(document):
            problems.append(f"{spec.kind} {one}: staged as something else")
    problems += [
        f"{spec.kind} {one}: staged but gone" for one, row in rows.items() if not row[1] and one not in records
    ]
    kept = {one: seq for one, (seq, deleted, _hash) in rows.items() if not deleted}
    for engine in all_engines():
        problems += _index_drift(engine, spec, kept)
    return problems


def _index_drift(engine: SearchEngine, spec: SearchSpec, kept: Mapping[int, int]) -> list[str]:
    """Return what one engine holds otherwise than the outbox says."""
    consumer.catch_up(engine, spec.kind, wait_s=5.0)
    held = engine.contents(spec.kind)
    poison = SearchPoison.objects.filter(engine=engine.name, kind=spec.kind)
    refused = dict(poison.values_list("object_id", "reason"))
    where = f"{engine.name}: {spec.kind}"
    problems = [f"{where} {one}: still in the index" for one in held if one not in kept]
    for one, seq in kept.items():
        if one in refused:
            problems.append(f"{where} {one}: set aside, {refused[one]}")
        elif one not in held:
            problems.append(f"{where} {one}: missing in the index")
        elif held[one] != seq:
            problems.append(f"{where} {one}: index has number {held[one]}, outbox {seq}")
    return problems


def rebuild(spec: SearchSpec, *, restaged: bool = True, told: Told = lambda done: None) -> int:
    """Make every index of a kind anew, from the records. Returns how many documents the first one holds."""
    if restaged:
        restage(spec.kind)
    counts = [consumer.rebuild(engine, spec.kind, told) for engine in all_engines()]
    return counts[0]
