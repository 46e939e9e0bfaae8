"""Sample vendors of the directory (`files/vendors.json`): all invented, each name says 示例. Wei keeps one himself."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.credit_code import check_digit
from portal.accounts.models import Membership, Organisation, User
from services.directory import actions
from services.directory.models import Check, Credit, Vendor

from . import marks
from .pictures import FILES

if TYPE_CHECKING:
    from media.models import PortalImage

OWN = "云门衣库（示例）"
"""The entry of wei@demo.example."""
KEEPER = "vendors@demo.example"
COMPANY = "示例服务商登记处（示例）"
PHONE = "199 0000 {:04}"
REASONS = {
    "returned": "食品经营许可的照片看不清编号，请重新拍一张，四角都要在。",
    "suspended": "两次没有按报备的航线飞。整改材料通过前不展示。",
}
CHECKED = ("verified", "due", "expired", "suspended")


@transaction.atomic
def load(people: dict[str, User], pictures: dict[str, PortalImage]) -> list[Vendor]:
    """Make the sample vendors, once, through the directory's own steps. Returns those that are there.

    One that was renamed, changed or deleted since stays so.
    """
    rows = json.loads((FILES / "vendors.json").read_text(encoding="utf-8"))
    fresh = not marks.is_loaded("vendors")
    there = []
    for number, row in enumerate(rows):
        vendor = marks.once(
            f"vendor:{row['name_zh']}",
            Vendor,
            find=partial(_known, row, number),
            make=partial(_make, row, number, people, pictures),
        )
        if vendor is None:
            continue
        if vendor.name_zh != row["name_zh"]:
            marks.left.append(vendor.name_zh)
        there.append(vendor)
    if fresh:
        actions.lower_marks()
        marks.mark_loaded("vendors")
    return there


def _known(row: dict[str, Any], number: int) -> Vendor | None:
    """Return the entry loaded before samples had keys: by name, else by its code, which outlives a new name."""
    named = Vendor.objects.filter(name_zh=row["name_zh"]).first()
    if named or row["kind"] != "company":
        return named
    return Vendor.objects.filter(credit_code=_code(number)).first()


def _make(row: dict[str, Any], number: int, people: dict[str, User], pictures: dict[str, PortalImage]) -> Vendor:
    actor, behind = _own(people["wei"]) if row["name_zh"] == OWN else _keeper()
    vendor = _register(row, number, actor, behind)
    _fill(vendor, row, number, actor, pictures)
    _bring_to(vendor, row, number, actor, people["mei"])
    return vendor


def _own(wei: User) -> tuple[User, Organisation]:
    """Return the vendor who signs in himself, and his company."""
    own = marks.always(
        "company:wei",
        Organisation,
        find=Organisation.objects.filter(name=OWN).first,
        make=lambda: Organisation.objects.create(name=OWN, invoice_title=OWN),
    )
    Membership.objects.get_or_create(user=wei, organisation=own, defaults={"role": Membership.Role.OWNER})
    return wei, own


def _keeper() -> tuple[User, Organisation]:
    """Return the person behind all other samples: nobody signs in as them, and no mail goes to them."""
    keeper = User.objects.filter(email=KEEPER).first() or User.objects.create_user(KEEPER, name="示例服务商")
    if keeper.is_active:
        keeper.is_active = False
        keeper.save(update_fields=["is_active"])
    company = marks.always(
        "company:vendors",
        Organisation,
        find=Organisation.objects.filter(name=COMPANY).first,
        make=lambda: Organisation.objects.create(name=COMPANY, invoice_title=COMPANY),
    )
    Membership.objects.get_or_create(user=keeper, organisation=company, defaults={"role": Membership.Role.OWNER})
    keeper.is_active = True  # in memory only, so that the entries below can be made in their name
    return keeper, company


def _code(number: int) -> str:
    first = f"91500118DEMX{number:05}"
    return first + check_digit(first)


def _register(row: dict[str, Any], number: int, actor: User, behind: Organisation) -> Vendor:
    price = row["price"] or (None, None, "project")
    fields = {name: row[name] for name in ("name_zh", "name_en", "kind", "categories", "coverage", "languages")}
    fields |= {name: row[name] for name in ("summary_zh", "summary_en", "description_zh", "description_en", "invoice")}
    return actions.register_vendor(
        actor=actor,
        organisation=behind,
        keep_mine=True,
        is_sample=True,
        credit_code=_code(number) if row["kind"] == "company" else None,
        price_from_fen=price[0],
        price_to_fen=price[1],
        price_basis=price[2],
        minimum_zh=row["minimum"][0],
        minimum_en=row["minimum"][1],
        **fields,
    )


def _fill(vendor: Vendor, row: dict[str, Any], number: int, actor: User, pictures: dict[str, PortalImage]) -> None:
    titles = ("title_zh", "title_en", "year", "role_zh", "role_en")
    works = [Credit(**dict(zip(titles, credit, strict=True))) for credit in row["credits"]]
    if works:
        actions.set_credits(actor=actor, vendor=vendor, rows=works)
    if row["busy"]:
        today = timezone.localdate()
        spans = [(today + timedelta(first), today + timedelta(last)) for first, last in row["busy"]]
        actions.set_busy(actor=actor, vendor=vendor, spans=spans)
    if row["state"] != "draft":
        actions.set_contact(
            actor=actor, vendor=vendor, keep_mine=True, person="示例联系人", phone=PHONE.format(number),
            email=f"vendor-{number}@demo.example", wechat=f"demo-vendor-{number}",
        )  # fmt: skip
    if row["avatar"]:
        actions.set_avatar(actor=actor, vendor=vendor, image=pictures[row["avatar"]])
    for name in row["pictures"]:
        actions.show_picture(actor=actor, vendor=vendor, image=pictures[name], shows_work=False)


def _papers(vendor: Vendor, row: dict[str, Any], number: int, actor: User) -> None:
    """Add the papers; of entries that are to be due or over, the one that ends first."""
    today = timezone.localdate()
    ends = {"due": today + timedelta(days=12 + number % 9), "expired": today - timedelta(days=5)}.get(row["state"])
    later = date(today.year + 1, 6, 30)
    wanted: list[tuple[str, str, date | None, int | None]] = []
    if row["kind"] == "company":
        wanted.append(("business", "营业执照", None, None))
    if row["licence"]:
        wanted.append(("licence", row["licence"], later if row["insured"] else (ends or later), None))
    if row["insured"]:
        wanted.append(("insurance", "公众责任险", ends or later, row["insured"]))
    for kind, title, until, insured in wanted:
        actions.add_paper(
            actor=actor, vendor=vendor, kind=kind, title=title, number=f"示例-{kind[:3].upper()}-{number:04}",
            expires_on=until, insured_fen=insured,
        )  # fmt: skip


def _bring_to(vendor: Vendor, row: dict[str, Any], number: int, actor: User, verifier: User) -> None:
    """Bring an entry to its state by the steps that lead there."""
    if row["state"] == "draft":
        return
    _papers(vendor, row, number, actor)
    actions.submit_vendor(actor=actor, vendor=vendor)
    if row["state"] == "submitted":
        return
    actions.take_vendor(actor=verifier, vendor=vendor)
    if row["state"] == "returned":
        actions.return_vendor(actor=verifier, vendor=vendor, reason=REASONS["returned"])
    if row["state"] not in CHECKED:
        return
    at = timezone.now() - timedelta(days=20 + number * 3 % 90)
    on = timezone.localdate(at)
    if vendor.credit_code:
        actions.record_check(actor=verifier, vendor=vendor, kind=Check.Kind.CREDIT_CODE, passed=True, checked_on=on)
    for paper in vendor.papers.all():
        actions.record_check(
            actor=verifier, vendor=vendor, kind=Check.Kind.PAPER, paper=paper, passed=True, checked_on=on
        )
    bare = not vendor.credit_code and not vendor.papers.exists()
    if number % 3 == 0 or bare:
        actions.record_check(
            actor=verifier,
            vendor=vendor,
            kind=Check.Kind.VISIT,
            passed=True,
            checked_on=on,
            note="见过本人和器材（示例）" if vendor.kind == "person" else "看过库房和台账（示例）",
        )
    actions.verify_vendor(actor=verifier, vendor=vendor, now=at)
    if row["state"] == "suspended":
        actions.suspend_vendor(actor=verifier, vendor=vendor, reason=REASONS["suspended"])
