"""The tokens of a document: what any engine stores."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any

from . import pinyin, tokens
from .spec import Document, SearchSpec


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document with its tokens. `weight` multiplies a score so that popularity breaks ties and nothing else."""

    title: list[str]
    tags: list[str]
    body: list[str]
    pinyin: list[str]
    pinyin_tags: list[str]
    runs: list[str]
    words: list[str]
    suggest: list[str]
    weight: float
    shown: dict[str, Any]


def digest(document: Document | None) -> str:
    """Return the hash that says whether a document changed."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def shape(spec: SearchSpec) -> str:
    """Return what an index of this spec looks like; another answer means it must be made anew."""
    text = json.dumps([tokens.ANALYSER, sorted(spec.facets), sorted(spec.numbers)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _runs(texts: list[str]) -> list[str]:
    return [piece for text in texts for piece in tokens.pieces(tokens.normalised(text)) if tokens.is_han(piece)]


def _all(texts: list[str], *, singles: bool = False) -> list[str]:
    return tokens.words(" | ".join(texts), singles=singles)


def indexed(document: Document) -> Indexed:
    """Return a document's tokens."""
    titles = [text for text in (document.get("title_zh", ""), document.get("title_en", "")) if text]
    tags = [*document.get("tags", ()), *document.get("places", ())]
    bodies = [document.get("body_zh", ""), document.get("body_en", "")]
    named = [token for run in _runs(titles) for token in pinyin.name_tokens(run)]
    tagged = [token for run in _runs(tags) for token in pinyin.name_tokens(run)]
    whole = [name for run in _runs([*titles, *tags]) for name in pinyin.whole_names(run)]
    popularity = max(0, document.get("popularity", 0))
    return Indexed(
        title=_all(titles, singles=True),
        tags=_all(tags, singles=True),
        body=_all([*titles, *tags, *bodies]),
        pinyin=list(dict.fromkeys(named)),
        pinyin_tags=list(dict.fromkeys(tagged)),
        runs=[tokens.title_run(title) for title in titles],
        words=list(dict.fromkeys([*tokens.latin_words([*titles, *tags, *bodies]), *whole])),
        suggest=tokens.suggestions([*titles, *document.get("places", ())]),
        weight=2.0 ** (1 + 0.02 * min(1.0, math.log1p(popularity) / 16)) - 2.0,
        shown={
            "title": {"zh": document.get("title_zh", ""), "en": document.get("title_en", "")},
            "body": {"zh": document.get("body_zh", "")[:600], "en": document.get("body_en", "")[:900]},
            "facets": document.get("facets", {}),
        },
    )
