"""What an app registers so that its records can be found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import models

if TYPE_CHECKING:
    from .query import Card, Viewer


class Document(TypedDict, total=False):
    """A record as the index knows it: plain JSON. Tokens are made of it when it is applied."""

    title_zh: str
    title_en: str
    tags: list[str]
    places: list[str]
    body_zh: str
    body_en: str
    facets: dict[str, list[str]]
    numbers: dict[str, float]
    lat: float
    lng: float
    popularity: int
    created: int
    audience: list[str]


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A range that readers may give: `NAME_min` and `NAME_max` in the address, each end included.

    `scale` times what the reader gives is what the document's number holds: 100 for a fee in yuan kept in fen.
    """

    number: str
    scale: float = 1.0

    def stored(self, value: float | None) -> float | None:
        """Return an end of the range in the document's unit."""
        return None if value is None else value * self.scale


@dataclass(frozen=True)
class SearchSpec:
    """One kind of record. `facets` maps a facet to its values and their labels, in order of display."""

    kind: str
    model: type[models.Model]
    document: Callable[[Any], Document | None]
    """Return the record's document, or nothing where nobody may find it."""
    records: Callable[[], models.QuerySet[Any]]
    """Return every record with what `document` needs loaded; for rebuilding and checking."""
    facets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    numbers: Sequence[str] = ()
    ranges: Mapping[str, NumberRange] = field(default_factory=dict)
    """The numbers that readers may bound, by the name in the address."""
    sorts: Sequence[str] = ("relevance", "distance", "newest")
    lexicon: Callable[[], Iterable[str]] = tuple
    title: Any = ""
    """The kind's name above its part of a grouped answer: a lazy text. Without one it takes no part."""
    listing: str = ""
    """The name of the URL of the kind's own list, which takes `q`."""
    cards: Callable[[Sequence[int], Viewer], Mapping[int, Card]] | None = None
    """Return the cards of records by id, checked again: an id the viewer may not see has none."""

    def __post_init__(self) -> None:
        unknown = {one.number for one in self.ranges.values()} - set(self.numbers)
        if unknown:
            raise ValueError(f"{self.kind}: ranges over numbers that no document has: {sorted(unknown)}")

    def values(self, facet: str) -> Iterable[str]:
        """Return the values a facet may have."""
        return self.facets[facet].keys()

    def label(self, facet: str, value: str) -> str:
        """Return a value's label in the reader's language; the value itself where it is unknown."""
        return str(self.facets.get(facet, {}).get(value, value))


_specs: dict[str, SearchSpec] = {}


def register_spec(spec: SearchSpec) -> None:
    """Make a kind of record findable. Called from `ready()`; a kind registers once."""
    _specs[spec.kind] = spec


def unregister_spec(kind: str) -> None:
    """Forget a kind. For benches and tests that bring their own."""
    _specs.pop(kind, None)


def spec_of(kind: str) -> SearchSpec:
    """Return the spec of a kind. Raises `KeyError` where none registered."""
    return _specs[kind]


def spec_for(model: type[models.Model]) -> SearchSpec:
    """Return the spec of a model. Raises `KeyError` where none registered."""
    for spec in _specs.values():
        if spec.model is model:
            return spec
    raise KeyError(model)


def specs() -> list[SearchSpec]:
    """Return every registered spec by kind."""
    return [_specs[kind] for kind in sorted(_specs)]
