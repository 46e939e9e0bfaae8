"""Names that strangers type and that go into letters to any address: a name, never a link and never signs that hide."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MARKS_IN_A_ROW: Final = 4
ENDINGS = "com|net|org|cn|io|info|top|xyz|site|shop|vip|cc|me|co|tv|app|dev|link|click|online|win|club|biz|pro|ru|ly|gl|gg|中国|公司|网络"
LINK = re.compile(
    rf"://|\bwww\.|\w@\w|\b(?:\d{{1,3}}\.){{3}}\d|\w\.(?:[a-z]{{2,}}(?![A-Za-z])|(?i:{ENDINGS})\b)|\w\.\w+/"
)
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what follows, outside the name too."""


def looks_like_link(text: str) -> bool:
    """Return whether a mail program would make a link of it, or a reader take it for one."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return LINK.search(plain.replace("。", ".")) is not None


def validate_name(text: str) -> None:
    """Refuse control characters, signs that turn the direction, towers of marks, and links. Raises `ValidationError`."""
    marks = 0
    for sign in text:
        kind = unicodedata.category(sign)
        if kind in {"Cc", "Cs", "Zl", "Zp"} or sign in TURNING:
            raise ValidationError(_("Leave out signs that cannot be seen."), code="hidden_signs")
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if marks > MARKS_IN_A_ROW:
            raise ValidationError(_("Too many marks stand on one letter."), code="marks")
    if looks_like_link(text):
        raise ValidationError(_("Write a name only, without a web or e-mail address."), code="link")
