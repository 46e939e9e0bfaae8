"""The bank's statement: read in every form, tried out first, matched with reasons, undone, the same file twice."""

import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from openpyxl import Workbook

from portal.payments import actions
from portal.payments.bank_files import Credit, Skipped, read
from portal.payments.errors import AlreadyDone, UnreadableStatement
from portal.payments.matching import Matcher, fingerprints, references_in
from portal.payments.models import BankFormat, BankStatement, Payment, Refund, StatementRow
from portal.payments.queries import to_record

from .conftest import fresh, state

HEAD = "交易日期,借方发生额,贷方发生额,对方户名,对方账号,附言,交易流水号"


def sheet(*rows, head=HEAD, encoding="utf-8"):
    return "\r\n".join(["账户明细查询,,,,,,", "账号：5001 0000,,,,,,", head, *rows, ""]).encode(encoding)


def found(data, columns=None):
    return list(read(io.BytesIO(data), columns))


def credit(text="", amount="100.00", day="2026-11-02", payer="甲公司", number="S1"):
    cell = amount if amount.startswith('"') else f'"{amount}"'
    return f"{day},,{cell},{payer},6222,{text},{number}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_csv_is_read_in_every_encoding_that_banks_use(encoding):
    (only,) = found(sheet(credit("B-2026-0001 定金", "1,234.50"), encoding=encoding))
    assert only == Credit(4, date(2026, 11, 2), 123_450, "甲公司", "6222", "", "B-2026-0001 定金", "S1")


@pytest.mark.parametrize(
    "day",
    ["2026-11-02", "2026/11/2", "20261102", "2026年11月2日", "2026-11-02 13:05:00", "20261102130500", "2026.11.02"],
)
def test_dates_are_read_in_every_form(day):
    (only,) = found(sheet(credit(day=day)))
    assert only.on == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("amount", "what"),
    [
        ("-5.00", "negative"), ("1.005", "decimals"), ("=1+1", "formula"), ("abc", "amount"), ("NaN", "amount"),
        ("1e30", "amount"), ("￥1,000.00", 100_000), ("１２３．４５", 12_345), ("8元", 800), ("0.01", 1),
    ],
)  # fmt: skip
def test_amounts_are_exact_or_refused_with_the_reason(amount, what):
    (only,) = found(sheet(credit(amount=f'"{amount}"')))
    assert (only.problem if isinstance(only, Skipped) else only.amount_fen) == what


@pytest.mark.parametrize("day", ["", "昨天", "2026-13-40", "99999"])
def test_a_day_that_cannot_be_read_is_a_problem_of_its_row(day):
    first, second = found(sheet(credit(day=day), credit()))
    assert (first.problem, second.amount_fen) == ("date", 10_000)


def test_money_that_went_out_is_no_credit():
    rows = found(sheet("2026-11-02,50.00,,乙公司,1,付款,S9", credit()))
    assert [type(one) for one in rows] == [Skipped, Credit]
    head = "日期,金额,借贷标志,对方名称,摘要"
    rows = found(sheet("20261102,10.00,借,甲,x", "20261102,11.00,贷,甲,x", head=head))
    assert [getattr(one, "amount_fen", None) for one in rows] == [None, 1100]


def test_a_sheet_of_excel_is_read_with_merged_titles_dates_and_text_numbers():
    book = Workbook()
    page = book.active
    page.append(["交易明细"])
    page.merge_cells("A1:G1")
    page.append(["交易日期", "贷方发生额", "对方户名", "附言", "流水号"])
    page.append([date(2026, 11, 2), 1234.5, "甲公司", "=HYPERLINK(1)", 77.0])
    page.append([46328, "200", "乙公司", None, None])
    page.merge_cells("A5:C5")
    page["A5"] = "合计"
    out = io.BytesIO()
    book.save(out)
    rows = found(out.getvalue())
    assert rows[0].amount_fen == 123_450
    assert rows[0].bank_reference == "77"
    assert rows[1].on == date(2026, 11, 2)
    assert all(not isinstance(one, Credit) for one in rows[2:])


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 nonsense",
        b"\xd0\xcf\x11\xe0 old excel",
        b"\x00\x01\x02\x03",
        "没有表头\n1,2,3".encode(),
        b"a,b\n1,2",
    ],
)
def test_what_is_no_statement_is_refused_with_a_sentence(data):
    with pytest.raises(UnreadableStatement):
        found(data)


