"""The tokens of a document: what any engine stores."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.core.geo import Point

from . import pinyin, tokens
from .cells import cells_of
from .spec import Document, SearchSpec
from .tiles import tile_numbers

BEGINNINGS = 4
"""Characters of a beginning that is stored whole: one or two letters begin too many words to look them all up."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document with its tokens. `boost` multiplies a score so that popularity breaks ties and nothing else."""

    title: list[str]
    tags: list[str]
    body: list[str]
    pinyin: list[str]
    pinyin_tags: list[str]
    runs: list[str]
    words: list[str]
    suggest: list[str]
    begins: list[str]
    facets: list[str]
    point: Point | None
    cells: list[int]
    tiles: list[int]
    boost: float
    shown: dict[str, Any]


def digest(document: Document | None) -> str:
    """Return the hash that says whether a document changed."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def shape(spec: SearchSpec) -> str:
    """Return what an index of this spec looks like; another answer means it must be made anew."""
    text = json.dumps([tokens.ANALYSER, sorted(spec.facets), sorted(spec.numbers)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def facet_key(name: str, value: str) -> str:
    """Return a facet's value as it stands among all the others."""
    return f"{name}={value}"


def indexed(spec: SearchSpec, document: Document) -> Indexed:
    """Return a document's tokens."""
    titles = [tokens.Cut(text) for text in (document.get("title_zh", ""), document.get("title_en", "")) if text]
    places = [tokens.Cut(text) for text in document.get("places", ())]
    tags = [*(tokens.Cut(text) for text in document.get("tags", ())), *places]
    bodies = [tokens.Cut(document.get("body_zh", "")), tokens.Cut(document.get("body_en", ""))]
    named, tagged = _runs(titles), _runs(tags)
    whole = [name for run in (*named, *tagged) for name in pinyin.whole_names(run)]
    point = Point(document["lat"], document["lng"]) if "lat" in document and "lng" in document else None
    suggest = tokens.suggestions([*titles, *places])
    runs = [title.run for title in titles]
    facets = document.get("facets", {})
    return Indexed(
        title=tokens.words_of(titles, singles=True),
        tags=tokens.words_of(tags, singles=True),
        body=tokens.words_of([*titles, *tags, *bodies]),
        pinyin=_once(token for run in named for token in pinyin.name_tokens(run)),
        pinyin_tags=_once(token for run in tagged for token in pinyin.name_tokens(run)),
        runs=runs,
        words=_once([*tokens.latin_words([*titles, *tags, *bodies]), *whole]),
        suggest=suggest,
        begins=[*_beginnings(suggest), *(f"={one}" for one in _beginnings(runs))],
        facets=[facet_key(name, one) for name in spec.facets for one in dict.fromkeys(facets.get(name, ()))],
        point=point,
        cells=cells_of(point) if point else [],
        tiles=tile_numbers(point) if point else [],
        boost=1 + 0.02 * min(1.0, math.log1p(max(0, document.get("popularity", 0))) / 16),
        shown={
            "title": {"zh": document.get("title_zh", ""), "en": document.get("title_en", "")},
            "body": {"zh": document.get("body_zh", "")[:600], "en": document.get("body_en", "")[:900]},
            "facets": facets,
        },
    )


def _runs(texts: list[tokens.Cut]) -> list[str]:
    return [piece for text in texts for piece in text.pieces if tokens.is_han(piece)]


def _once(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))


def _beginnings(texts: list[str]) -> list[str]:
    return _once(text[:length] for text in texts for length in range(1, min(BEGINNINGS, len(text)) + 1))
