"""Reading what Chinese banks export: CSV in GBK or UTF-8, XLSX, titles above the header row, dates in many forms."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from .errors import UnreadableStatement

HEADER_WITHIN: Final = 40
MOST_ROWS: Final = 200_000
LONGEST_HEADING: Final = 200
BRACKETED_OR_SPACE: Final = re.compile(r"[(（][^()（）]{0,100}[)）]|\s")
MOST_UNPACKED: Final = 400 * 2**20

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("交易日期", "记账日期", "入账日期", "交易时间", "记账时间", "日期", "date"),
    "credit": ("贷方发生额", "贷方金额", "收入金额", "转入金额", "存入金额", "贷方", "收入", "credit"),
    "debit": ("借方发生额", "借方金额", "支出金额", "转出金额", "支取金额", "借方", "支出", "debit"),
    "amount": ("交易金额", "发生额", "金额", "amount"),
    "direction": ("借贷标志", "借贷方向", "收支方向", "收付标志", "借/贷", "方向", "direction"),
    "payer": ("对方户名", "对方账户名称", "对方名称", "付款人名称", "付款人户名", "对方单位", "payer"),
    "payer_account": ("对方账号", "对方账户", "付款人账号", "payer account"),
    "payer_bank": ("对方开户行", "对方行名", "对方开户行名", "付款人开户行", "payer bank"),
    "memo": ("附言", "摘要", "用途", "备注", "交易附言", "memo"),
    "bank_reference": ("交易流水号", "流水号", "业务编号", "交易编号", "凭证号", "凭证号码", "reference"),
}
"""What the columns are called in common exports; a bank's own mapping comes first."""
CREDIT_WORDS: Final = frozenset(
    [
        "贷",
        "贷方",
        "贷记",
        "贷款方",
        "收",
        "收入",
        "收款",
        "收方",
        "入",
        "入账",
        "入帐",
        "来账",
        "来帐",
        "来款",
        "转入",
        "存入",
        "进账",
        "+",
        "c",
        "cr",
        "credit",
        "in",
        "incoming",
    ]
)
DEBIT_WORDS: Final = frozenset(
    [
        "借",
        "借方",
        "借记",
        "付",
        "支",
        "支出",
        "付款",
        "付方",
        "出",
        "出账",
        "出帐",
        "往账",
        "往帐",
        "汇出",
        "转出",
        "支取",
        "取出",
        "-",
        "d",
        "dr",
        "debit",
        "out",
        "outgoing",
    ]
)
"""How banks say which way money went; a word that is in neither list is a problem that a person looks at."""
AMOUNT: Final = re.compile(r"\d{1,13}(?:\.\d{1,4})?")
DELIMITERS: Final = ",\t;|"
DAMAGED: Final = (csv.Error, ParseError, zipfile.BadZipFile, zlib.error, KeyError, IndexError, ValueError, EOFError)
"""What openpyxl, zipfile and csv raise in the middle of a file that is cut, made by hand or malicious."""
DATE_FORMS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d")


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that came in, as one row of the bank says."""

    line: int
    on: date
    amount_fen: int
    payer: str = ""
    payer_account: str = ""
    payer_bank: str = ""
    memo: str = ""
    bank_reference: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no credit, or that cannot be read. `problem` is empty for money that went out; `text` is the row."""

    line: int
    problem: str = ""
    text: str = ""


def read(file: BinaryIO, own_columns: Mapping[str, str] | None = None) -> Iterator[Credit | Skipped]:
    """Yield the rows of a statement, every one. Raises `UnreadableStatement` where there is no header row, no sheet, or
    the file is damaged, wherever in it.
    """
    line = 0
    try:
        columns: dict[str, list[int]] | None = None
        for line, cells in enumerate(_sheet_rows(file), start=1):
            if line > MOST_ROWS:
                raise UnreadableStatement(
                    _("A statement has at most %(count)s rows. Export a shorter time.") % {"count": MOST_ROWS},
                    field="file",
                )
            if columns is None:
                columns = _header(cells, own_columns or {})
                if columns is None and line >= HEADER_WITHIN:
                    break
                continue
            if any(_text(cell) for cell in cells):
                yield _row(line, cells, columns)
    except DAMAGED as exc:
        raise UnreadableStatement(
            _("This file is damaged: it can be read up to row %(line)s only. Export it again.") % {"line": line},
            field="file",
        ) from exc
    if columns is None:
        raise UnreadableStatement(
            _(
                "No header row with a date and an amount was found in the first %(count)s rows. "
                "Check the file, or say in the bank's format what its columns are called."
            )
            % {"count": HEADER_WITHIN},
            field="file",
        )


def _sheet_rows(file: BinaryIO) -> Iterator[Sequence[Any]]:
    start = file.read(4)
    file.seek(0)
    if start[:2] == b"PK":
        return _xlsx_rows(file)
    if start == b"\xd0\xcf\x11\xe0":
        raise UnreadableStatement(_("This is an old .xls file. Save it as .xlsx or .csv and try again."), field="file")
    text = _decoded(file.read())
    return iter(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))


