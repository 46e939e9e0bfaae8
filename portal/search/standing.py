"""How the search stands: for operators (`/readyz`) and staff (the page of figures)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone

from . import consumer, engines
from .engine import EngineAway, SearchEngine
from .models import SearchDocument, SearchPoison
from .spec import SearchSpec, specs

LATE_S = 60
"""Seconds that a change may wait before somebody should look."""


@dataclass(frozen=True, slots=True)
class KindStanding:
    """One kind in one engine."""

    kind: str
    title: str
    documents: int
    behind: int = 0
    behind_s: int = 0
    made: bool = True
    refused: int = 0


@dataclass(frozen=True, slots=True)
class EngineStanding:
    """One engine: whether it answers, and its kinds."""

    name: str
    away: str = ""
    kinds: tuple[KindStanding, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def behind_s(self) -> int:
        """Seconds since the oldest change that waits."""
        return max((one.behind_s for one in self.kinds), default=0)

    @property
    def made(self) -> bool:
        """Whether every kind has an index."""
        return all(one.made for one in self.kinds)


def engine_standing(engine: SearchEngine) -> EngineStanding:
    """Return how one engine stands. Three queries a kind at most."""
    health = engine.health()
    if not health.ok:
        return EngineStanding(engine.name, away=str(health.detail.get("away") or health.detail.get("status") or "red"))
    try:
        kinds = tuple(_kind_standing(engine, spec) for spec in specs())
    except EngineAway as problem:
        return EngineStanding(engine.name, away=str(problem))
    return EngineStanding(engine.name, kinds=kinds, detail=health.detail)


def _kind_standing(engine: SearchEngine, spec: SearchSpec) -> KindStanding:
    now, upto = engine.cursor(spec.kind), consumer.standing()
    rows = SearchDocument.objects.filter(kind=spec.kind)
    documents = rows.filter(deleted=False).count()
    made = now.lineage == upto.lineage
    waiting = rows.filter(seq__gt=now.seq if made else 0).aggregate(count=Count("pk"), since=Min("at"))
    age = (timezone.now() - waiting["since"]).total_seconds() if waiting["since"] and made else 0
    refused = SearchPoison.objects.filter(engine=engine.name, kind=spec.kind).count()
    title = str(spec.title or spec.kind)
    return KindStanding(spec.kind, title, documents, int(waiting["count"]), int(age), made or not documents, refused)


def state() -> dict[str, Any]:
    """Return one word and the engine that answers, for `/readyz`.

    `ok`; `late` (changes wait for longer than a minute); `standby` (another engine answers); `making` (an index is not
    there yet); `down` (nobody answers). Pages work in every state, searches find nothing in the last.
    """
    answers = None
    for number, engine in enumerate(engines.all_engines()):
        if not number and engine.remote and engines.breaker_of(settings.SEARCH_URL).is_open:
            continue
        standing = engine_standing(engine)
        if not standing.away:
            answers = (number, standing)
            break
    if answers is None:
        return {"state": "down", "engine": ""}
    number, standing = answers
    word = "standby" if number else "ok"
    if not standing.made:
        word = "making"
    elif not number and standing.behind_s > LATE_S:
        word = "late"
    return {"state": word, "engine": standing.name, "behind_s": standing.behind_s}
