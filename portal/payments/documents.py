"""Receipts and statements as PDF, set by Typst: data in, paper out (ADR 0014)."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import typst
from django.conf import settings
from django.utils.translation import get_language, gettext as _

TEMPLATES: Final = Path(__file__).parent / "typst"
CHINESE_FONTS: Final = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "SimSun",
)  # fmt: skip
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

    One compiler for each thread: a shared one says "Already borrowed". About 20 ms once it is warm.
    """
    font = chinese_font()
    if not font:
        raise NoChineseFont
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(TEMPLATES / "paper.typ", root=TEMPLATES)
    english = get_language() == "en"
    data = asdict(paper) | {
        "font": font,
        "lang": "en" if english else "zh",
        "issuer": settings.LOT_NAME["en" if english else "zh"] + " · " + _("Light & Shadow Chongqing"),
    }
    return bytes(_own.compiler.compile(format="pdf", sys_inputs={"data": json.dumps(data)}))
