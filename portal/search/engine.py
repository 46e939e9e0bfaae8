"""The small protocol that every search engine fulfils."""

from __future__ import annotations

from collections.abc import Iterable
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


class EngineBusy(Exception):
    """Somebody else is writing; their result will be visible in a moment."""


class SearchEngine(Protocol):
    """An index. It holds what it is told and decides nothing about permission but by `audience`."""

    name: str

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

    def vocabulary(self, spec: SearchSpec) -> dict[str, int]:
        """Return the Latin words and pinyin names of public records and how often they occur."""

    def apply(self, kind: str, changes: Iterable[DocumentChange], upto: Cursor, *, wait_s: float = 0.0) -> int:
        """Write changes, idempotent, and move the cursor. Raises `EngineBusy` where another writer is at work."""

    def cursor(self, kind: str) -> Cursor:
        """Return how far the index has come."""

    def rebuild(self, kind: str, changes: Iterable[DocumentChange], upto: Cursor) -> int:
        """Make a new index beside the old one, then swap. Returns how many documents it holds."""

    def contents(self, kind: str) -> dict[int, int]:
        """Return id → seq of all that the index holds."""

    def health(self) -> Health:
        """Return its state."""