def test_a_bank_with_names_of_its_own_is_read_by_its_mapping():
    head = "Buchung,Haben,Name"
    data = "\n".join([head, "2026-11-02,12.00,甲"]).encode()
    with pytest.raises(UnreadableStatement):
        found(data)
    (only,) = found(data, {"date": "buchung", "credit": "Haben", "payer": "Name"})
    assert only.amount_fen == 1200


@pytest.mark.parametrize(
    "memo", ["B-2026-0001", "b20260001", "Ｂ－2026－0001 定金", "付 B 2026 0001", "定金B—2026—0001", "B_2026_0001/x"]
)
def test_a_reference_is_found_however_it_was_typed(memo):
    assert references_in(memo) == ["B-2026-0001"]


def test_longer_numbers_are_no_references():
    assert references_in("62220260001234567 AB20260001") == []


def test_like_rows_are_told_apart_and_the_same_row_is_the_same_in_every_export():
    one = Credit(5, date(2026, 11, 2), 100, "甲", memo="x")
    first = [mark for _c, mark in fingerprints([one, one])]
    second = [mark for _c, mark in fingerprints([Credit(9, date(2026, 11, 2), 100, "甲", memo="x")])]
    assert first[0] == second[0]
    assert first[0] != first[1]


# Import and matching


@pytest.fixture
def bank(db):
    return BankFormat.objects.create(name="示例银行")


def take(fang, bank, data, *, confirm=True, name="流水.csv"):
    statement = actions.import_statement(actor=fang, format=bank, content=data, name=name)
    actions.read_statement(statement.pk)
    if confirm:
        actions.confirm_import(actor=fang, statement=fresh(statement))
        actions.read_statement(statement.pk)
    return fresh(statement)


def own(booking, earnest, memo="", **facts):
    facts = {"amount": f"{earnest.amount_fen / 100:.2f}", "payer": "江雾影业（示例）"} | facts
    return credit(memo or booking.reference, **facts)


def test_a_file_is_tried_out_before_a_row_is_written(fang, bank, booking, earnest):
    statement = take(fang, bank, sheet(own(booking, earnest)), confirm=False)
    assert (statement.state, statement.new_rows, StatementRow.objects.count()) == ("checked", 1, 0)
    assert statement.sample[0]["reference"] == booking.reference
    actions.confirm_import(actor=fang, statement=statement)
    actions.read_statement(statement.pk)
    assert StatementRow.objects.count() == 1
    with pytest.raises(AlreadyDone):
        actions.confirm_import(actor=fang, statement=fresh(statement))


def test_the_same_file_and_the_same_rows_twice_change_nothing(fang, bank, booking, earnest):
    data = sheet(own(booking, earnest), credit("别的", number="S2"))
    first = take(fang, bank, data)
    again = actions.import_statement(actor=fang, format=bank, content=data, name="b.csv")
    assert again.pk == first.pk
    later = take(fang, bank, sheet(own(booking, earnest), credit("新", number="S3")), name="c.csv")
    assert (later.new_rows, later.known_rows, StatementRow.objects.count()) == (1, 1, 3)


def test_a_match_is_proposed_with_its_reasons_and_confirmed(fang, bank, booking, earnest):
    take(fang, bank, sheet(own(booking, earnest)))
    row = StatementRow.objects.get()
    assert (row.state, row.schedule, row.reasons) == ("proposed", earnest, ["reference", "amount", "payer"])
    result = actions.match_rows(actor=fang, rows=[row])
    assert (result.done, result.refused) == (1, ())
    assert (state(booking), fresh(row).state) == ("confirmed", "matched")
    assert fresh(row).payment.bank_reference == "S1"
    with pytest.raises(AlreadyDone):
        actions.match_row(actor=fang, row=row, schedule=earnest)


def test_payer_and_amount_together_are_a_proposal_and_either_alone_is_not(booking, earnest):
    matcher = Matcher.of(to_record())
    day = timezone.localdate()
    both = matcher.propose(Credit(1, day, earnest.amount_fen, "江雾影业(示例)有限公司"))
    assert both.reasons == ("amount", "payer")
    assert matcher.propose(Credit(1, day, earnest.amount_fen, "别人")) is None
    assert matcher.propose(Credit(1, day, 17, "江雾影业（示例）")) is None


