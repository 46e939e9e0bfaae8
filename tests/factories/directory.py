"""Vendors in any state, made by the steps that lead there; and sheets of them."""

from __future__ import annotations

import io
from datetime import date, timedelta
from itertools import count

from django.utils import timezone
from openpyxl import Workbook

from portal.accounts.credit_code import check_digit
from services.directory import actions
from services.directory.models import Check, Vendor

_numbers = count(1)
TODAY = timezone.localdate
PHONE, MAIL, WECHAT = "023-4980 7711", "atelier@secret.example", "wx7711hidden"
"""What no page, answer or mail to others may hold."""


def make_code(number: int | None = None) -> str:
    first = f"91500118MA5{next(_numbers) if number is None else 500_000 + number:06}"
    return first + check_digit(first)


def draft(actor, organisation, **fields) -> Vendor:
    number = next(_numbers)
    values = {
        "name_zh": f"江边{number}号衣库", "name_en": f"Riverside {number} Wardrobe", "kind": "company", "credit_code": make_code(),
        "categories": ["costume"], "coverage": ["yongchuan"], "languages": ["zh"], "summary_zh": "民国和八十年代的衣服，可改。",
        "summary_en": "Clothes of the republic and the eighties.", "price_from_fen": 5_000, "price_to_fen": 45_000,
        "price_basis": "item_day", "keep_mine": True,
    } | fields  # fmt: skip
    return actions.register_vendor(actor=actor, organisation=organisation, **values)


def complete(actor, vendor, *, insured_until: date | None = None, licence: bool = False) -> Vendor:
    """Add what a check needs."""
    if vendor.kind == "company":
        actions.add_paper(actor=actor, vendor=vendor, kind="business", title="营业执照", number=f"L-{next(_numbers)}")
    if licence:
        actions.add_paper(actor=actor, vendor=vendor, kind="licence", title="许可证", number=f"X-{next(_numbers)}")
    if insured_until:
        actions.add_paper(
            actor=actor, vendor=vendor, kind="insurance", title="公众责任险", number=f"P-{next(_numbers)}",
            expires_on=insured_until, insured_fen=200_000_000,
        )  # fmt: skip
    actions.set_contact(
        actor=actor, vendor=vendor, keep_mine=True, person="联系人", phone=PHONE, email=MAIL, wechat=WECHAT
    )
    return vendor


def submitted(actor, organisation, *, insured_until: date | None = None, licence: bool = False, **fields) -> Vendor:
    vendor = complete(actor, draft(actor, organisation, **fields), insured_until=insured_until, licence=licence)
    return actions.submit_vendor(actor=actor, vendor=vendor)


def check_all(verifier, vendor, on: date | None = None) -> None:
    if vendor.credit_code:
        actions.record_check(actor=verifier, vendor=vendor, kind=Check.Kind.CREDIT_CODE, passed=True, checked_on=on)
    for paper in vendor.papers.all():
        actions.record_check(
            actor=verifier, vendor=vendor, kind=Check.Kind.PAPER, paper=paper, passed=True, checked_on=on
        )


def verified(actor, organisation, verifier, *, days_ago: int = 0, **fields) -> Vendor:
    vendor = submitted(actor, organisation, **fields)
    at = timezone.now() - timedelta(days=days_ago)
    check_all(verifier, vendor, timezone.localdate(at))
    return actions.verify_vendor(actor=verifier, vendor=vendor, now=at)


HEADER = (
    "名称",
    "类目",
    "统一社会信用代码",
    "类型",
    "服务范围",
    "最低价",
    "最高价",
    "计价单位",
    "联系人",
    "电话",
    "邮箱",
)


def sheet(rows, header=HEADER, merge: str = "", name: str = "vendors.xlsx") -> io.BytesIO:
    """Return an XLSX file."""
    book = Workbook(write_only=not merge)
    page = book.create_sheet() if not merge else book.active
    for row in [header, *rows]:
        page.append(list(row))
    if merge:
        page.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = name
    return out
