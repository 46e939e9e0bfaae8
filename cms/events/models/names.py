"""Names that strangers type and that go into letters to any address: a name, never a link and never signs that hide."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core.text import validate_signs

ENDINGS: Final = (
    "com|net|org|cn|io|info|top|xyz|site|shop|vip|cc|me|co|tv|app|dev|link|click|online|win|club|biz|pro|ru|ly|gl|gg|"
    "中国|公司|网络"
)
LINK = re.compile(
    rf"://|\bwww\.|\w@\w|\b(?:\d{{1,3}}\.){{3}}\d|\w\.(?:[a-z]{{2,}}(?![A-Za-z])|(?i:{ENDINGS})\b)|\w\.\w+/"
)


def looks_like_link(text: str) -> bool:
    """Return whether a mail program would make a link of it, or a reader take it for one."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return LINK.search(plain.replace("。", ".")) is not None


def validate_name(text: str) -> None:
    """Refuse signs that hide, turn or pile up (`validate_signs`), and links. Raises `ValidationError`."""
    validate_signs(text)
    if looks_like_link(text):
        raise ValidationError(_("Write a name only, without a web or e-mail address."), code="link")
