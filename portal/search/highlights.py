"""Marking what was found: escaped first, then marked, so that no text becomes markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .tokens import is_han, normalised, stem

AROUND = 60


def _spans(text: str, shown: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the words stand in `text`. Matching is by character, so it needs the same length."""
    plain = normalised(text)
    if len(plain) != len(text):
        plain = text.lower()
    spans: list[tuple[int, int]] = []
    for word in sorted(set(shown), key=len, reverse=True):
        if not word or (len(word) == 1 and not is_han(word)):
            continue
        pattern = re.escape(word) if is_han(word) else rf"(?<![a-z0-9]){re.escape(stem(word))}[a-z]{{0,3}}(?![a-z0-9])"
        for match in re.finditer(pattern, plain):
            if all(match.end() <= start or match.start() >= end for start, end in spans):
                spans.append(match.span())
    return sorted(spans)


def marked(text: str, shown: Sequence[str]) -> SafeString:
    """Return `text` as safe HTML with the words in `<mark>`."""
    out, at = [], 0
    for start, end in _spans(text, shown):
        out += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return mark_safe("".join([*out, escape(text[at:])]))  # noqa: S308 - every part of the text is escaped above


def snippet(text: str, shown: Sequence[str], length: int = 160) -> SafeString:
    """Return the part of `text` around the first word found, marked."""
    spans = _spans(text, shown)
    around = AROUND
    if text[:1] and not text[0].isascii():  # a Chinese character says as much as two letters
        length, around = length // 2, AROUND // 3
    start = max(0, spans[0][0] - around) if spans else 0
    if start and text[start - 1].isascii() and not text[start - 1].isspace():
        start = max(text.rfind(" ", 0, start) + 1, start - 20)
    part = text[start : start + length]
    before, after = ("…" if start else ""), ("…" if start + length < len(text) else "")
    return mark_safe(f"{before}{marked(part, shown)}{after}")  # noqa: S308 - `marked` escapes
