"""Paying by real clicks: online and by bank transfer, from the hold to 定档, and through a part refund."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journey import Walker, free_days

WORDS = {
    "zh-hans": {
        "online": "在线支付（测试）", "pay": "测试支付", "received": "已到账", "transfer": "对公转账付款", "refund": "退款，最多",
        "give": "退回这笔款", "back": "¥100", "desk": "财务工作台", "receipt": "收据（PDF）", "ledger": "账目分录",
    },
    "en": {
        "online": "Pay online (test)", "pay": "Pay ¥", "received": "Received", "transfer": "Pay by bank transfer",
        "refund": "Give money back", "give": "Give this money back", "back": "¥100", "desk": "Finance desk",
        "receipt": "Receipt (PDF)", "ledger": "Ledger entries",
    },
}  # fmt: skip


@pytest.fixture
def walker(visit):
    def start(language: str, width: int) -> Walker:
        page, watch = visit(language, width)
        return Walker(page, watch, language)

    return start


def days_are_hers(lin: Walker, turn: int) -> str:
    """Take free days as far as the earnest money; return the booking's path."""
    first, last = free_days(turn)
    path = lin.ask_for(first, last, "lin")
    lin.press(lin.words["accept"])
    lin.press(lin.words["hold"])
    lin.press(lin.words["confirm"])
    return path


@pytest.mark.parametrize(("language", "width", "turn"), [("zh-hans", 390, 3), ("en", 1440, 4)])
def test_online_from_the_hold_to_confirmed_days_and_a_part_back(walker, language, width, turn):
    words, lin = WORDS[language], walker(language, width)
    path = days_are_hers(lin, turn)
    lin.press(words["online"])
    expect(lin.page).to_have_url(re.compile(r"/payments/fake/"))
    lin.press(words["pay"])
    lin.says(words["received"])
    payment = lin.page.url
    expect(lin.page.get_by_role("link", name=words["receipt"])).to_be_visible()
    lin.page.goto(path)
    lin.says(lin.words["firm"])

    fang = walker(language, width)
    fang.page.goto("/accounts/login/")
    fang.page.locator("input[name=login]").fill("fang@demo.example")
    fang.page.locator("input[name=password]").fill("guangying-demo")
    fang.page.locator("main button[type=submit]").first.click()
    fang.page.goto(payment)
    fang.says(words["ledger"])
    fang.link(words["refund"])
    fang.page.locator("input[name=amount]").fill("100")
    fang.page.locator("input[name=reason]").fill("示例")
    fang.press(words["give"])
    lin.page.goto(payment)
    lin.says(words["back"])


def test_by_bank_transfer_recorded_on_the_finance_desk(walker):
    lin = walker("en", 1440)
    path = days_are_hers(lin, 5)
    lin.press(WORDS["en"]["transfer"])
    lin.says("Account number", path.rstrip("/").split("/")[-1])

    fang = walker("en", 1440)
    fang.goto("payments/desk/")
    fang.sign_in("fang")
    fang.says(WORDS["en"]["desk"])
    fang.page.goto(path)
    fang.link("Record transfer: earnest money")
    fang.press("Record this transfer")
    lin.page.goto(path)
    lin.says("Confirmed")