def test_what_was_recorded_by_hand_before_is_recognised(fang, bank, booking, earnest):
    payment = actions.record_bank_transfer(
        actor=fang,
        schedule=earnest,
        amount_fen=earnest.amount_fen,
        received_on=timezone.localdate(),
        bank_reference="S1",
    )
    take(fang, bank, sheet(own(booking, earnest)))
    row = StatementRow.objects.get()
    assert (row.state, row.payment, row.reasons) == ("matched", payment, ["recorded"])
    assert Payment.objects.count() == 1


def test_more_than_is_open_is_counted_up_to_that_and_the_rest_goes_back(fang, bank, booking, earnest):
    take(fang, bank, sheet(own(booking, earnest, amount=f"{(earnest.amount_fen + 500) / 100:.2f}")))
    row = StatementRow.objects.get()
    actions.match_row(actor=fang, row=row, schedule=earnest)
    refund = Refund.objects.get()
    assert (refund.amount_fen, refund.applied_fen, refund.bank_number) == (500, 0, "6222")
    assert fresh(earnest).state == "paid"


def test_a_wrong_match_is_undone_with_a_reason_and_waits_again(fang, bank, booking, earnest):
    take(fang, bank, sheet(own(booking, earnest)))
    row = StatementRow.objects.get()
    actions.match_row(actor=fang, row=row, schedule=earnest)
    actions.undo_match(actor=fang, row=fresh(row), reason="别的剧组的钱")
    assert (fresh(row).state, fresh(row).payment, fresh(row).note) == ("waiting", None, "别的剧组的钱")
    assert state(booking) == "awaiting_deposit"
    actions.match_row(actor=fang, row=fresh(row), schedule=fresh(earnest))
    assert state(booking) == "confirmed"


def test_an_unknown_credit_waits_and_can_be_set_aside(fang, bank, booking):
    take(fang, bank, sheet(credit("利息", "3.21")))
    row = StatementRow.objects.get()
    assert row.state == "waiting"
    actions.set_aside(actor=fang, row=row, reason="利息")
    assert fresh(row).state == "ignored"


@pytest.mark.parametrize("who", ["lin", "mei", "gao", "zhao"])
def test_nobody_else_imports_or_matches(who, bank, booking, earnest, fang, request):
    person = request.getfixturevalue(who)
    take(fang, bank, sheet(own(booking, earnest)))
    row = StatementRow.objects.get()
    with pytest.raises(PermissionDenied):
        actions.import_statement(actor=person, format=bank, content=b"x", name="x")
    with pytest.raises(PermissionDenied):
        actions.match_row(actor=person, row=row, schedule=earnest)
    with pytest.raises(PermissionDenied):
        actions.match_rows(actor=person, rows=[row])


def test_a_file_that_cannot_be_read_says_so_and_writes_nothing(fang, bank):
    statement = take(fang, bank, "没有表头\n1,2".encode(), confirm=False)
    assert statement.state == "failed"
    assert "40" in statement.problems[0]["problem"]
    with pytest.raises(UnreadableStatement):
        actions.import_statement(actor=fang, format=bank, content=b" \n", name="leer.csv")


def test_an_import_that_was_killed_goes_on_without_doubling(fang, bank):
    data = sheet(*[credit(f"x{n}", number=f"N{n}") for n in range(2500)])
    statement = take(fang, bank, data)
    assert (statement.new_rows, StatementRow.objects.count()) == (2500, 2500)
    StatementRow.objects.filter(line__gt=1500).delete()
    BankStatement.objects.filter(pk=statement.pk).update(state="reading")
    actions.read_statement(statement.pk)
    assert StatementRow.objects.count() == 2500


