"""Thirty files in the styles of five banks: every row is a credit, money that went out, or a problem a person sees."""

import io
import random
from datetime import date, timedelta

import pytest
from openpyxl import Workbook

from portal.payments.bank_files import Credit, Skipped, read

BANKS = {
    "two columns, titles above": {
        "above": ["中国示例银行账户明细", "账号：5001 0000 0000 1234", "币种：人民币"],
        "head": [
            "交易日期",
            "交易时间",
            "借方发生额",
            "贷方发生额",
            "余额",
            "对方户名",
            "对方账号",
            "摘要",
            "交易流水号",
        ],
        "day": "%Y-%m-%d",
        "row": lambda r: [r.day, "10:22:31", "" if r.came else r.amount, r.amount if r.came else "", "0.00", *r.tail],
    },
    "one column and a direction": {
        "above": [],
        "head": ["记账日期", "借贷标志", "交易金额", "对方名称", "对方账户", "用途", "凭证号"],
        "day": "%Y%m%d",
        "row": lambda r: [r.day, "贷" if r.came else "借", r.amount, *r.tail],
    },
    "words for the direction": {
        "above": ["查询条件：2026年11月"],
        "head": ["入账日期", "收支方向", "金额", "对方账户名称", "对方账号", "附言", "业务编号"],
        "day": "%Y/%m/%d",
        "row": lambda r: [r.day, "来账" if r.came else "往账", r.amount, *r.tail],
    },
    "income and expense": {
        "above": ["", "对账单"],
        "head": ["日期", "收入金额（元）", "支出金额（元）", "付款人名称", "付款人账号", "备注", "流水号"],
        "day": "%Y年%m月%d日",
        "row": lambda r: [r.day, r.amount if r.came else "0.00", "0.00" if r.came else r.amount, *r.tail],
    },
    "English": {
        "above": ["Account statement"],
        "head": ["Date", "Debit", "Credit", "Payer", "Payer account", "Memo", "Reference"],
        "day": "%Y.%m.%d",
        "row": lambda r: [r.day, "" if r.came else r.amount, r.amount if r.came else "", *r.tail],
    },
}
FORMS = ("csv gbk", "csv utf-8-sig", "tab utf-8", "semicolon gbk", "csv utf-16", "xlsx")


class Row:
    """One row of a made-up statement, as the bank would know it."""

    def __init__(self, dice, number, day_form):
        self.on = date(2026, 11, 1) + timedelta(days=dice.randrange(27))
        self.day = self.on.strftime(day_form)
        self.came = dice.random() < 0.7
        self.fen = dice.randrange(1, 10**9)
        self.broken = dice.random() < 0.05
        self.amount = "见附件" if self.broken else f"{self.fen // 100:,}.{self.fen % 100:02d}"
        self.tail = [f"第{number}公司", f"62220{number}", f"B-2026-{number:04d}", f"S{number}"]


def file_of(form, lines):
    if form == "xlsx":
        book = Workbook()
        for line in lines:
            book.active.append(line)
        made = io.BytesIO()
        book.save(made)
        return made.getvalue()
    kind, encoding = form.split()
    mark = {"csv": ",", "tab": "\t", "semicolon": ";"}[kind]
    text = "\r\n".join(mark.join(f'"{cell}"' if "," in cell else cell for cell in line) for line in lines)
    return text.encode(encoding)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bank", BANKS)
def test_every_row_of_a_banks_file_is_accounted_for(bank, form):
    style, dice = BANKS[bank], random.Random(f"{bank}{form}")
    rows = [Row(dice, number, style["day"]) for number in range(1, 60)]
    lines = [[text] for text in style["above"]] + [style["head"]] + [style["row"](row) for row in rows]
    found = list(read(io.BytesIO(file_of(form, lines))))
    assert len(found) == len(rows), "nothing is left out"
    for row, one in zip(rows, found, strict=True):
        if not row.came:
            assert isinstance(one, Skipped), (bank, form, row.tail, one)
            assert one.problem == ""
        elif row.broken:
            assert isinstance(one, Skipped), (bank, form, row.tail, one)
            assert one.problem == "amount"
        else:
            assert isinstance(one, Credit), (bank, form, row.tail, one)
            assert (one.on, one.amount_fen, one.payer, one.bank_reference) == (
                row.on,
                row.fen,
                row.tail[0],
                row.tail[3],
            )
