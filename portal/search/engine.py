"""The small protocol that every search engine fulfils."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .plan import Plan
from .query import Hit, SearchPage, SearchRequest, Suggestion, Viewer
from .spec import Document, SearchSpec


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One row of the outbox: what a record is now, or that it is gone."""

    id: int
    seq: int
    document: Document | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far an engine has come, and in which database's history."""

    seq: int = 0
    lineage: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """What an operator wants to know."""

    engine: str
    ok: bool
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Poison:
    """A document that an engine cannot take. What it held of the record before is gone from it."""

    id: int
    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Applied:
    """How far an engine has come, and what it could not take on the way."""

    seq: int
    poison: tuple[Poison, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A new version that is in use now: how many documents it holds, and what it could not take."""

    count: int
    poison: tuple[Poison, ...] = ()


class EngineBusy(Exception):
    """Somebody else is writing; their result will be visible in a moment."""


class EngineAway(Exception):
    """The engine does not answer, or not in time."""


Told = Callable[[int], None]
Changes = Callable[[int], Iterable[DocumentChange]]
"""Returns the outbox's rows after a number, in order."""


class SearchEngine(Protocol):
    """An index. It holds what it is told and decides nothing about permission but by `audience`.

    Any call raises `EngineAway` where a server does not answer.
    """

    name: str
    remote: bool
    """Whether it is asked over a network: nobody waits for it to take a change in."""

    def search(self, spec: SearchSpec, request: SearchRequest, plan: Plan) -> SearchPage:
        """Answer a request whose text has become a plan."""

    def matches(self, spec: SearchSpec, plan: Plan, viewer: Viewer, *, hidden: frozenset[int] = frozenset()) -> bool:
        """Return whether the text alone finds anything."""

    def suggest(
        self, spec: SearchSpec, text: str, viewer: Viewer, *, limit: int = 8, hidden: frozenset[int] = frozenset()
    ) -> list[Suggestion]:
        """Return records whose name begins so, most popular first."""

    def similar(
        self, spec: SearchSpec, id: int, viewer: Viewer, *, limit: int = 6, hidden: frozenset[int] = frozenset()
    ) -> list[Hit]:
        """Return the records that share most with one."""

    def vocabulary(self, spec: SearchSpec) -> Mapping[str, int]:
        """Return the Latin words and pinyin names of public records and how often they occur."""

    def apply(self, kind: str, changes: Iterable[DocumentChange], upto: Cursor, *, wait_s: float = 0.0) -> Applied:
        """Write changes, idempotent, and move the cursor. Raises `EngineBusy` where another writer is at work."""

    def cursor(self, kind: str) -> Cursor:
        """Return how far the index has come; the beginning where it has another shape than the spec."""

    def rebuild(
        self, kind: str, changes: Changes, standing: Callable[[], Cursor], told: Told = lambda done: None
    ) -> Rebuilt:
        """Make a new index beside the old one, go on where an earlier attempt stopped, replay what changed, then swap.

        `told` hears how many rows are done. Raises `EngineBusy` where another process is at it.
        """

    def contents(self, kind: str) -> dict[int, int]:
        """Return id → seq of all that the index holds."""

    def health(self) -> Health:
        """Return its state."""
