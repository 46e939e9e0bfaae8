"""Drift between database, outbox and index: found and, when asked, repaired."""

from __future__ import annotations

from .actions import restage
from .consumer import catch_up, changes, standing
from .documents import digest
from .engines import current
from .models import SearchDocument
from .spec import SearchSpec


def drift(spec: SearchSpec) -> list[str]:
    """Return, a line each, what the outbox or the index does not say as the records do."""
    catch_up(spec.kind, wait_s=5.0)
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
    held = current().contents(spec.kind)
    for one, (seq, deleted, _hash) in rows.items():
        if deleted and one in held:
            problems.append(f"{spec.kind} {one}: still in the index")
        elif not deleted and one not in held:
            problems.append(f"{spec.kind} {one}: missing in the index")
        elif not deleted and held[one] != seq:
            problems.append(f"{spec.kind} {one}: index has number {held[one]}, outbox {seq}")
    problems += [f"{spec.kind} {one}: in the index only" for one in held if one not in rows]
    return problems


def rebuild(spec: SearchSpec, *, restaged: bool = True) -> int:
    """Make the index of a kind anew, from the records. Returns how many documents it holds."""
    if restaged:
        restage(spec.kind)
    upto = standing()
    return current().rebuild(spec.kind, changes(spec.kind), upto)
