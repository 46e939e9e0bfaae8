"""Reading sheets of vendors: XLSX from any office, columns by their usual names, every cell as plain text."""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO, Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from portal.accounts import credit_code
from portal.core.money import fen_of
from portal.core.uploads.papers import check_paper

from . import vocabulary
from .errors import UnreadableSheet
from .models import Vendor

HEADER_WITHIN: Final = 20
MOST_ROWS: Final = 20_000
MOST_LINES: Final = 10 * MOST_ROWS
MOST_MERGED: Final = 5000
MOST_BYTES: Final = 20 * 2**20
MOST_CELL: Final = 4000
TEXT_LIMITS: Final = {"name_zh": 60, "name_en": 90, "summary_zh": 120, "summary_en": 200, "minimum_zh": 60, "minimum_en": 90,
                      "person": 60, "phone": 30, "wechat": 40, "description_zh": 4000, "description_en": 6000}  # fmt: skip
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name_zh": ("名称", "中文名称", "公司名称", "name_zh", "name"),
    "name_en": ("英文名称", "name_en"),
    "kind": ("类型", "性质", "kind"),
    "credit_code": ("统一社会信用代码", "信用代码", "credit_code"),
    "categories": ("类目", "类别", "categories"),
    "summary_zh": ("一句话介绍", "简介", "summary_zh"),
    "summary_en": ("英文简介", "summary_en"),
    "description_zh": ("介绍", "详细介绍", "description_zh"),
    "description_en": ("英文介绍", "description_en"),
    "coverage": ("服务范围", "服务区县", "coverage"),
    "languages": ("语言", "languages"),
    "price_from": ("最低价", "参考价起", "price_from"),
    "price_to": ("最高价", "参考价止", "price_to"),
    "price_basis": ("计价单位", "price_basis"),
    "minimum_zh": ("起订", "minimum_zh"),
    "person": ("联系人", "person"),
    "phone": ("电话", "手机", "联系电话", "phone"),
    "email": ("邮箱", "email"),
    "wechat": ("微信", "wechat"),
}
NEEDED: Final = ("name_zh", "categories")
KINDS: Final = {"公司": "company", "企业": "company", "company": "company", "个人": "person", "person": "person"}
BASES: Final = {"小时": "hour", "天": "day", "人天": "person_day", "人·天": "person_day", "件天": "item_day", "件·天": "item_day",
                "辆天": "vehicle_day", "辆·天": "vehicle_day", "间夜": "room_night", "份": "meal", "平方米": "sqm", "㎡": "sqm",
                "分钟": "minute", "千字": "words", "项目": "project"}  # fmt: skip
BYTES_AS_SIGNS: Final = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\ufffd"
GARBLED: Final = re.compile(rf"\ufffd|锟斤拷|烫烫烫|屯屯屯|[ä-é][{BYTES_AS_SIGNS}]{{2}}")
"""Chinese read in the wrong encoding; “René’s” is French."""
MERGED: Final = re.compile(r"[A-Z]{1,3}([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})")
BRACKETED: Final = re.compile(r"\([^()]{0,40}\)|\[[^\[\]]{0,40}\]|【[^【】]{0,40}】")
LANDLINE: Final = re.compile(r"(?:10|2\d)\d{8}|[3-9]\d{2}\d{7,8}")
NO_AREA: Final = ("400", "800")
SPLIT: Final = re.compile(r"[,，;；/|\n]+")
DROPPED: Final = ("Cc", "Cf", "Cs")
BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, DefusedXmlException, KeyError, ValueError, OSError, SyntaxError,
    IndexError, AttributeError, TypeError, OverflowError, MemoryError,
)  # fmt: skip
CONTACT: Final = ("person", "phone", "email", "wechat")


@dataclass(slots=True)
class Row:
    """One row of a sheet: what it says, or what is wrong with it."""

    line: int
    fields: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """What a sheet says: its rows, and what is told of it as a whole, with its line."""

    rows: list[Row]
    remarks: list[tuple[int, str]]


def check(file: BinaryIO, name: str) -> bytes:
    """Return the bytes of what is an XLSX file by name and content, unread. Raises `UnreadableSheet`."""
    try:
        return check_paper(file, name, kinds=(".xlsx",), most=MOST_BYTES)
    except ValidationError as exc:
        raise UnreadableSheet(
            _("This is no readable XLSX file. %(why)s") % {"why": " ".join(exc.messages)}, field="file"
        ) from exc


