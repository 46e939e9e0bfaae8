"""Sheets: read for trial first, taken over in pieces that are done once; every cell is text; what is wrong is named by row."""

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from services.directory import actions, sheets
from services.directory.errors import AlreadyImported, UnreadableSheet, WrongState
from services.directory.models import ImportRun, Vendor, VendorContact
from tests.factories.directory import make_code, sheet

GOOD = (
    "江津道具库",
    "道具、服装",
    "",
    "公司",
    "永川区,江津",
    "¥1,200",
    "3,000元",
    "天",
    "老林",
    "138 0000 0001",
    "a@b.example",
)


def good(number, **changes):
    row = dict(
        zip(("name", "what", "code", "kind", "where", "low", "high", "per", "who", "phone", "mail"), GOOD, strict=True)
    )
    row |= {"name": f"渝西{number}号仓库", "code": make_code(), "phone": f"1390000{number:04}"} | changes
    return tuple(row.values())


def tried(mei, file, work, name="vendors.xlsx"):
    run = actions.start_import(actor=mei, file=file, name=name)
    work()
    run.refresh_from_db()
    return run


def applied(mei, run, work):
    actions.apply_import(actor=mei, run=run)
    work()
    run.refresh_from_db()
    return run


def counts(run):
    return {"new": run.new, "changed": run.changed, "same": run.same, "wrong": run.wrong}


def said(run):
    return dict(run.problems)


def test_a_trial_writes_nothing_and_taking_over_does(mei, work):
    run = tried(mei, sheet([good(1), good(2)]), work)
    assert (run.state, counts(run)) == ("tried", {"new": 2, "changed": 0, "same": 0, "wrong": 0})
    assert not Vendor.objects.exists()
    applied(mei, run, work)
    made = Vendor.objects.get(name_zh="渝西1号仓库")
    assert (made.state, made.organisation) == ("submitted", None)
    assert (made.categories, made.coverage) == (["props", "costume"], ["yongchuan", "jiangjin"])
    assert (made.price_from_fen, made.price_to_fen, made.price_basis) == (120_000, 300_000, "day")
    assert VendorContact.objects.get(vendor=made).phone_digits == "13900000001"


def test_the_same_sheet_again_changes_nothing(mei, work):
    rows = [good(number) for number in range(5)]
    applied(mei, tried(mei, sheet(rows), work), work)
    before = list(Vendor.objects.order_by("pk").values())
    run = applied(mei, tried(mei, sheet(rows), work), work)
    assert counts(run) == {"new": 0, "changed": 0, "same": 5, "wrong": 0}
    assert list(Vendor.objects.order_by("pk").values()) == before


def test_a_changed_row_changes_its_entry_and_no_other(mei, work):
    rows = [good(1), good(2)]
    applied(mei, tried(mei, sheet(rows), work), work)
    run = applied(mei, tried(mei, sheet([(*rows[0][:5], "1500", *rows[0][6:]), rows[1]]), work), work)
    assert counts(run) == {"new": 0, "changed": 1, "same": 1, "wrong": 0}
    assert Vendor.objects.get(credit_code=rows[0][2]).price_from_fen == 150_000


def test_an_entry_its_company_keeps_is_not_changed_by_a_sheet(mei, vendor, work):
    run = applied(mei, tried(mei, sheet([good(1, name="改了名字", code=vendor.credit_code)]), work), work)
    assert counts(run) == {"new": 0, "changed": 0, "same": 1, "wrong": 0}
    vendor.refresh_from_db()
    assert vendor.name_zh == "云门衣库"


def test_cells_that_begin_with_a_sign_stay_the_text_they_are(mei, work):
    names = [
        "=1+1",
        '=HYPERLINK("http://evil.example","x")',
        "+86号仓",
        "-减号工坊",
        "@cmd|' /C calc'!A0",
        "=cmd|'/c calc'!A1",
    ]
    rows = [good(number, name=name) for number, name in enumerate(names)]
    run = applied(mei, tried(mei, sheet(rows), work), work)
    assert run.wrong == 0
    assert set(Vendor.objects.values_list("name_zh", flat=True)) == set(names)


def test_merged_cells_are_named_and_the_others_are_not_held_up(mei, work):
    run = tried(mei, sheet([good(1), good(2), good(3)], merge="A3:A4"), work)
    assert counts(run) == {"new": 1, "changed": 0, "same": 0, "wrong": 2}
    assert set(said(run)) == {3, 4}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", ""), ("name", "长" * 61), ("name", "æ±Ÿæ´¥é�“å…·"), ("name", "锟斤拷道具"), ("what", "魔术"), ("what", ""), ("code", "91500118MA5TEST0X1"),
        ("kind", "合伙"), ("where", "火星"), ("low", "面议吧"), ("low", "-5"), ("low", "1e12"), ("high", "1"), ("per", "年"), ("mail", "不是地址"),
        ("low", "NaN"), ("low", "Infinity"),
    ],
)  # fmt: skip
def test_a_row_with_a_mistake_is_named_and_left_out(mei, work, column, value):
    run = tried(mei, sheet([good(1), good(2, **{column: value})]), work)
    assert counts(run) == {"new": 1, "changed": 0, "same": 0, "wrong": 1}
    assert set(said(run)) == {3}


