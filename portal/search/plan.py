"""A query as one tree: AND of clauses, a clause is OR of alternatives, an alternative is AND of tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from . import pinyin
from .tokens import FILLERS_EN, FILLERS_ZH, is_han, normalised, pairs, pieces, stem, title_run

FIRST, PARTS, SYNONYM, PINYIN = 1.0, 0.9, 0.7, 0.6
MOST_CLAUSES = 24
Synonyms = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Tokens that must all be there, in words or in pinyin, and how much the form is worth."""

    tokens: tuple[str, ...]
    weight: float = FIRST
    pinyin: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing the reader asks for."""

    text: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole query. `shown` are the strings to mark in results; `least` clauses are enough (0: all of them)."""

    clauses: tuple[Clause, ...] = ()
    run: str = ""
    shown: tuple[str, ...] = ()
    least: int = 0

    def __bool__(self) -> bool:
        return bool(self.clauses)

    def loosened(self, share: float) -> Plan:
        """Return the query cut into its smallest things, of which `share` is enough."""
        small: dict[str, Clause] = {}
        for clause in self.clauses:
            first = clause.alternatives[0]
            if len(first.tokens) > 1 and not first.pinyin:
                small.update({token: Clause(token, (Alternative((token,)),)) for token in first.tokens})
            else:
                small[clause.text] = clause
        clauses = tuple(small.values())[:MOST_CLAUSES]
        return replace(self, clauses=clauses, least=max(1, round(len(clauses) * share)))


def make_plan(text: str, *, lexicon: Iterable[str] = (), synonyms: Synonyms | None = None) -> Plan:
    """Return the tree of a query. `lexicon` are known Chinese words that cut a long run into its things."""
    synonyms = synonyms or {}
    known = frozenset(lexicon) | {word for word in synonyms if is_han(word)}
    found = pieces(normalised(text))
    latin = [piece for piece in found if is_han(piece) or piece not in FILLERS_EN]
    clauses: list[Clause] = []
    shown: dict[str, None] = {}
    index = 0
    parts = latin or found
    while index < len(parts) and len(clauses) < MOST_CLAUSES:
        piece = parts[index]
        if is_han(piece):
            index += 1
            made, words = _han_clauses(piece, known, synonyms)
            clauses.extend(made)
            shown.update(dict.fromkeys(words))
            continue
        end = index
        while end < len(parts) and not is_han(parts[end]):
            end += 1
        shown.update(dict.fromkeys(parts[index:end]))
        clauses.extend(_latin_clauses(parts[index:end], synonyms))
        index = end
    unique = {clause.text: clause for clause in clauses}
    return Plan(tuple(unique.values())[:MOST_CLAUSES], run=title_run(text)[:120], shown=tuple(shown)[:40])


def _han_clauses(run: str, known: frozenset[str], synonyms: Synonyms) -> tuple[list[Clause], list[str]]:
    """Return the clauses of a Chinese run: each known word its own, unless the whole run stands in a record."""
    words = _cut(run, known)
    if len(words) <= 1:
        word = words[0] if words else run
        whole = [Alternative(tuple(pairs(run)))] if word != run else []
        return [Clause(run, (*whole, *_word_alternatives(word, synonyms, FIRST if not whole else PARTS)))], [run, word]
    if len(words) > 4 or any(word in synonyms for word in words):
        return [Clause(word, tuple(_word_alternatives(word, synonyms, FIRST))) for word in words], [run, *words]
    together = tuple(dict.fromkeys(token for word in words for token in pairs(word)))
    return [Clause(run, (Alternative(tuple(pairs(run))), Alternative(together, PARTS)))], [run, *words]


def _word_alternatives(word: str, synonyms: Synonyms, weight: float) -> list[Alternative]:
    others = synonyms.get(word, ())
    return [Alternative(tuple(pairs(word)), weight), *(Alternative(_tokens(one), SYNONYM) for one in others)]


def _tokens(text: str) -> tuple[str, ...]:
    tokens = (pairs(piece) if is_han(piece) else [stem(piece)] for piece in pieces(normalised(text)))
    return tuple(dict.fromkeys(token for group in tokens for token in group))


def _cut(run: str, known: frozenset[str]) -> list[str]:
    """Cut a run at known words and drop fillers. A run of fillers alone stays as it is."""
    out: list[str] = []
    rest = ""
    index = 0
    while index < len(run):
        filler = next((f for f in FILLERS_ZH if run.startswith(f, index)), "")
        size = next((n for n in range(min(10, len(run) - index), 1, -1) if run[index : index + n] in known), 0)
        if not size and not filler:
            rest += run[index]
            index += 1
            continue
        if rest:
            out.append(rest)
            rest = ""
        if size:
            out.append(run[index : index + size])
        index += size or len(filler)
    if rest:
        out.append(rest)
    return out


def _latin_clauses(run: list[str], synonyms: Synonyms) -> list[Clause]:
    """Return the clauses of Latin words in a row; words that together are one name in pinyin stay together."""
    joined = "".join(run)
    if len(run) > 1 and all(word in pinyin.syllables() for word in run) and len(run) <= 12:
        words = Alternative(tuple(dict.fromkeys(map(stem, run))))
        return [Clause(" ".join(run), (words, *_pinyin_alternatives(joined)))]
    out: list[Clause] = []
    index = 0
    while index < len(run):
        size = next((n for n in (3, 2, 1) if " ".join(run[index : index + n]) in synonyms and index + n <= len(run)), 0)
        phrase = run[index : index + max(size, 1)]
        text = " ".join(phrase)
        others = synonyms.get(text, ()) if size else ()
        alternatives = [Alternative(tuple(dict.fromkeys(map(stem, phrase))))]
        alternatives += [Alternative(_tokens(one), SYNONYM) for one in others]
        if len(phrase) == 1:
            alternatives += _pinyin_alternatives(phrase[0])
        out.append(Clause(text, tuple(alternatives)))
        index += len(phrase)
    return out


def _pinyin_alternatives(word: str) -> list[Alternative]:
    """Return how a Latin word may be pinyin: one stored token, or overlapping pairs of a long name."""
    if not word.isalpha() or len(word) > 60:
        return []
    parts = pinyin.split(word)
    if len(parts) > pinyin.LONGEST:
        return [Alternative(tuple(dict.fromkeys(a + b for a, b in pairwise(parts))), PINYIN, pinyin=True)]
    return [Alternative((word,), PINYIN, pinyin=True)]
