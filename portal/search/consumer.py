"""Brings an engine up to date with the outbox."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from django.db import connection

from . import engines
from .engine import Cursor, DocumentChange, EngineAway, EngineBusy, Poison, SearchEngine, Told
from .models import SearchDocument, SearchPoison, SearchSequence
from .spec import specs

logger = logging.getLogger(__name__)
BATCH = 500
MANY = 5_000
PATIENCE_S = 1.0


def wake(kind: str) -> None:
    """Apply what was just committed, where that costs no network. Whoever searches next, or the clock, does the rest."""
    for engine in engines.all_engines():
        if not engine.remote:
            try:
                catch_up(engine, kind)
            except (OSError, ValueError) as problem:  # what tantivy raises for a disk that is full or broken
                logger.warning("search: %s not applied now: %s", kind, problem)


def tick() -> int:
    """Apply what any kind lacks in any engine; called by the clock. Returns how many indexes were behind."""
    done = 0
    for engine in engines.all_engines():
        try:
            done += sum(catch_up(engine, spec.kind, wait_s=PATIENCE_S) for spec in specs())
        except EngineAway as problem:
            logger.warning("search: %s is away: %s", engine.name, problem)
    return done


def standing() -> Cursor:
    """Return where the database stands; one query."""
    row = SearchSequence.objects.filter(pk=1).values_list("value", "lineage").first()
    return Cursor(*row) if row else Cursor()


def catch_up(engine: SearchEngine, kind: str, *, wait_s: float = 0.0) -> bool:
    """Bring an engine's index of one kind up to the database. Returns whether it was behind and is not any more.

    Inside an open transaction nothing is applied: what may still be rolled back must not reach the index.
    """
    now = engine.cursor(kind)
    upto = standing()  # read second: others at work only ever put the database further ahead
    if now == upto or not upto.lineage or not _outside_transaction():
        return False
    anew = _of_another_past(now, upto)
    many = _count(kind, 0 if anew else now.seq) > MANY
    if many and wait_s < PATIENCE_S:
        return False  # too much to do while somebody waits: the clock does it
    try:
        if anew or many:
            rebuild(engine, kind)
        else:
            applied = engine.apply(kind, list(changes(kind, after=now.seq)), upto, wait_s=wait_s)
            set_aside(engine.name, kind, applied.poison, since=now.seq)
    except EngineBusy:
        return False
    return True


def rebuild(engine: SearchEngine, kind: str, told: Told = lambda done: None) -> int:
    """Make an engine's index of a kind anew beside the old. Returns how many documents it holds. Raises `EngineBusy`."""
    built = engine.rebuild(kind, lambda after: changes(kind, after=after), standing, told)
    set_aside(engine.name, kind, built.poison)
    return built.count


def set_aside(engine: str, kind: str, poison: Iterable[Poison], *, since: int = 0) -> None:
    """Remember what an engine could not take, and forget what has changed since."""
    poison = list(poison)
    known = SearchPoison.objects.filter(engine=engine, kind=kind)
    if poison or known.exists():
        later = SearchDocument.objects.filter(kind=kind, seq__gt=since).values("object_id")
        known.filter(object_id__in=later).delete()
    for one in poison:
        logger.error("search: %s cannot take %s %s: %s", engine, kind, one.id, one.reason)
        SearchPoison.objects.update_or_create(
            engine=engine, kind=kind, object_id=one.id, defaults={"seq": one.seq, "reason": one.reason[:300]}
        )


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


def _of_another_past(now: Cursor, upto: Cursor) -> bool:
    """Return whether an index belongs to another history of the database, or is ahead of one put back from a backup."""
    return now.lineage != upto.lineage or now.seq > upto.seq


def not_shown(engine: SearchEngine, kind: str) -> frozenset[int]:
    """Bring the index up to date if records of its kind changed; return what must not be shown because that failed.

    Changes of other kinds move the index's cursor with the clock: to do it here would make every reader write.
    Raises `EngineAway`.
    """
    now = engine.cursor(kind)
    upto = standing()
    if now == upto or not (_of_another_past(now, upto) or pending(kind, now, upto)):
        return frozenset()
    catch_up(engine, kind, wait_s=0.5)
    return pending(kind, engine.cursor(kind), upto)


def pending(kind: str, now: Cursor, upto: Cursor) -> frozenset[int]:
    """Return the records that changed and are not in the index: the index must not show them.

    Raises `EngineAway` for an index of another history: nothing in it can be trusted.
    """
    if now.lineage != upto.lineage:
        raise EngineAway("its index is of another history, or not made yet")
    if now.seq >= upto.seq:
        return frozenset()
    rows = SearchDocument.objects.filter(kind=kind, seq__gt=now.seq).values_list("object_id", flat=True)
    return frozenset(rows)
