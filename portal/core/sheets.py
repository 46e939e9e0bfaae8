"""Sheets that people take away: CSV with a byte-order mark for Excel, and XLSX. No cell is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

RISKY = ("=", "+", "-", "@", "\t", "\r")


def safe(value: object) -> object:
    """Return a cell's value; text that a spreadsheet would calculate gets an apostrophe in front."""
    if isinstance(value, str) and value.startswith(RISKY):
        return "'" + value
    return value


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a sheet as CSV in UTF-8 with a byte-order mark."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a sheet as XLSX."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(header))
    for row in rows:
        sheet.append([safe(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
