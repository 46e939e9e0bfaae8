"""Film week by real clicks: an editor makes a session and moves it, a visitor registers with a companion on a phone, waits, is promoted, and is let in
while the network is cut."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

PASSWORD = "guangying-demo"
EDITION = "tech-film-week"


def sign_in(page: Page, language: str, who: str) -> None:
    page.goto(f"/{language}/film-week/")
    page.goto("/accounts/login/")
    page.fill("[name=login]", f"{who}@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state("load")


def first_day(page: Page) -> str:
    """Return the first day of the demo edition, as the board's address has it."""
    page.goto(f"/en/film-week/desk/{EDITION}/")
    href = page.locator(".daytabs a").first.get_attribute("href") or ""
    return re.search(r"\d{4}-\d{2}-\d{2}", href).group()


def make_small_session(page: Page, title: str) -> str:
    """Fill in the form as an editor, announce, and return the public address. The clock runs: an editor has a minute."""
    day = first_day(page)
    began = time.monotonic()
    page.get_by_role("link", name="New session").click()
    page.fill("[name=title_zh]", title)
    page.fill("[name=title_en]", "Two Seats Only")
    page.select_option("[name=kind]", "salon")
    page.select_option("[name=hall]", label="Chongqing Film Technology Service Centre Screening Room")
    page.fill("[name=starts_at]", f"{day}T10:00")
    page.fill("[name=minutes]", "60")
    page.get_by_text("Seats, films, guests, texts").click()
    page.fill("[name=capacity]", "2")
    page.get_by_role("button", name="Save and announce").click()
    page.wait_for_url(re.compile(r"/desk/"))
    assert time.monotonic() - began < 60
    expect(page.locator("main")).to_contain_text("Two Seats Only")
    return day


def register(page: Page, path: str, name: str, mail: str, companion: str) -> None:
    page.goto(path)
    page.fill("[name=name]", name)
    page.fill("[name=email]", mail)
    page.locator("[data-more]").click()
    page.keyboard.type(companion)
    page.locator("#reg button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/film-week/r/"))


def test_from_the_programme_to_the_seat_through_the_waiting_list_and_a_cut_network(visit):
    editor, _watch = visit("en", 1440)
    sign_in(editor, "en", "gao")
    day = make_small_session(editor, "只有两个座位")
    phone, watch = visit("zh-hans", 390)
    phone.goto(f"/zh-hans/film-week/{EDITION}/?day={day}")
    watch.not_sideways(phone)
    phone.get_by_role("link", name=re.compile("只有两个座位")).first.click()
    phone.wait_for_url(re.compile(r"/sessions/"))
    session = phone.url
    watch.not_sideways(phone)
    register(phone, session, "先来的人", "first@mail.example", "同行甲")
    expect(phone.get_by_role("heading", level=1)).to_have_text("您有 2 个座位")
    first_link = phone.url
    watch.not_sideways(phone)

    later, later_watch = visit("zh-hans", 390)
    register(later, session, "候补的人", "second@mail.example", "同行乙")
    expect(later.get_by_role("heading", level=1)).to_have_text("候补第 1 位")
    phone.goto(first_link)
    phone.get_by_role("button", name="免费退回 2 个座位").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("座位已退回")
    later.reload()
    expect(later.get_by_role("heading", level=1)).to_have_text("有 2 个座位留给您")
    later_watch.not_sideways(later)
    later.get_by_role("button", name="确认这 2 个座位").click()
    expect(later.get_by_role("heading", level=1)).to_have_text("您有 2 个座位")
    code = later.locator("text=/^[2-9A-Z]{4}-[2-9A-Z]{2}$/").first.inner_text()

    door, door_watch = visit("zh-hans", 390)
    sign_in(door, "zh-hans", "mei")
    door.goto("/zh-hans/film-week/door/")
    door.get_by_role("link", name=re.compile("只有两个座位")).click()
    expect(door.locator("[data-part=ready]")).to_have_text("本页已存在手机上，断网也能用。")  # opened once
    expect(door.locator("[data-part=net]")).to_have_text("在线")
    door.context.set_offline(True)
    door.reload()
    door.fill("#door-q", "HOUBU")
    door.get_by_role("button", name="查找").click()
    expect(door.locator("[data-part=word]")).to_contain_text("请核对")  # a name is asked before it lets anybody in
    expect(door.locator("[data-part=inside]")).to_have_text("0 / 2")
    door.fill("#door-q", "".join(chr(ord(sign) + 0xFEE0) if sign != "-" else sign for sign in code))
    door.get_by_role("button", name="查找").click()
    expect(door.locator("[data-part=word]")).to_have_text("可以入场")
    expect(door.locator("[data-part=inside]")).to_have_text("2 / 2")
    expect(door.locator("[data-part=net]")).to_have_text("离线")
    expect(door.locator("[data-part=kept]")).to_contain_text("1")
    door.fill("#door-q", code)
    door.get_by_role("button", name="查找").click()
    expect(door.locator("[data-part=word]")).to_have_text("已经入场")
    door_watch.not_sideways(door)
    door.context.set_offline(False)
    door.get_by_role("button", name="现在尝试联网").click()
    expect(door.locator("[data-part=kept]")).to_have_text("全部已上传")
    door_watch.forgive("ERR_INTERNET_DISCONNECTED")
    expect(door.locator("[data-part=inside]")).to_have_text("2 / 2")
    door.reload()
    expect(door.locator("[data-part=repeatlist]")).to_contain_text(code)


def test_a_session_is_dragged_and_moved_by_keys(visit):
    page, watch = visit("en", 1440)
    sign_in(page, "en", "gao")
    day = first_day(page)
    board = f"/en/film-week/desk/{EDITION}/?day={day}"
    page.goto(board)
    card = page.locator("[data-move-to]", has_text="Opening Film")
    target = page.locator(f'td[data-at="{day}T20:00"]').first
    card.drag_to(target)
    page.wait_for_load_state("load")
    expect(page.locator("[data-move-to]", has_text="Opening Film")).to_contain_text("20:00–22:30")
    card = page.locator("[data-move-to]", has_text="Opening Film")
    card.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-say]")).to_contain_text("19:30")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_load_state("load")
    expect(page.locator("[data-move-to]", has_text="Opening Film")).to_contain_text("19:30–22:00")
    watch.not_sideways(page)


def test_my_programme_is_kept_on_the_device_and_moves_into_the_account(visit):
    page, watch = visit("en", 390)
    page.goto("/en/film-week/sessions/a-day-with-a-location-scout/")
    page.get_by_role("button", name="Keep in my programme").click()
    page.goto("/en/film-week/mine/")
    expect(page.locator("main")).to_contain_text("A Day with a Location Scout")
    watch.not_sideways(page)
    sign_in(page, "en", "lin")
    page.goto("/en/film-week/mine/")
    expect(page.locator("main")).to_contain_text("A Day with a Location Scout")
    expect(page.locator("main")).to_contain_text("Kept in your account")
