"""Sheets as offices write them: merged cells, rare characters, dates, lost noughts, headings with remarks; and hostile ones."""

import contextlib
import io
import time
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse

from services.directory import actions, sheets
from services.directory.errors import UnreadableSheet
from services.directory.models import ImportRun, Vendor, VendorContact
from tests.factories.directory import draft, make_code, sheet

from .test_importing import good

CASES = Path(__file__).parent / "sheets"


def read(name):
    with (CASES / name).open("rb") as file:
        return sheets.read(file)


def rewritten(old, new):
    """The plain sheet of the cases with its sheet's XML changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(CASES / "merged_plain.xlsx") as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            made.writestr(entry, data.replace(old, new) if entry.filename == "xl/worksheets/sheet1.xml" else data)
    out.seek(0)
    return out


@pytest.mark.parametrize("name", ["merged_plain", "merged_prefixed", "merged_hyperlinks"])
def test_merged_cells_are_seen_however_the_sheet_is_written(name):
    wrong = [row.line for row in read(f"{name}.xlsx").rows if row.problems]
    assert wrong[:2] == [2, 3], "M2:M3 is merged"


def test_merged_cells_of_another_tab_do_not_matter():
    """The first tab is `sheet2.xml`: its own rows are clean or merged by what stands in it."""
    found = read("tab_order.xlsx")
    with zipfile.ZipFile(CASES / "tab_order.xlsx") as packed:
        merged = b"mergeCell " in packed.read("xl/worksheets/sheet2.xml")
    assert any("合并" in " ".join(row.problems) for row in found.rows) is merged


def told(row):
    return " ".join(row.problems)


def test_a_landline_gets_its_nought_back_and_a_full_width_phone_is_a_phone():
    rows = {row.line: row for row in read("values.xlsx").rows}
    assert rows[2].contact["phone"] == "02349898888"
    phone = rows[8].contact["phone"]
    assert phone.isascii(), "so that the same number is seen elsewhere"


def test_what_excel_made_a_date_of_is_named():
    assert "日期" in told({row.line: row for row in read("values.xlsx").rows}[3])


def test_rare_characters_stay_in_names():
    names = "".join(row.fields["name_zh"] for row in read("values.xlsx").rows)
    assert [sign for sign in ("\U00031350", "\U0002ebf0", "\ue863") if sign not in names] == []


def test_french_is_not_garbled_and_a_third_decimal_is_named():
    rows = {row.line: row for row in read("values.xlsx").rows}
    assert "乱码" not in told(rows[7])
    assert "小数" in told(rows[14])


@pytest.mark.parametrize("name", ["headers.xlsx", "headers2.xlsx"])
def test_headings_with_remarks_in_brackets_are_read(name):
    found = read(name)
    assert found.rows
    assert all(row.fields["categories"] for row in found.rows)
    assert any(row.contact.get("phone") for row in found.rows)


def test_a_column_that_nobody_reads_is_said_to_be(mei, work):
    run = actions.start_import(
        actor=mei, file=sheet([("道具库", "道具", "x")], header=("名称", "类目", "注册资本")), name="a.xlsx"
    )
    work()
    run.refresh_from_db()
    assert run.state == "tried"
    assert [words for line, words in run.problems if line == 1 and "注册资本" in words]


def test_an_individual_with_a_companys_code_is_named():
    code = next(row.fields["credit_code"] for row in sheets.read(sheet([good(1)])).rows)
    rows = sheets.read(sheet([("老林", "道具", code, "个人")], header=("名称", "类目", "信用代码", "类型"))).rows
    assert "个人" in told(rows[0])


HOSTILE = {
    "ranges over everything": b"".join(b'<mergeCell ref="A1:XFD1048576"/>' for _one in range(4000)),
    "ranges without an end": b"<mergeCell " * 5000,
    "a row of five thousand digits": b'<mergeCell ref="A' + b"9" * 5000 + b":B" + b"9" * 5000 + b'"/>',
    "far too many ranges": b"".join(b'<mergeCell ref="A%d:B%d"/>' % (n, n) for n in range(1, 30_000)),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_ranges_cost_what_an_ordinary_sheet_costs(what):
    """24 kB of ranges held a thread for 35 s, 5 kB for 6 s, and a long number was an error of ours."""
    ordinary = cost(lambda: sheets.read(sheet(ordinary_rows())))
    file = rewritten(b"</mergeCells>", HOSTILE[what] + b"</mergeCells>")

    def hostile():
        with contextlib.suppress(UnreadableSheet):
            sheets.read(file)

    assert cost(hostile) < 5 * ordinary


def ordinary_rows():
    return [good(number) for number in range(1500)]


def cost(do):
    begin = time.process_time()
    do()
    return time.process_time() - begin


@pytest.mark.parametrize("row", [b"9" * 5000, b"99999999999", b"1048577000", b"-5", b"1e9"])
def test_a_row_that_says_it_is_far_down_is_refused(row):
    file = rewritten(b'<row r="3"', b'<row r="' + row + b'"')
    begin = time.process_time()
    with contextlib.suppress(UnreadableSheet):
        sheets.read(file)
    assert time.process_time() - begin < 10


def test_a_sheet_is_read_in_the_background_and_says_there_why_it_cannot(client, mei, work):
    run = actions.start_import(actor=mei, file=sheet([("a", "b")], header=("x", "y")), name="a.xlsx")
    assert (run.state, run.total) == ("trying", 0)
    work()
    run.refresh_from_db()
    assert run.state == "failed"
    assert "名称" in run.problems[0][1]
    client.force_login(mei)
    text = client.get(reverse("directory:import", args=[run.pk])).text
    assert run.problems[0][1] in text.replace("&quot;", '"')
    assert "hx-trigger" not in text
    actions.read_sheet(run_id=run.pk)
    assert ImportRun.objects.get().state == "failed"


def test_a_person_keeps_no_code_of_the_company_that_filled_the_form(client, wei, company_w):
    client.force_login(wei)
    data = {"kind": "person", "name_zh": "魏师傅", "credit_code": make_code(), "categories": "costume"}
    assert client.post(reverse("directory:register"), data).status_code == 302
    made = Vendor.objects.get(name_zh="魏师傅")
    assert (made.kind, made.credit_code) == ("person", None)
    company = draft(wei, company_w)
    actions.change_vendor(actor=wei, vendor=company, kind="person")
    company.refresh_from_db()
    assert company.credit_code is None


def test_a_draft_is_not_the_verifiers_to_see(client, wei, company_w, mei, django_user_model):
    made = draft(wei, company_w, name_zh="还在写的一家")
    boss = django_user_model.objects.create_superuser("boss@lot.example", "guangying-demo", name="值班")
    for person in (mei, boss):
        client.force_login(person)
        assert client.get(reverse("directory:review", args=[made.slug])).status_code == 404
        assert client.post(reverse("directory:contact", args=[made.slug]), {"why": "x"}).status_code == 404
        assert "还在写的一家" not in client.get(reverse("vendor_records:index")).text
        assert client.get(reverse("vendor_records:edit", args=[made.pk])).status_code in {302, 404}
    assert not VendorContact.objects.filter(vendor=made).exists()
