"""How somebody is found by name at a door: whatever case and width, and Chinese names by their pinyin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from portal.search.pinyin import readings

HAN = re.compile(r"[\u3400-\u9fff]+")


def folded(text: str) -> str:
    """Return a text as it is compared: one width, no case, no blanks beyond one."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def find_keys(names: Iterable[str]) -> list[str]:
    """Return what a person and who comes along are found by: each name folded, its pinyin, the pinyin's initials."""
    keys: dict[str, None] = {}
    for name in names:
        plain = folded(name)
        keys[plain] = None
        runs = HAN.findall(plain)
        if runs:
            syllables = [ways[0] for run in runs for ways in readings(run[:20])]
            keys["".join(syllables)] = None
            keys["".join(syllable[0] for syllable in syllables)] = None
    return list(keys)


def fits(keys: Iterable[str], wanted: str) -> bool:
    """Return whether a text that was typed names somebody: part of a name, or of its pinyin with or without blanks."""
    whole = folded(wanted)
    packed = whole.replace(" ", "")
    return bool(packed) and any(whole in key or packed in key.replace(" ", "") for key in keys)
