"""Drift between records, outbox and indexes: found and, when asked, repaired."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import consumer
from .actions import restage, send_again
from .documents import digest
from .engine import EngineAway, EngineBusy, SearchEngine, Told
from .engines import all_engines
from .models import SearchDocument, SearchPoison
from .spec import SearchSpec, specs

logger = logging.getLogger(__name__)
SAMPLE = 500
"""Records set beside the outbox every night; `check_search` looks at all of them."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One record that is not everywhere the same, or (without `id`) a whole index that cannot be asked."""

    kind: str
    id: int | None
    told: str
    engine: str = ""
    refused: bool = False
    """The engine cannot take it: sending it again helps nobody."""

    def __str__(self) -> str:
        where = f"{self.engine}: {self.kind}" if self.engine else self.kind
        return f"{where} {self.id}: {self.told}" if self.id is not None else f"{where}: {self.told}"


def drift(spec: SearchSpec, *, sample: int = 0) -> list[Drift]:
    """Return what the outbox or an index does not say as the records do. With `sample`, of so many records only."""
    rows = {
        one: (seq, deleted, hash)
        for one, seq, deleted, hash in SearchDocument.objects.filter(kind=spec.kind).values_list(
            "object_id", "seq", "deleted", "hash"
        )
    }
    ids = set(spec.records().order_by("pk").values_list("pk", flat=True))
    chosen = random.sample(sorted(ids), sample) if 0 < sample < len(ids) else None
    problems = [*_outbox_drift(spec, rows, chosen)]
    problems += [Drift(spec.kind, one, "staged but gone") for one, row in rows.items() if not row[1] and one not in ids]
    kept = {one: seq for one, (seq, deleted, _hash) in rows.items() if not deleted}
    for engine in all_engines():
        try:
            problems += _index_drift(engine, spec, kept)
        except EngineAway as problem:
            problems.append(Drift(spec.kind, None, f"away, {problem}", engine.name))
    return problems


def _outbox_drift(
    spec: SearchSpec, rows: Mapping[int, tuple[int, bool, str]], chosen: list[int] | None
) -> Iterable[Drift]:
    records = spec.records() if chosen is None else spec.records().filter(pk__in=chosen)
    for subject in records.iterator(chunk_size=500):
        document, row = spec.document(subject), rows.get(subject.pk)
        if row is None:
            if document is not None:
                yield Drift(spec.kind, subject.pk, "never staged")
        elif row[2] != digest(document):
            yield Drift(spec.kind, subject.pk, "staged as something else")


def _index_drift(engine: SearchEngine, spec: SearchSpec, kept: Mapping[int, int]) -> list[Drift]:
    """Return what one engine holds otherwise than the outbox says."""
    consumer.catch_up(engine, spec.kind, wait_s=5.0)
    held = engine.contents(spec.kind)
    poison = SearchPoison.objects.filter(engine=engine.name, kind=spec.kind)
    refused = dict(poison.values_list("object_id", "reason"))
    problems = [Drift(spec.kind, one, "still in the index", engine.name) for one in held if one not in kept]
    for one, seq in kept.items():
        if one in refused:
            problems.append(Drift(spec.kind, one, f"set aside, {refused[one]}", engine.name, refused=True))
        elif one not in held:
            problems.append(Drift(spec.kind, one, "missing in the index", engine.name))
        elif held[one] != seq:
            problems.append(Drift(spec.kind, one, f"index has number {held[one]}, outbox {seq}", engine.name))
    return problems


def repair(spec: SearchSpec, problems: Iterable[Drift]) -> list[Drift]:
    """Send what differs again, to every engine; where that does not help, make the index anew. Returns what is left."""
    ids = [one.id for one in problems if one.id is not None and not one.refused]
    send_again(spec.kind, ids)
    left = drift(spec)
    for engine in all_engines():
        if any(one.engine == engine.name and one.id is not None and not one.refused for one in left):
            consumer.rebuild(engine, spec.kind)
            left = drift(spec)
    return left


def nightly() -> int:
    """Compare, tell the log, repair. Returns how many differed; called by the clock."""
    found = 0
    for spec in specs():
        problems = [one for one in drift(spec, sample=SAMPLE) if not one.refused]
        found += len(problems)
        for one in problems[:20]:
            logger.error("search: drift: %s", one)
        if any(one.id is not None for one in problems):
            try:
                repair(spec, problems)
            except (EngineAway, EngineBusy) as problem:
                logger.warning("search: %s not repaired now: %s", spec.kind, problem)
    return found


def rebuild(spec: SearchSpec, *, restaged: bool = True, engine: str = "", told: Told = lambda done: None) -> int:
    """Make every index of a kind anew, from the records; with `engine`, that one's only.

    Returns how many documents the first one holds. Raises `EngineAway`, and `EngineBusy` where another process is at it.
    """
    if restaged:
        restage(spec.kind)
    wanted = [one for one in all_engines() if engine in {"", one.name}]
    counts = [consumer.rebuild(one, spec.kind, told) for one in wanted]
    return counts[0] if counts else 0