def _delimiter(text: str) -> str:
    """Return what parts the cells: of comma, tab, semicolon and bar the one that the first lines have most."""
    head = "\n".join(text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN])
    return max(DELIMITERS, key=head.count)


def _xlsx_rows(file: BinaryIO) -> Iterator[Sequence[Any]]:
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise UnreadableStatement(_("This file is too large."), field="file")
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as exc:
        raise UnreadableStatement(_("This is no readable XLSX file."), field="file") from exc
    sheet = book.worksheets[0] if book.worksheets else None
    if sheet is None:
        raise UnreadableStatement(_("This file has no sheet."), field="file")
    sheet.reset_dimensions()  # banks write wrong dimensions
    return sheet.iter_rows(values_only=True)


def _decoded(data: bytes) -> str:
    """Return the text of a CSV file in UTF-8, UTF-16 or GBK. Raises `UnreadableStatement` for anything else."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableStatement(_("The characters of this file cannot be read. Save it as UTF-8 or GBK."), field="file")


def _text(cell: Any) -> str:
    """Return a cell as plain words: full-width forms made narrow, Excel's `="…"` taken off."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = unicodedata.normalize("NFKC", str(cell)).strip().strip("\t'")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return " ".join(text.split())


def _header(cells: Sequence[Any], own: Mapping[str, str]) -> dict[str, list[int]] | None:
    names = [BRACKETED_OR_SPACE.sub("", _text(cell)[:LONGEST_HEADING]).lower() for cell in cells]
    found: dict[str, list[int]] = {}
    for field, known in COLUMNS.items():
        wanted = [own[field].strip().lower()] if own.get(field) else [name.lower() for name in known]
        places = [names.index(name) for name in wanted if name in names]
        if places:
            found[field] = places if field == "memo" else places[:1]
    return found if "date" in found and ("credit" in found or "amount" in found) else None


def _row(line: int, cells: Sequence[Any], columns: Mapping[str, list[int]]) -> Credit | Skipped:
    def cell(field: str) -> Any:
        places = columns.get(field, [])
        return cells[places[0]] if places and places[0] < len(cells) else None

    try:
        amount = _credit_fen(cell)
        if amount is None:
            return Skipped(line, text=_whole(cells))
        on = _date(cell("date"))
    except ValueError as exc:
        return Skipped(line, str(exc), _whole(cells))
    memo = " ".join(filter(None, (_text(cells[place]) for place in columns.get("memo", []) if place < len(cells))))
    return Credit(
        line, on, amount, _text(cell("payer"))[:120], _text(cell("payer_account"))[:60],
        _text(cell("payer_bank"))[:120], memo[:300], _text(cell("bank_reference"))[:80],
    )  # fmt: skip


def _whole(cells: Sequence[Any]) -> str:
    """Return a row as one line, for a person who looks at what was left out."""
    return " · ".join(filter(None, map(_text, cells)))[:300]


def _credit_fen(cell: Any) -> int | None:
    """Return what came in, nothing for money that went out. Raises `ValueError` with what is wrong."""
    raw = _text(cell("credit"))
    if raw in NOTHING and cell("amount") is not None:
        raw = _text(cell("amount"))
        direction = _text(cell("direction")).lower().strip(" .。:：")
        if direction in DEBIT_WORDS:
            return None
        if direction and direction not in CREDIT_WORDS:
            raise ValueError("direction")
        if not direction and raw.startswith("-"):
            return None
    if raw in NOTHING:
        if _text(cell("debit")) in NOTHING and cell("date") is not None:
            raise ValueError("nothing")
        return None
    return _fen(raw) or None


NOTHING: Final = frozenset({"", "-", "--", "0", "0.0", "0.00"})


def _fen(raw: str) -> int:
    """Return an amount in fen. Raises `ValueError` for formulas, three decimals, and anything below zero."""
    if raw.startswith("="):
        raise ValueError("formula")
    digits = raw.replace(",", "").removeprefix("¥").removeprefix("CNY").removeprefix("RMB").removesuffix("元").strip()
    if digits.startswith("-"):
        raise ValueError("negative")
    if not AMOUNT.fullmatch(digits.removeprefix("+")):  # also "1E5", which Decimal would read as 100,000
        raise ValueError("amount")
    fen = Decimal(digits) * 100
    if fen != fen.to_integral_value():
        raise ValueError("decimals")
    return int(fen)


def _date(cell: Any) -> date:
    """Return a day from a date cell, a serial number of Excel, or any of the written forms. Raises `ValueError`."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    if isinstance(cell, int | float) and 30_000 < cell < 80_000:
        return date(1899, 12, 30) + timedelta(days=int(cell))
    if match := re.match(r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{8}(?!\d)|\d{8}(?=\d{6}$)", text):
        for form in DATE_FORMS:
            try:
                return datetime.strptime(match[0], form).date()  # noqa: DTZ007 - a day of the bank, no instant
            except ValueError:
                continue
    raise ValueError("date")


def count_rows(file: BinaryIO) -> int | None:
    """Return about how many rows a file has, to show progress; nothing where that would cost a reading."""
    start = file.read(2)
    file.seek(0)
    if start == b"PK":
        return None
    lines = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(2**20), b""))
    file.seek(0)
    return lines
