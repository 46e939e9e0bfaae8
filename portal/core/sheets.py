"""Sheets that people take away: CSV with a byte-order mark for Excel, and XLSX. No cell is ever a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Full-width signs too: offices in Chinese and Japanese read them as the narrow ones."""
PHONE: Final = re.compile(r"\+[0-9][0-9 ]{5,30}")


def safe(value: object) -> object:
    """Return a cell of a CSV; text that a spreadsheet would calculate gets an apostrophe in front, a phone number none."""
    if isinstance(value, str) and value.lstrip(" \u3000").startswith(RISKY) and not PHONE.fullmatch(value):
        return "'" + value
    return value


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a sheet as CSV in UTF-8 with a byte-order mark."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a sheet as XLSX. A text that begins like a formula is a cell of text, as it was typed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in ([header], rows):
        for cells in row:
            sheet.append([_typed(sheet, cell) for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(sheet: Any, value: object) -> object:
    if not isinstance(value, str):
        return value
    text = str(ILLEGAL_CHARACTERS_RE.sub("", value))
    if not text.lstrip(" \u3000").startswith(RISKY):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # openpyxl takes a leading "=" for a formula
    cell.number_format = "@"  # stays text when somebody edits it
    return cell
