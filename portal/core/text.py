"""Which texts can be kept and shown: no NUL, no half characters; names without signs that hide or pile up."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MARKS_IN_A_ROW: Final = 8
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what follows, outside the name too."""
NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL does not store (NUL) and UTF-8 does not have (half of a pair)."""


def is_storable(text: str) -> bool:
    """Return whether a database can hold the text and an answer can repeat it."""
    return NO_TEXT.search(text) is None


def unstorable(data: Any) -> str | None:
    """Return where parsed JSON holds a text that cannot be stored, as `lines.0.note`; nothing where all can.

    A key that cannot be stored is told by the place of what holds it, `__all__` at the top.
    """
    waiting: list[tuple[str, Any]] = [("", data)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str):
            if not is_storable(value):
                return place or "__all__"
        elif isinstance(value, dict):
            if not all(map(is_storable, value)):
                return place or "__all__"
            waiting += [(f"{place}.{key}" if place else key, one) for key, one in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{place}.{index}" if place else str(index), one) for index, one in enumerate(value)]
    return None


def validate_signs(text: str) -> None:
    """Refuse control characters, signs that turn the direction, and towers of marks. Raises `ValidationError`."""
    marks = 0
    for sign in text:
        kind = unicodedata.category(sign)
        if kind in {"Cc", "Cs", "Zl", "Zp"} or sign in TURNING:
            raise ValidationError(_("Leave out signs that cannot be seen."), code="hidden_signs")
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if marks > MARKS_IN_A_ROW:
            raise ValidationError(_("Too many marks stand on one letter."), code="marks")
