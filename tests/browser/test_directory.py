"""The directory by real clicks: a vendor registers on a phone, the lot checks one thing after the other, a visitor finds it and writes."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.credit_code import check_digit

PASSWORD = "guangying-demo"


def sign_in(page: Page, language: str, who: str) -> None:
    page.goto(f"/{language}/services/directory/")
    page.goto("/accounts/login/")
    page.fill("[name=login]", f"{who}@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state("load")


def onwards(page: Page, step: str) -> None:
    """Press the step's first button and wait for the next one."""
    page.locator(".form__do .button--first").first.click()
    page.wait_for_url(re.compile(rf"/{step}/$"))


def register(page: Page, watch, name: str, code: str, phone: str) -> str:
    """Take all six steps on a phone and send the entry; returns its address."""
    page.goto("/zh-hans/services/directory/")
    page.locator(".title__do .button").click()
    page.goto("/zh-hans/services/directory/mine/new/")
    page.fill("[name=name_zh]", name)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    page.fill("[name=credit_code]", wrong)
    page.check("[name=categories][value=costume]")
    page.locator(".form__do .button--first").click()
    expect(page.locator(".field__error")).to_be_visible()
    watch.forgive("422")
    assert page.input_value("[name=name_zh]") == name, "what was typed is lost"
    page.fill("[name=credit_code]", code)
    onwards(page, "offer")
    watch.not_sideways(page)
    page.fill("[name=summary_zh]", "旗袍、长衫和学生装，当天可改。")
    page.check("[name=coverage][value=yongchuan]")
    page.fill("[name=price_from]", "60")
    page.fill("[name=price_to]", "380")
    onwards(page, "papers")
    watch.not_sideways(page)
    page.fill("[name=title]", "营业执照")
    page.fill("[name=number]", code)
    onwards(page, "papers")
    expect(page.locator("table")).to_contain_text(code)
    page.locator("[name=skip]").click()
    page.wait_for_url(re.compile(r"/works/$"))
    watch.not_sideways(page)
    page.fill("[name=credit-0-title_zh]", "江声")
    page.fill("[name=credit-0-year]", "2026")
    onwards(page, "calendar")
    onwards(page, "contact")
    page.fill("[name=phone]", phone)
    onwards(page, r"mine/[a-z0-9-]+")
    watch.not_sideways(page)
    page.locator("form[action$='/submit/'] button").click()
    expect(page.locator("form[action$='/submit/']")).to_have_count(0)
    return re.search(r"mine/([a-z0-9-]+)/", page.url).group(1)


def check(page: Page, slug: str, name: str, phone: str) -> None:
    """Find the entry in the queue, write one check down after the other, and verify."""
    page.goto("/admin/")
    page.locator("tr", has_text=name).get_by_role("link").click()
    page.wait_for_url(re.compile(rf"/review/{slug}/$"))
    page.goto(f"/en/services/directory/review/{slug}/")
    page.get_by_role("button", name="Begin to check").click()
    assert phone not in page.content()
    for _thing in range(2):
        left = page.locator("#id_thing option").first.get_attribute("value")
        waiting = page.locator("#id_thing option").evaluate_all("all => all.map((one) => one.value)")
        thing = left if _thing == 0 else next(one for one in waiting if one.startswith("paper-"))
        page.select_option("#id_thing", thing)
        page.locator("[name=passed][value=yes]").check()
        page.get_by_role("button", name="Write it down").click()
        page.wait_for_load_state("load")
    page.get_by_role("button", name="Verify: everybody finds it").click()
    expect(page.get_by_role("link", name="See the public page")).to_be_visible()


def find(page: Page, name: str, slug: str) -> None:
    """Search until the index has it: the worker takes a moment."""
    for _try in range(30):
        page.goto(f"/zh-hans/services/directory/?q={name}&category=costume")
        if page.locator(f".hit a[href$='/{slug}/']").count():
            break
        time.sleep(1)
    page.locator(f".hit a[href$='/{slug}/']").click()
    expect(page.locator("h1")).to_have_text(name)


@pytest.mark.parametrize("width", [390, 1440])
def test_a_vendor_registers_is_verified_is_found_and_is_written_to(visit, width):
    number = time.time_ns() // 1_000 % 10_000_000
    first = f"91500118MB{number:07}"
    code, name, phone = first + check_digit(first), f"旗语{number}衣坊", f"1398{number:07}"
    vendor, watch = visit("zh-hans", width)
    sign_in(vendor, "zh-hans", "zhao")
    slug = register(vendor, watch, name, code, phone)
    visitor, seen = visit("zh-hans", width)
    answer = visitor.goto(f"/zh-hans/services/directory/{slug}/")
    assert answer.status == 404
    seen.forgive("404")
    mei, _watch = visit("en", 1440)
    sign_in(mei, "en", "mei")
    check(mei, slug, name, phone)
    find(visitor, name, slug)
    seen.not_sideways(visitor)
    assert phone not in visitor.content()
    visitor.fill("#ask [name=sender_name]", "陈可")
    visitor.fill("#ask [name=sender_email]", f"chen{number}@mail.example")
    visitor.fill("#ask [name=text]", "旗袍 6 套，6月15日取。")
    visitor.locator("#ask button[type=submit]").click()
    visitor.wait_for_url(re.compile(r"/asked/\?confirm=1$"))
    visitor.goto(confirm_link(visitor, f"chen{number}@mail.example"))
    visitor.locator("main button[type=submit]").click()
    expect(visitor.locator("main")).to_contain_text(name)
    vendor.goto(f"/zh-hans/services/directory/mine/{slug}/")
    expect(vendor.locator("main")).to_contain_text("旗袍 6 套")


def confirm_link(page, address):
    """Return the link of the mail that asks a sender whether the message is theirs, once the worker has sent it."""
    for _try in range(60):
        page.goto("/outbox/")
        mails = page.content()
        found = re.search(r"/(?:zh-hans|en)/services/directory/confirm/[^/\"<\s]+/", mails.partition(address)[2])
        if found:
            return found[0]
        page.wait_for_timeout(500)
    raise AssertionError(f"no mail to {address}")


def test_filters_change_the_list_without_a_reload_and_the_back_button_undoes_them(visit):
    page, watch = visit("en", 1440)
    page.goto("/en/services/directory/")
    page.evaluate("window.stayed = true")
    before = page.locator("#h-hits").inner_text()
    page.check("#f-category-costume")
    page.wait_for_url(re.compile("category=costume"))
    expect(page.locator("#h-hits")).not_to_have_text(before)
    assert page.evaluate("window.stayed") is True
    page.go_back()
    expect(page.locator("#h-hits")).to_have_text(before)
    watch.not_sideways(page)
