"""What a query becomes: for staff who wonder why something is found, or not."""

from __future__ import annotations

from dataclasses import dataclass

from . import engines, plan
from .engine import EngineAway
from .plan import Alternative, Plan, make_plan
from .queries import search
from .query import SearchPage, SearchRequest, Viewer
from .spec import spec_of
from .synonyms import known_synonyms


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a thing may be written: its tokens, whether typed form, synonym or pinyin, and its worth in percent."""

    tokens: str
    sort: str
    percent: int


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked for, its ways, and whether anything public has it (nothing where no engine says)."""

    text: str
    ways: tuple[Way, ...]
    found: bool | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A query as the search reads it, and what it finds for a visitor."""

    kind: str
    text: str
    parts: tuple[Part, ...]
    page: SearchPage


def explain(kind: str, text: str) -> Explained:
    """Return what a text becomes and finds for a visitor. Nothing of it is noted. Raises `KeyError` for an unknown kind."""
    spec = spec_of(kind)
    made = make_plan(text, lexicon=spec.lexicon(), synonyms=known_synonyms())
    page = search(SearchRequest(kind=kind, text=text, viewer=Viewer(), size=5), noted=False)
    parts = []
    for clause in made.clauses:
        try:
            found = engines.current().matches(spec, Plan((clause,)), Viewer())
        except EngineAway:
            found = None
        parts.append(Part(clause.text, tuple(_way(one) for one in clause.alternatives), found))
    return Explained(kind, text, tuple(parts), page)


def _way(alternative: Alternative) -> Way:
    sort = "pinyin" if alternative.pinyin else "synonym" if alternative.weight == plan.SYNONYM else "word"
    return Way(" + ".join(alternative.tokens), sort, round(alternative.weight * 100))
