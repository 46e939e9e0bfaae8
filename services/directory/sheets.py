"""Reading sheets of vendors: XLSX from any office, columns by their usual names, every cell as plain text."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from portal.accounts import credit_code
from portal.core.uploads.papers import check_paper

from . import vocabulary
from .errors import UnreadableSheet
from .models import Vendor

HEADER_WITHIN: Final = 20
MOST_ROWS: Final = 20_000
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
GARBLED: Final = re.compile(r"\ufffd|锟斤拷|烫烫烫|屯屯屯|Ã[\x80-\xbf]|[äåæçèé][\x80-\xbf\u2018-\u201d]")
MERGED: Final = re.compile(rb'<mergeCell [^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
SPLIT: Final = re.compile(r"[,，;；/|\n]+")
CONTACT: Final = ("person", "phone", "email", "wechat")


@dataclass(slots=True)
class Row:
    """One row of a sheet: what it says, or what is wrong with it."""

    line: int
    fields: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read(file: BinaryIO, name: str) -> list[Row]:
    """Return the rows of a sheet, each judged by itself. Raises `UnreadableSheet` where there is nothing to judge."""
    try:
        check_paper(file, name if name.lower().endswith(".xlsx") else f"{name}.xlsx")
    except ValidationError as exc:
        raise UnreadableSheet(
            _("This is no readable XLSX file. %(why)s") % {"why": " ".join(exc.messages)}, field="file"
        ) from exc
    merged = _merged_lines(file)
    rows: list[Row] = []
    columns: dict[int, str] | None = None
    for line, cells in _lines(file):
        if columns is None:
            columns = _header(cells)
            if columns is None and line >= HEADER_WITHIN:
                break
            continue
        if not any(_plain(cell) for cell in cells):
            continue
        if len(rows) >= MOST_ROWS:
            raise UnreadableSheet(_("A sheet has at most %(count)s rows.") % {"count": MOST_ROWS}, field="file")
        row = _judged(line, {columns[at]: _plain(cell) for at, cell in enumerate(cells) if at in columns})
        if line in merged:
            row.problems.append(_("Cells are merged here: split them and fill in each."))
        rows.append(row)
    if columns is None:
        raise UnreadableSheet(
            _("No header row with “名称” and “类目” was found in the first %(count)s rows.") % {"count": HEADER_WITHIN},
            field="file",
        )
    _said_twice(rows)
    return rows


def _lines(file: BinaryIO) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield the lines of the first sheet. Raises `UnreadableSheet` for a broken one, at any line."""
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=False)
        if not book.worksheets:
            raise UnreadableSheet(_("This file has no sheet."), field="file")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from enumerate(sheet.iter_rows(values_only=True, max_col=60), start=1)
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        OSError,
        SyntaxError,
        IndexError,
        AttributeError,
        TypeError,
    ) as exc:
        raise UnreadableSheet(_("This is no readable XLSX file."), field="file") from exc


def _merged_lines(file: BinaryIO) -> set[int]:
    """Return the lines of the first sheet that merged cells touch."""
    file.seek(0)
    found: set[int] = set()
    try:
        with zipfile.ZipFile(file) as packed:
            names = sorted(one for one in packed.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", one))
            tail = packed.read(names[0])[-200_000:] if names else b""
    except (zipfile.BadZipFile, OSError, ValueError) as exc:
        raise UnreadableSheet(_("This is no readable XLSX file."), field="file") from exc
    for _first, top, _last, bottom in MERGED.findall(tail):
        found.update(range(int(top), min(int(bottom), int(top) + MOST_ROWS) + 1))
    return found


def _header(cells: Sequence[Any]) -> dict[int, str] | None:
    columns: dict[int, str] = {}
    for at, cell in enumerate(cells):
        said = _plain(cell).strip("*＊ ").casefold()
        for name, words in COLUMNS.items():
            if said in words and name not in columns.values():
                columns[at] = name
    return columns if all(name in columns.values() for name in NEEDED) else None


def _plain(cell: Any) -> str:
    """Return a cell as text. A formula stays the text it is; nothing is computed."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFC", str(cell)[: MOST_CELL * 2])
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one)[0] != "C").strip()


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
        text = said.get(name, "").replace(",", "").replace("，", "").lstrip("¥￥").removesuffix("元")
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
        row.fields[f"{name}_fen"] = int(amount * 100)
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
