"""Pinyin of Chinese names: full syllables, initials, and the readings locals use."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict

LONGEST = 6
"""Syllables in the longest stored token; longer queries are cut into overlapping pairs."""

OVERRIDES: dict[str, tuple[tuple[str, ...], ...]] = {
    "松溉": (("song",), ("ji", "gai")),  # locals say ji, dictionaries gai
    "重庆": (("chong",), ("qing",)),
    "綦江": (("qi",), ("jiang",)),
    "涪陵": (("fu",), ("ling",)),
    "北碚": (("bei",), ("bei",)),
    "朱沱": (("zhu",), ("tuo",)),
    "何埂": (("he",), ("geng",)),
    "万灵": (("wan",), ("ling",)),
}
ODD = ("hm", "hng", "ng", "n", "m", "e", "o")


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Return every plain syllable, ü written both v and u."""
    from pypinyin.contrib.tone_convert import to_normal

    found: set[str] = set()
    for readings in pinyin_dict.values():
        found.update(to_normal(reading, v_to_u=False) for reading in readings.split(","))
    found = {one.replace("ü", "v") for one in found if one.isascii() or "ü" in one}
    return frozenset((found | {one.replace("v", "u") for one in found}) - set(ODD) | {"e"})


@lru_cache(maxsize=20_000)
def readings(run: str) -> tuple[tuple[str, ...], ...]:
    """Return, for each character of a Chinese run, its readings here: the dictionary's, or the locals'."""
    plain = _dictionary(run)
    if len(plain) != len(run):
        plain = [_dictionary(char)[0] for char in run]
    table = [_both(one) for one in plain]
    for word, override in OVERRIDES.items():
        start = run.find(word)
        while start >= 0:
            table[start : start + len(word)] = override
            start = run.find(word, start + 1)
    return tuple(table)


def _dictionary(run: str) -> list[str]:
    """Return pypinyin's reading; a character it does not know stands for itself."""
    return lazy_pinyin(run, style=Style.NORMAL, v_to_u=False, errors=lambda chars: list(chars))  # type: ignore[arg-type,return-value]  # a list is taken character by character


def _both(syllable: str) -> tuple[str, ...]:
    syllable = syllable.replace("ü", "v").lower()
    return (syllable, syllable.replace("v", "u")) if "v" in syllable else (syllable,)


def _spelt(run: str) -> list[tuple[str, ...]]:
    """Return up to eight ways to read a short run, most usual first."""
    return list(islice(product(*readings(run)), 8))


def name_tokens(run: str) -> list[str]:
    """Return the pinyin tokens of a run: 2 to 6 syllables in a row, their initials; of one character its syllable."""
    if len(run) == 1:
        return [way[0] for way in _spelt(run)]
    found: dict[str, None] = {}
    for size in range(2, min(LONGEST, len(run)) + 1):
        for start in range(len(run) - size + 1):
            for way in _spelt(run[start : start + size]):
                found["".join(way)] = None
                found["".join(syllable[0] for syllable in way)] = None
    return list(found)


def whole_names(run: str) -> list[str]:
    """Return the full pinyin of a run of up to six characters: what a misspelt word may be corrected to."""
    return ["".join(way) for way in _spelt(run)] if 2 <= len(run) <= LONGEST else []


def typed_forms(run: str) -> list[str]:
    """Return what people type for a run: full pinyin and initials."""
    found: dict[str, None] = {}
    for way in _spelt(run):
        found["".join(way)] = None
        found["".join(syllable[0] for syllable in way)] = None
    return list(found)


@lru_cache(maxsize=4_000)
def split(word: str) -> tuple[str, ...]:
    """Return the syllables a Latin word is made of, fewest first, or nothing where it is no pinyin."""
    if len(word) > 60:
        return ()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    known = syllables()
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            if before is None or word[start:end] not in known:
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = (*before, word[start:end])
    return best[-1] or ()
