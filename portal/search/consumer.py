"""Brings an engine up to date with the outbox."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db import connection

from .engine import Cursor, DocumentChange, EngineBusy
from .engines import current
from .models import SearchDocument, SearchSequence
from .spec import specs

logger = logging.getLogger(__name__)
BATCH = 500
MANY = 5_000


def wake(kind: str) -> None:
    """Apply what was just committed. Best effort: whoever searches next, or the clock, does it otherwise."""
    try:
        catch_up(kind)
    except (OSError, ValueError) as problem:  # what tantivy raises for a disk that is full or broken
        logger.warning("search: %s not applied now: %s", kind, problem)


def tick() -> int:
    """Apply what any kind lacks; called by the clock every few seconds. Returns how many kinds were behind."""
    return sum(catch_up(spec.kind, wait_s=1.0) for spec in specs())


def standing() -> Cursor:
    """Return where the database stands; one query."""
    row = SearchSequence.objects.filter(pk=1).values_list("value", "lineage").first()
    return Cursor(*row) if row else Cursor()


def catch_up(kind: str, *, wait_s: float = 0.0, upto: Cursor | None = None) -> bool:
    """Bring the index of one kind up to the database. Returns whether it was behind and is not any more.

    Inside an open transaction nothing is applied: what may still be rolled back must not reach the index.
    """
    engine = current()
    upto = upto or standing()
    now = engine.cursor(kind)
    if now == upto or not upto.lineage or not _outside_transaction():
        return False
    try:
        if now.lineage != upto.lineage or now.seq > upto.seq or _count(kind, now.seq) > MANY:
            engine.rebuild(kind, changes(kind), upto)
        else:
            engine.apply(kind, list(changes(kind, after=now.seq)), upto, wait_s=wait_s)
    except EngineBusy:
        return False
    return True


def _outside_transaction() -> bool:
    """Return whether what we read is committed. A test's own transaction does not count, as with `durable`."""
    return all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def _count(kind: str, after: int) -> int:
    return SearchDocument.objects.filter(kind=kind, seq__gt=after).count()


def changes(kind: str, *, after: int = 0) -> Iterator[DocumentChange]:
    """Return the outbox's rows in order, newer than a number."""
    rows = SearchDocument.objects.filter(kind=kind, seq__gt=after).order_by("seq")
    for one, seq, payload, deleted in rows.values_list("object_id", "seq", "payload", "deleted").iterator(BATCH):
        yield DocumentChange(one, seq, None if deleted else payload)


def pending(kind: str, now: Cursor, upto: Cursor) -> frozenset[int]:
    """Return the records that changed and are not in the index: the index must not show them."""
    if now.lineage != upto.lineage or now.seq >= upto.seq:
        return frozenset()
    rows = SearchDocument.objects.filter(kind=kind, seq__gt=now.seq).values_list("object_id", flat=True)
    return frozenset(rows)
