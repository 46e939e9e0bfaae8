"""Words of texts and queries, made once in Python for every engine (docs/rules/search-ranking.md).

Chinese becomes pairs of characters, Latin words lose their case, accents and plural, titles also give pinyin.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from opencc import OpenCC

ANALYSER = 5
"""Raised whenever the tokens of the same text change: an index of another number is made anew."""

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f〇"
_PIECE = re.compile(rf"[{HAN}]+|[a-z0-9]+")
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_ACCENTED = re.compile("[\u00c0-\u024f]")
_HAN_RUN = re.compile(rf"[{HAN}]+")
FILLERS_ZH = ("可以", "适合", "地方", "场景", "哪里", "有", "拍", "的", "在")
FILLERS_EN = frozenset(
    ["the", "a", "an", "of", "in", "at", "for", "to", "and", "or", "with", "where", "near", "is", "are", "some"]
)


@lru_cache(maxsize=1)
def _simplifier() -> tuple[OpenCC, frozenset[str]]:
    """The converter, and the characters it knows, so that plain text skips it."""
    from pathlib import Path

    import opencc

    table = Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt"
    characters = (line.split("\t")[0] for line in table.read_text(encoding="utf-8").splitlines() if line.strip())
    return OpenCC("t2s"), frozenset(characters)


def clean(text: str) -> str:
    """Return text that any engine can take: NFKC, no control characters, no lone surrogates."""
    text = unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode("utf-8"))
    return _CONTROL.sub(" ", text)


def normalised(text: str) -> str:
    """Return `text` cleaned, lower-case, simplified, without accents (ü becomes v, as people type pinyin)."""
    text = clean(text).lower()
    converter, traditional = _simplifier()
    if not traditional.isdisjoint(text):
        text = converter.convert(text)
    if not text.isascii():
        text = re.sub("[üǖǘǚǜ]", "v", text)
        text = _ACCENTED.sub(lambda match: unicodedata.normalize("NFKD", match[0])[0], text)
    return text.replace("'s ", " ").replace("’s ", " ").replace("'", "").replace("’", "")


def pieces(text: str) -> list[str]:
    """Return the runs of Chinese and the Latin words of an already normalised text, in order."""
    return _PIECE.findall(text)


def is_han(piece: str) -> bool:
    """Return whether a piece is Chinese: what `pieces` gives is either that or ASCII."""
    return not piece.isascii()


def stem(word: str) -> str:
    """Return a Latin word without its plural ending: lightly, so that names stay what they are."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of a run of Chinese; a single character is itself."""
    return [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]


@dataclass(frozen=True)
class Cut:
    """A text in pieces, cut once however many kinds of tokens are made of it."""

    text: str

    @cached_property
    def pieces(self) -> list[str]:
        """Its runs of Chinese and Latin words."""
        return _cut_short(self.text) if len(self.text) <= 40 else pieces(normalised(self.text))

    @property
    def run(self) -> str:
        """The whole text as one key."""
        return "".join(self.pieces)


@lru_cache(maxsize=4_000)
def _cut_short(text: str) -> list[str]:
    """Cut a name or a tag: the same ones stand in many records."""
    return pieces(normalised(text))


def words(text: str, *, singles: bool = False) -> list[str]:
    """Return the tokens of a text, once each; `singles` adds every single character (titles, tags)."""
    return words_of([Cut(text)], singles=singles)


def words_of(texts: Iterable[Cut], *, singles: bool = False) -> list[str]:
    """Return the tokens of several texts, once each."""
    found: dict[str, None] = {}
    for text in texts:
        for piece in text.pieces:
            if is_han(piece):
                found.update(dict.fromkeys(pairs(piece)))
                if singles:
                    found.update(dict.fromkeys(piece))
            else:
                found[stem(piece)] = None
    return list(found)


def latin_words(texts: Iterable[Cut]) -> list[str]:
    """Return the whole Latin words (not stems) of texts: what a misspelt word may be corrected to."""
    return list(
        dict.fromkeys(
            piece for text in texts for piece in text.pieces if len(piece) > 2 and piece.isascii() and piece.isalpha()
        )
    )


def title_run(text: str) -> str:
    """Return a whole title as one key, to tell an exact hit."""
    return "".join(pieces(normalised(text)))


def suggestions(texts: Iterable[Cut]) -> list[str]:
    """Return every string a reader may begin to type: suffixes of Chinese runs, English from every word, pinyin."""
    from .pinyin import typed_forms

    found: dict[str, None] = {}
    for text in texts:
        parts = text.pieces
        for index, piece in enumerate(parts):
            rest = parts[index:]
            if is_han(piece):
                for start in range(len(piece)):
                    found["".join([piece[start:], *rest[1:]])[:20]] = None
                    found.update(dict.fromkeys(typed_forms(piece[start:][:8])))
            else:
                found[" ".join(rest)[:60]] = None
                if any(is_han(part) for part in rest):  # 3号棚 is typed without a blank
                    found["".join(rest)[:20]] = None
    return list(found)