def test_the_same_company_twice_in_a_sheet_is_taken_once(mei, work):
    row = good(1)
    run = applied(mei, tried(mei, sheet([row, row]), work), work)
    assert counts(run) == {"new": 1, "changed": 0, "same": 0, "wrong": 1}
    assert Vendor.objects.count() == 1


def test_headings_may_stand_below_a_title_and_in_other_words(mei, work):
    book = Workbook()
    page = book.active
    for row in (["渝西服务商名录"], [], ["公司名称*", "类别", "联系电话"], ["大足灯光", "灯光器材", "023-111222"]):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    assert counts(tried(mei, out, work))["new"] == 1


def test_numbers_typed_as_numbers_are_read(mei, work):
    run = applied(mei, tried(mei, sheet([good(1, low=1200, high=3000.0, phone=13812345678)]), work), work)
    assert run.new == 1
    assert VendorContact.objects.get().phone_digits == "13812345678"


def zip_of(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return out.getvalue()


UNREADABLE = {
    "empty": b"",
    "text": b"hello",
    "gbk csv": "名称,类目\n道具,道具".encode("gbk"),
    "utf-16 csv": "名称,类目\n道具,道具".encode("utf-16"),
    "picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 300,
    "old xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "zip of nothing": zip_of(),
    "zip of text": zip_of(**{"readme.txt": "x"}),
    "half a sheet": sheet([good(9)]).getvalue()[:900],
}


WITHOUT_HEADINGS = {
    "no headings": sheet([("a", "b")], header=("x", "y")).getvalue(),
    "headings only far down": sheet([("",)] * 30 + [("名称", "类目")], header=("",)).getvalue(),
}


@pytest.mark.parametrize("what", WITHOUT_HEADINGS)
def test_a_sheet_without_headings_says_so_once_it_was_read(mei, work, what):
    run = tried(mei, io.BytesIO(WITHOUT_HEADINGS[what]), work)
    assert (run.state, counts(run)) == ("failed", {"new": 0, "changed": 0, "same": 0, "wrong": 0})
    assert "名称" in run.problems[0][1]


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_is_no_sheet_is_refused_beside_the_field(client, mei, what):
    client.force_login(mei)
    file = SimpleUploadedFile("x.xlsx", UNREADABLE[what])
    answer = client.post(reverse("directory:imports"), {"file": file})
    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert not ImportRun.objects.exists()


def test_a_bomb_of_a_sheet_is_refused_at_the_door(mei):
    bomb = zip_of(**{"[Content_Types].xml": "x", "xl/worksheets/sheet1.xml": " " * 300_000_000})
    with pytest.raises(UnreadableSheet):
        sheets.check(io.BytesIO(bomb), "x.xlsx")


def test_more_rows_than_twenty_thousand_are_refused(mei, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 10)
    assert len(sheets.read(sheet([good(number) for number in range(10)])).rows) == 10
    with pytest.raises(UnreadableSheet):
        sheets.read(sheet([good(number) for number in range(11)]))


def test_a_piece_is_done_once_even_when_its_task_runs_twice(mei, monkeypatch, work):
    monkeypatch.setattr("services.directory.actions.importing.PIECE", 2)
    run = tried(mei, sheet([good(number) for number in range(5)]), work)
    actions.apply_import(actor=mei, run=run)
    assert actions.import_piece(run_id=run.pk, begin=0) is True
    assert actions.import_piece(run_id=run.pk, begin=0) is False
    assert Vendor.objects.count() == 2
    work()
    run.refresh_from_db()
    assert (run.state, run.done, run.new) == ("applied", 5, 5)
    assert actions.import_piece(run_id=run.pk, begin=5) is False
    with pytest.raises(WrongState):
        actions.apply_import(actor=mei, run=run)


def test_a_sheet_is_worked_on_once_at_a_time(mei):
    file = sheet([good(1)])
    actions.start_import(actor=mei, file=file, name="a.xlsx")
    file.seek(0)
    with pytest.raises(AlreadyImported):
        actions.start_import(actor=mei, file=file, name="b.xlsx")


@pytest.mark.parametrize("who", ["wei", "gao", "lin"])
def test_nobody_but_the_verifier_brings_sheets_in(who, request):
    actor = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.start_import(actor=actor, file=sheet([good(1)]), name="a.xlsx")


def test_the_page_tells_how_far_it_is_and_what_is_wrong(client, mei, work):
    client.force_login(mei)
    file = SimpleUploadedFile("名录.xlsx", sheet([good(1), good(2, what="魔术")]).getvalue())
    answer = client.post(reverse("directory:imports"), {"file": file})
    page = answer.headers["Location"]
    assert "hx-trigger" in client.get(page).text
    work()
    text = client.get(page).text
    assert "hx-trigger" not in text
    assert "魔术" in text
    client.post(page)
    work()
    assert Vendor.objects.count() == 1
    assert client.get(page, headers={"HX-Request": "true"}).text.lstrip().startswith("<div")