CASE = """交易日期,交易金额,借贷标志,对方户名,附言,交易流水号
2026-11-27,35820.00,来账,甲影业,B-2026-0002 定金,Q1
2026-11-27,10.00,贷,乙,b,Q2
2026-11-27,99.00,借,丙,b,Q3
2026-11-27,88.00,贷记,丁,b,Q4
2026-11-27,77.00,CR.,戊,b,Q5
2026-11-27,66.00,冲正,己,b,Q6
"""


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_every_way_a_bank_says_in_and_out_is_read_or_named(delimiter):
    rows = found(CASE.replace(",", delimiter).encode())
    assert [row.amount_fen for row in rows if isinstance(row, Credit)] == [3_582_000, 1000, 8800, 7700]
    left = [(row.line, row.problem) for row in rows if not isinstance(row, Credit)]
    assert left == [(4, ""), (7, "direction")]
    assert len(rows) == 6, "every row is accounted for"


@pytest.mark.parametrize("amount", ["1E5", "1e5", "0x10", "1_000", "NaN", "Infinity"])
def test_what_nobody_writes_as_an_amount_is_none(amount):
    (row,) = found(f"日期,贷方发生额\n2026-11-27,{amount}\n".encode())
    assert row.problem == "amount"


def broken_book(part, content):
    import zipfile

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["日期", "贷方发生额", "摘要"])
    for number in range(50):
        book.active.append(["2026-11-27", f"{number + 1}.00", f"第{number}笔"])
    whole, cut = io.BytesIO(), io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(cut, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, content(data) if name.endswith(part) else data)
    return cut.getvalue()


DAMAGE = {
    "cut XML": broken_book("sheet1.xml", lambda data: data[: len(data) // 2]),
    "no shared strings": broken_book("sharedStrings.xml", lambda data: data[:200] + b"</sst>"),
    "a shared string that is not there": broken_book(
        "sheet1.xml", lambda data: data.replace(b"<v>1</v>", b"<v>99999</v>")
    ),
    "a cell of 200,000 signs": b"\xe6\x97\xa5\xe6\x9c\x9f,credit\n2026-11-27," + b"9" * 200_000,
    "an endless quotation": ("日期,贷方发生额\n" + '"' + "x" * 140_000).encode(),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_file_ends_in_words_and_never_works_for_ever(fang, bank, what):
    statement = take(fang, bank, DAMAGE[what], confirm=False, name="x.xlsx" if "cell" not in what else "x.csv")
    assert statement.state in {"failed", "checked"}
    if statement.state == "failed":
        assert len(statement.problems[0]["problem"]) > 10
    else:
        assert statement.problems or statement.new_rows


def test_a_fault_of_ours_leaves_no_statement_working(fang, bank, monkeypatch):
    statement = actions.import_statement(actor=fang, format=bank, content=CASE.encode(), name="x.csv")
    monkeypatch.setattr("portal.payments.actions.importing._take", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.read_statement(statement.pk)
    assert fresh(statement).state == "failed"


def test_a_row_that_was_left_out_is_taken_by_hand_once(fang, zhao, bank, booking):
    statement = take(fang, bank, CASE.encode())
    assert (statement.rows_read, statement.new_rows, statement.skipped_rows) == (6, 4, 2)
    facts = {"line": 7, "amount_fen": 6600, "booked_on": date(2026, 11, 27), "payer": "己", "memo": "冲正"}
    with pytest.raises(PermissionDenied):
        actions.take_row(actor=zhao, statement=statement, **facts)
    row = actions.take_row(actor=fang, statement=statement, **facts)
    assert (row.state, row.amount_fen) == ("waiting", 6600)
    with pytest.raises(AlreadyDone):
        actions.take_row(actor=fang, statement=fresh(statement), **facts)


def test_the_page_shows_every_row_left_out_with_its_way_in(client, fang, bank, booking):
    statement = take(fang, bank, CASE.encode())
    client.force_login(fang)
    page = client.get(f"/zh-hans/payments/desk/statements/{statement.uuid}/").text
    assert "看不出是收入还是支出" in page
    assert "冲正" in page
    path = f"/zh-hans/payments/desk/statements/{statement.uuid}/rows/7/"
    assert path in page
    bad = client.post(path, {"amount": "1E5", "booked_on": "2026-11-27"})
    assert bad.status_code == 422
    client.post(path, {"amount": "66.00", "booked_on": "2026-11-27", "payer": "己"})
    assert StatementRow.objects.filter(line=7, amount_fen=6600).exists()
    assert client.get(path).status_code == 404
