"""A producer walks from 竹海 to confirmed days, by real clicks and keys; two other companies want the same days."""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BASE_URL, Watch

PASSWORD = "guangying-demo"
LENGTH = 5
WORDS = {
    "zh-hans": {
        "search": "搜索", "place": "茶山竹海", "stages": "影棚", "led": "1号棚 LED 虚拟拍摄棚", "choose": "选日期，看价格",
        "later": "后六周", "ask": "为这些日期出报价", "sign_in": "登录", "accept": "接受报价", "hold": "预留这些日期", "hold_first": "先预留",
        "confirm": "确认，定金", "rank": "第 2", "behind": "排在定档之后", "taken": "已被占用", "bank": "对公汇款",
        "record": "登记到账", "recorded": "登记这笔到账", "firm": "定档",
    },
    "en": {
        "search": "Search", "place": "Chashan Bamboo Sea", "stages": "Stages", "led": "Stage 1 LED volume",
        "choose": "Choose days and see the price", "later": "Later", "ask": "Get the quotation for these days",
        "sign_in": "Sign in", "accept": "Accept the quotation", "hold": "Hold these days", "hold_first": "accept later", "confirm": "Confirm, ",
        "rank": "No. 2", "behind": "behind a firm booking", "taken": "taken", "bank": "By bank transfer",
        "record": "Record transfer", "recorded": "Record this transfer", "firm": "Confirmed",
    },
}  # fmt: skip
WALKS = [pytest.param("zh-hans", 390, 0, id="zh-390"), pytest.param("en", 1440, 1, id="en-1440")]


@dataclass
class Walker:
    """A person at a browser: where she is, in which language, and what her browser complains about."""

    page: Page
    watch: Watch
    language: str

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    def goto(self, path: str) -> None:
        self.page.goto(f"/{self.language}/{path}")

    def link(self, name: str, inside: str = "main") -> None:
        self.page.locator(inside).get_by_role("link", name=name).first.click()
        self.settle()

    def press(self, name: str) -> None:
        self.page.locator("main").get_by_role("button", name=name).first.click()
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_load_state("load")
        self.watch.not_sideways(self.page)

    def sign_in(self, who: str) -> None:
        self.page.locator("input[name=login]").fill(f"{who}@demo.example")
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.press(self.words["sign_in"])

    def days_by_keyboard(self, first: date, last: date) -> None:
        """Choose the days with Enter alone, going on by six weeks until they are shown."""
        for day in (first, last):
            cell = self.page.locator(f'a.pick__day[href*="last={day.isoformat()}"]')
            for _ in range(10):
                if cell.count():
                    break
                later = self.page.get_by_role("link", name=self.words["later"])
                later.focus()
                with self.page.expect_navigation():
                    self.page.keyboard.press("Enter")
            cell.first.focus()
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")
            self.settle()
        expect(self.page.locator("input[name=start]")).to_have_value(first.isoformat())
        expect(self.page.locator("input[name=last]")).to_have_value(last.isoformat())
        expect(self.page.locator(".dayrows tbody tr")).to_have_count(LENGTH)

    def says(self, *words: str) -> None:
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one)

    def ask_for(self, first: date, last: date, who: str) -> str:
        """Ask for the days, signing in on the way; the choice survives. Returns the booking's path."""
        self.goto(f"bookings/new/led-1/?start={first.isoformat()}&last={last.isoformat()}")
        self.press(self.words["ask"])
        self.sign_in(who)
        expect(self.page.locator("input[name=start]")).to_have_value(first.isoformat())
        self.press(self.words["ask"])
        self.page.wait_for_url(re.compile(r"/bookings/[A-Z0-9-]+/$"))
        return self.page.url


def free_days(turn: int) -> tuple[date, date]:
    """Return the first and last of five days free of bookings and holds, others for each turn."""
    today = date.today()  # noqa: DTZ011 - the tests run beside the server
    start = today + timedelta(days=60)
    query = f"days={LENGTH}&from={start.isoformat()}&to={(start + timedelta(days=280)).isoformat()}"
    items = fetch(f"/api/v1/stages/free?{query}&kind=led_volume")["items"]
    stage = next(item for item in items if item["stage"]["slug"] == "led-1")
    spans = []
    for window in stage["windows"]:
        begin, end = (date.fromisoformat(window[key]) for key in ("start", "end"))
        calendar = fetch(f"/api/v1/resources/{stage['stage']['resource']}/calendar?from={begin}&to={end}")["days"]
        good = [date.fromisoformat(day["date"]) for day in calendar if day["free"] and not day["held"]]
        run: list[date] = []
        for day in good:
            run = [*run, day] if run and day - run[-1] == timedelta(days=1) else [day]
            if len(run) == LENGTH + 2:  # a day of air on both sides
                spans.append((run[1], run[LENGTH]))
                run = []
    assert len(spans) > turn, "the demo content leaves too few free days on the LED stage"
    return spans[turn]


