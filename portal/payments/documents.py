"""Receipts and statements as PDF, set by Typst: data in, paper out (ADR 0014)."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings
from django.utils.translation import get_language, gettext as _
from pypdf import PdfReader

TEMPLATES: Final = Path(__file__).parent / "typst"
CHINESE_FONTS: Final = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "SimSun",
)  # fmt: skip
RARE_FONTS: Final = ("BabelStone Han", "Plangothic P1", "SimSun-ExtB", "Segoe UI Emoji", "Noto Color Emoji")
"""What sets signs beyond the first planes where it is installed; docs/runbook.md names Debian's package."""
_own = threading.local()


class NoChineseFont(Exception):
    """This machine has no font for Chinese: a blank paper would be worse than none."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on one document. `widths` in mm, 0 for the column that takes the rest."""

    title: str
    facts: Sequence[tuple[str, str]]
    note: str = ""
    columns: Sequence[str] = ()
    widths: Sequence[int] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    total_label: str = ""
    total: str = ""
    fine: str = ""
    footer: str = ""

    @property
    def named_rows(self) -> list[list[tuple[str, str]]]:
        """The rows with the column's name before each cell, for screens too narrow for columns."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@cache
def chinese_font() -> str:
    """Return the first font of this machine that sets Chinese, or nothing; looked up once."""
    families = set(typst.Fonts(include_embedded_fonts=False).families())
    return next((name for name in CHINESE_FONTS if name in families), "")


def has_chinese_font() -> bool:
    """Return whether documents can be set here."""
    return bool(chinese_font())


def render(paper: Paper) -> bytes:
    """Return the document as PDF in the reader's language. Raises `NoChineseFont`.

    Signs that no font of this machine has are named on the paper by their code. One compiler for each thread: a shared
    one says "Already borrowed". About 20 ms once it is warm; signs outside GBK cost as much again.
    """
    font = chinese_font()
    if not font:
        raise NoChineseFont
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(TEMPLATES / "paper.typ", root=TEMPLATES)
    english = get_language() == "en"
    data = asdict(paper) | {
        "fonts": [font, *RARE_FONTS],
        "lang": "en" if english else "zh",
        "issuer": settings.LOT_NAME["en" if english else "zh"] + " · " + _("Light & Shadow Chongqing"),
    }
    content = _compile(data)
    lost = _lost_signs(_rare_signs(paper), content)
    if not lost:
        return content
    codes = ", ".join(f"U+{ord(sign):04X}" for sign in lost)
    warning = _("These signs are not in this machine's fonts and show as boxes: %(codes)s.") % {"codes": codes}
    return _compile(data | {"fine": f"{warning} {paper.fine}"})


def _compile(data: dict[str, Any]) -> bytes:
    return bytes(_own.compiler.compile(format="pdf", sys_inputs={"data": json.dumps(data)}))


def _rare_signs(paper: Paper) -> list[str]:
    """Return the signs of a paper that a font for Chinese may lack: those outside GBK, in order."""
    words = [paper.title, paper.footer, *(word for fact in paper.facts for word in fact)]
    words += [cell for row in paper.rows for cell in row]
    found = dict.fromkeys(sign for word in words for sign in word if not sign.isspace())
    return [sign for sign in found if not sign.encode("gbk", "ignore") and unicodedata.category(sign)[0] in "LNPS"]


def _lost_signs(signs: list[str], content: bytes) -> list[str]:
    """Return which of the signs cannot be read out of the PDF: they were set as boxes."""
    if not signs:
        return []
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return [sign for sign in signs if sign not in text]