def read(file: BinaryIO) -> Sheet:
    """Return the rows of a sheet that `check` has let in, each judged by itself; seconds for a large one.

    Raises `UnreadableSheet` where there is nothing to judge.
    """
    rows: list[Row] = []
    remarks: list[tuple[int, str]] = []
    columns: dict[int, str] | None = None
    with _opened(file) as book:
        sheet = book.worksheets[0]
        merged = _merged_lines(file, sheet._worksheet_path)
        for line, cells in _lines(sheet):
            if columns is None:
                columns = _header(cells)
                if columns is None and line >= HEADER_WITHIN:
                    break
                remarks = _unread(line, cells, columns or {})
                continue
            if not any(_plain(cell) for cell in cells):
                continue
            if len(rows) >= MOST_ROWS:
                raise UnreadableSheet(_("A sheet has at most %(count)s rows.") % {"count": MOST_ROWS}, field="file")
            here = {columns[at]: cell for at, cell in enumerate(cells) if at in columns}
            row = _judged(line, {name: _said(name, cell) for name, cell in here.items()})
            row.problems.extend(_dates(here))
            if line in merged:
                row.problems.append(_("Cells are merged here: split them and fill in each."))
            rows.append(row)
    if columns is None:
        raise UnreadableSheet(
            _("No header row with “名称” and “类目” was found in the first %(count)s rows.") % {"count": HEADER_WITHIN},
            field="file",
        )
    _said_twice(rows)
    return Sheet(rows, remarks)


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Any]:
    """Open a workbook. Raises `UnreadableSheet` for a broken one, whenever it turns out to be."""
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=False)
        if not book.worksheets:
            raise UnreadableSheet(_("This file has no sheet."), field="file")
        yield book
    except BROKEN as exc:
        raise UnreadableSheet(_("This is no readable XLSX file."), field="file") from exc


