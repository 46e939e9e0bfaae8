"""A directory of any size on a scratch database, and what its pages cost."""

from __future__ import annotations

import io
import time
from dataclasses import asdict
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from portal.accounts.credit_code import check_digit
from portal.accounts.models import User
from portal.core.page_costs import page_cost

from . import actions, vocabulary
from .models import Check, Credit, ImportRun, Paper, Vendor, VendorContact

CHUNK = 500
PLACES = ("江湾", "云门", "石板", "渝西", "松溉", "茶山", "半坡", "转盘", "码头", "青瓦")


def make_vendors(count: int, verifier: User, *, first: int = 0) -> None:
    """Make verified vendors with papers, checks, works and contact data. Writes past the actions: for a scratch database only."""
    for begin in range(first, first + count, CHUNK):
        with transaction.atomic():
            numbers = range(begin, min(begin + CHUNK, first + count))
            made = Vendor.objects.bulk_create([_vendor(number) for number in numbers])
            _belongings(made, verifier)


def _vendor(number: int) -> Vendor:
    trades, districts = list(vocabulary.CATEGORIES), list(vocabulary.DISTRICT)
    trade = trades[number % len(trades)]
    code = f"91500118MA6{number:06}"
    price = 5_000 * (1 + number % 300)
    today = timezone.localdate()
    return Vendor(
        slug=f"bench-{number}", name_zh=f"{PLACES[number % 10]}{vocabulary.CATEGORY[trade].zh}{number}", name_en=f"Bench vendor {number}",
        kind=("company", "person")[number % 5 == 0], credit_code=code + check_digit(code), categories=[trade],
        coverage=[districts[number % len(districts)], districts[(number + 7) % len(districts)]], languages=["zh"],
        summary_zh=f"第 {number} 家，器材齐，随叫随到。", summary_en=f"Vendor number {number}, near the river.", price_from_fen=price,
        price_to_fen=price * 3, state=("verified", "verified", "verified", "due")[number % 4], last_verified_on=today, confirmed_on=today,
        submitted_at=timezone.now(),
    )  # fmt: skip


def _belongings(vendors: list[Vendor], verifier: User) -> None:
    today = timezone.localdate()
    later = today.replace(year=today.year + 1, day=1)
    papers = Paper.objects.bulk_create(
        [Paper(vendor=one, kind="insurance", title="公众责任险", number=f"P-{one.pk}", expires_on=later) for one in vendors]
    )  # fmt: skip
    common = {"passed": True, "checked_on": today, "valid_until": later, "checked_by": verifier}
    Check.objects.bulk_create([Check(vendor=one, kind="credit_code", **common) for one in vendors])
    Check.objects.bulk_create([Check(vendor=one.vendor, kind="paper", paper=one, **common) for one in papers])
    Credit.objects.bulk_create(
        [Credit(vendor=one, title_zh=f"片{one.pk}", year=2020 + n) for one in vendors for n in range(3)]
    )
    VendorContact.objects.bulk_create(
        [VendorContact(vendor=one, person="联系人", email=f"v{one.pk}@mail.example") for one in vendors]
    )


def index() -> None:
    """Bring the search up to date."""
    call_command("rebuild_search", kind="vendor", stdout=io.StringIO())


def addresses() -> dict[str, str]:
    """Return the pages that are measured, by name."""
    public = reverse("directory:list")
    return {
        "list": public,
        "second page": f"{public}?page=2",
        "heading": f"{public}?heading=places",
        "words": f"{public}?q=器材",
        "filters": f"{public}?mark=verified&invoice=general&kind=company",
        "vendor": reverse("directory:detail", args=["bench-1"]),
        "API": "/api/v1/vendors?facets=1&limit=24",
        "verifiers' list": reverse("vendor_records:index"),
        "review": reverse("directory:review", args=["bench-1"]),
    }


STAFF = {"verifiers' list", "review"}


def measure(verifier: User) -> list[dict[str, Any]]:
    """Return what each page costs, with its name."""
    out = []
    for name, url in addresses().items():
        client = Client(HTTP_HOST="localhost")
        if name in STAFF:
            client.force_login(verifier)
        out.append({"page": name, **asdict(page_cost(client, url))})
    return out


def verifier() -> User:
    """Return a verifier of the scratch database."""
    made = User.objects.create_user("bench@bench.example", None, name="Bench")
    made.is_superuser = made.is_staff = True
    made.save()
    return made


def sheet(rows: int) -> io.BytesIO:
    """Return a sheet of that many companies."""
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append(["名称", "类目", "统一社会信用代码", "服务范围", "最低价", "联系人", "电话"])
    trades = list(vocabulary.CATEGORY.values())
    for number in range(rows):
        code = f"91500118MA7{number:06}"
        page.append(
            [f"名录第{number}家", trades[number % len(trades)].zh, code + check_digit(code), "永川区", 100 + number, "联系人", f"139{number:08}"]
        )  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def bring_in(rows: int, verifier: User) -> dict[str, Any]:
    """Read a sheet for trial and take it over, piece by piece as the worker does; return seconds of each."""
    file = sheet(rows)
    begin = time.perf_counter()
    run = actions.start_import(actor=verifier, file=file, name="bench.xlsx")
    read = time.perf_counter()
    longest = _work_off(run)
    tried = time.perf_counter()
    actions.apply_import(actor=verifier, run=run)
    longest = max(longest, _work_off(run))
    applied = time.perf_counter()
    run.refresh_from_db()
    return {
        "rows": rows, "read_s": round(read - begin, 2), "trial_s": round(tried - read, 2), "take_over_s": round(applied - tried, 2),
        "longest_piece_s": round(longest, 2), "new": run.new, "wrong": run.wrong,
    }  # fmt: skip


def _work_off(run: ImportRun) -> float:
    longest = 0.0
    while True:
        run.refresh_from_db()
        begin = time.perf_counter()
        more = actions.import_piece(run_id=run.pk, begin=run.done)
        longest = max(longest, time.perf_counter() - begin)
        if not more:
            return longest