def fetch(path: str) -> dict:
    with urllib.request.urlopen(f"{BASE_URL}{path}", timeout=20) as answer:  # noqa: S310 - our own server
        return json.load(answer)


@pytest.fixture
def walker(visit):
    def start(language: str, width: int) -> Walker:
        page, watch = visit(language, width)
        return Walker(page, watch, language)

    return start


@pytest.mark.parametrize(("language", "width", "turn"), WALKS)
def test_from_a_search_to_confirmed_days_while_two_others_want_them(walker, language, width, turn):
    words, (first, last) = WORDS[language], free_days(turn)

    lin = walker(language, width)
    lin.page.goto("/")
    expect(lin.page).to_have_url(re.compile(f"/{language}/$"))
    box = lin.page.locator("main input[name=q]").first
    box.click()
    box.fill("竹海")
    lin.press(words["search"])
    lin.link(words["place"])
    expect(lin.page.locator("h1")).to_contain_text(words["place"])
    lin.link(words["stages"], "header nav")
    lin.link(words["led"])
    lin.link(words["choose"])
    lin.days_by_keyboard(first, last)
    price = lin.page.locator(".pickside tfoot td").inner_text()
    assert re.fullmatch(r"¥[\d,]+", price)
    lin.page.locator("input[name=production]").fill("雾渡")
    lin.press(words["ask"])
    lin.sign_in("lin")
    expect(lin.page.locator("input[name=start]")).to_have_value(first.isoformat())
    expect(lin.page.locator("input[name=production]")).to_have_value("雾渡")
    lin.press(words["ask"])
    lin.page.wait_for_url(re.compile(r"/bookings/[A-Z0-9-]+/$"))
    booking = lin.page.url
    lin.says("雾渡", price)
    lin.press(words["accept"])
    lin.press(words["hold"])
    expect(lin.page.get_by_role("button", name=words["confirm"])).to_be_visible()

    zhao = walker(language, width)
    zhao.ask_for(first, last, "zhao")
    zhao.press(words["hold_first"])
    zhao.says(words["rank"])
    expect(zhao.page.get_by_role("button", name=words["confirm"])).to_have_count(0)
    refused = zhao.page.context.request.get(booking)
    assert refused.status == 404, "another company sees the booking"

    he = walker(language, width)
    wanted = he.ask_for(first, last, "he")

    lin.press(words["confirm"])
    reference = booking.rstrip("/").rsplit("/", 1)[1]
    bank = lin.page.locator(".facts--bank")
    expect(bank).to_contain_text(reference)
    lin.says(words["bank"])
    earnest = lin.page.locator(".clock b").inner_text()
    expect(bank).to_contain_text(earnest)

    zhao.page.reload()
    zhao.says(words["behind"])

    he.press(words["hold_first"])
    he.says(words["taken"])
    he.watch.forgive("409")
    expect(he.page.locator("main [role=alert] a").first).to_be_visible()
    assert refusal_by_api(he, wanted) == (409, "days_taken")

    fang = walker(language, width)
    fang.page.goto(f"/accounts/login/?next=/{language}/bookings/{reference}/")
    fang.sign_in("fang")
    fang.link(words["record"])
    amount = fang.page.locator("input[name=amount]").input_value()
    assert f"¥{float(amount):,.0f}" == earnest
    fang.press(words["recorded"])

    lin.page.reload()
    lin.says(words["firm"])
    expect(lin.page.get_by_role("heading", name=words["firm"], exact=True)).to_be_visible()
    expect(lin.page.locator(".facts--bank")).to_have_count(0)
    lin.watch.not_sideways(lin.page)


def refusal_by_api(walker: Walker, booking: str) -> tuple[int, str]:
    """Hold once more through the API with the same session. Returns the status and the problem's code."""
    reference = booking.rstrip("/").rsplit("/", 1)[1]
    cookies = {one["name"]: one["value"] for one in walker.page.context.cookies()}
    token = next(value for name, value in cookies.items() if "csrf" in name)
    headers = {"X-CSRFToken": token, "Referer": BASE_URL, "Origin": BASE_URL}
    answer = walker.page.context.request.post(f"/api/v1/bookings/{reference}/hold", headers=headers)
    return answer.status, answer.json().get("code", "")