def _lines(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield the lines of a sheet. Raises `UnreadableSheet` where one says that it stands absurdly far down."""
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(values_only=True, max_col=60), start=1):
        if line > MOST_LINES:
            raise UnreadableSheet(_("A sheet has at most %(count)s rows.") % {"count": MOST_ROWS}, field="file")
        yield line, cells


def _merged_lines(file: BinaryIO, path: str) -> Spans:
    """Return the lines that merged cells touch, as the sheet at `path` names them, however its tags are written."""
    spans = []
    with zipfile.ZipFile(file) as packed, packed.open(path) as part:
        for _event, element in iterparse(part):
            if element.tag.rpartition("}")[2] == "mergeCell" and (found := MERGED.fullmatch(element.get("ref", ""))):
                spans.append((int(found[1]), int(found[2])))
            if len(spans) > MOST_MERGED:
                raise UnreadableSheet(
                    _("More than %(count)s cells are merged. Split them first.") % {"count": MOST_MERGED}, field="file"
                )
            element.clear()
    return Spans(spans)


class Spans:
    """Lines from … to …, asked one by one in rising order."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self.spans = sorted(spans, reverse=True)
        self.last = 0

    def __contains__(self, line: object) -> bool:
        while self.spans and isinstance(line, int) and self.spans[-1][0] <= line:
            self.last = max(self.last, self.spans.pop()[1])
        return isinstance(line, int) and line <= self.last


def _heading(cell: Any) -> str:
    """Return a heading without the marks and brackets that people add: “类目（必填）*” is 类目."""
    plain = unicodedata.normalize("NFKC", _plain(cell)[:200])
    return "".join(BRACKETED.sub("", plain).split()).strip("*:").casefold()


def _header(cells: Sequence[Any]) -> dict[int, str] | None:
    columns: dict[int, str] = {}
    for at, cell in enumerate(cells):
        said = _heading(cell)
        for name, words in COLUMNS.items():
            if said in words and name not in columns.values():
                columns[at] = name
    return columns if all(name in columns.values() for name in NEEDED) else None


def _unread(line: int, cells: Sequence[Any], columns: Mapping[int, str]) -> list[tuple[int, str]]:
    """Return what is to be told of columns that nobody reads."""
    unknown = [_plain(cell)[:40] for at, cell in enumerate(cells) if at not in columns and _plain(cell)]
    return [(line, _("The column “%(word)s” is not read.") % {"word": word}) for word in unknown] if columns else []


def _plain(cell: Any) -> str:
    """Return a cell as text. A formula stays the text it is; nothing is computed.

    Rare characters stay, those that Python's tables do not know yet and those of one's own too: they stand in names.
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFC", str(cell)[: MOST_CELL * 2])
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in DROPPED).strip()


def _said(name: str, cell: Any) -> str:
    """Return what a cell says in a column: a phone in plain digits, with the nought that a number cell has lost."""
    text = _plain(cell)
    if name in {"name_zh", "name_en", "person"}:  # broken to fit its cell
        return " ".join(text.split())
    if name != "phone":
        return text
    text = unicodedata.normalize("NFKC", text)
    lost = isinstance(cell, int | float) and LANDLINE.fullmatch(text) and not text.startswith(NO_AREA)
    return f"0{text}" if lost else text


def _dates(here: Mapping[str, Any]) -> list[str]:
    """Return the columns in which Excel has made a date of what was typed."""
    return [
        _("%(column)s: Excel has made a date of this. Format the column as text and type it again.")
        % {"column": COLUMNS[name][0]}
        for name, cell in here.items()
        if isinstance(cell, date | time | timedelta)
    ]


def _judged(line: int, said: dict[str, str]) -> Row:
    row = Row(line)
    for name, text in said.items():
        if GARBLED.search(text):
            row.problems.append(
                _("%(column)s: the characters are garbled; save the sheet in UTF-8 again.")
                % {"column": COLUMNS[name][0]}
            )
        if len(text) > TEXT_LIMITS.get(name, MOST_CELL):
            row.problems.append(
                _("%(column)s: at most %(count)s characters.")
                % {"column": COLUMNS[name][0], "count": TEXT_LIMITS.get(name, MOST_CELL)}
            )
    if not said.get("name_zh"):
        row.problems.append(_("The name is missing."))
    for name in ("name_zh", "name_en", "summary_zh", "summary_en", "description_zh", "description_en", "minimum_zh"):
        if name in said:
            row.fields[name] = said[name]
    _kind_and_code(row, said)
    for name in ("categories", "coverage", "languages"):
        _terms(row, name, said.get(name, ""))
    _prices(row, said)
    _contact(row, said)
    return row


def _kind_and_code(row: Row, said: dict[str, str]) -> None:
    kind = KINDS.get(said.get("kind", "").casefold() or "company")
    if kind is None:
        row.problems.append(_("Type: 公司 or 个人."))
    row.fields["kind"] = kind or "company"
    code = credit_code.normalised(said.get("credit_code", ""))
    if code and not credit_code.is_valid(code):
        row.problems.append(_("Credit code: the check digit does not fit."))
    if code and kind == "person":
        row.problems.append(_("Credit code: an individual has none. Leave it empty, or write 公司."))
    row.fields["credit_code"] = code or None


def _terms(row: Row, name: str, text: str) -> None:
    keys = []
    for word in filter(None, (part.strip() for part in SPLIT.split(text))):
        for one in [word] if vocabulary.key_of(name, word) else word.split("、"):
            key = vocabulary.key_of(name, one)
            if key is None:
                row.problems.append(
                    _("%(column)s: “%(word)s” is not in the list.") % {"column": COLUMNS[name][0], "word": one[:40]}
                )
            elif key not in keys:
                keys.append(key)
    if name == "categories" and not keys:
        row.problems.append(_("The category is missing."))
    row.fields[name] = keys


def _prices(row: Row, said: dict[str, str]) -> None:
    for name in ("price_from", "price_to"):
        text = (
            unicodedata.normalize("NFKC", said.get(name, ""))
            .replace(",", "")
            .replace("，", "")
            .lstrip("¥￥")
            .removesuffix("元")
        )
        if not text:
            row.fields[f"{name}_fen"] = None
            continue
        try:
            amount = Decimal(text)
        except InvalidOperation:
            amount = Decimal(-1)
        if not amount.is_finite() or not 0 <= amount <= 20_000_000:
            row.problems.append(_("%(column)s: not an amount in yuan.") % {"column": COLUMNS[name][0]})
            continue
        try:
            row.fields[f"{name}_fen"] = fen_of(amount)
        except ValueError:
            row.problems.append(_("%(column)s: at most two decimals.") % {"column": COLUMNS[name][0]})
    low, high = row.fields.get("price_from_fen"), row.fields.get("price_to_fen")
    if high is not None and (low is None or high < low):
        row.problems.append(_("The highest price is not below the lowest."))
    basis = said.get("price_basis", "")
    known = BASES.get(basis, basis if basis in Vendor.Basis.values else None)
    if basis and known is None:
        row.problems.append(
            _("%(column)s: “%(word)s” is not in the list.") % {"column": COLUMNS["price_basis"][0], "word": basis[:40]}
        )
    row.fields["price_basis"] = known or "day"


def _contact(row: Row, said: dict[str, str]) -> None:
    row.contact = {name: said.get(name, "") for name in CONTACT if said.get(name)}
    if row.contact.get("email"):
        try:
            validate_email(row.contact["email"])
        except ValidationError:
            row.problems.append(_("E-mail: not an address."))
    if row.contact and not (row.contact.get("phone") or row.contact.get("email")):
        row.problems.append(_("Give a phone number or an e-mail address."))


def _said_twice(rows: list[Row]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        key = row.fields.get("credit_code") or f"{row.fields.get('name_zh', '')}\n{row.contact.get('phone', '')}"
        if key in seen:
            row.problems.append(_("The same as row %(line)s.") % {"line": seen[key]})
        seen.setdefault(key, row.line)
