"""An editor writes an article in the admin, a director approves it, both languages come out, a reader finds them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BASE_URL, Watch

PASSWORD = "guangying-demo"
TITLE = {"zh-hans": "雨停之后先亮哪一面屏", "en": "Which wall comes on first after the rain"}
LEAD = {"zh-hans": "值班员的顺序：先除湿，再上电，最后校色。", "en": "The duty order: dry, power, then colour."}
HEADING = {"zh-hans": "先除湿", "en": "Dry it first"}
PICTURES = os.environ.get("HANDBOOK_PICTURES", "")  # a folder: the handbook's pictures are taken on the way


def shot(page: Page, name: str) -> None:
    """Keep a picture for `docs/staff/editor.md` where a folder is named."""
    if PICTURES:
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(PICTURES) / f"editor-{name}.png"))


def sign_in(visit, who: str) -> tuple[Page, Watch]:
    page, watch = visit("zh-hans", 1280)
    page.goto("/accounts/login/")
    page.fill("[name=login]", f"{who}@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state("load")
    return page, watch


def submit(page: Page) -> None:
    """Ask for approval, from the menu beside the button that keeps a draft."""
    page.get_by_role("button", name="更多动作").click()
    shot(page, "submit")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("提交给")).click()


def approve(page: Page, title: str) -> None:
    """Open the newest notice as the director and approve what it leads to."""
    page.goto("/notices/")
    shot(page, "notice")
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=re.compile(title)).first.click()
    expect(page).to_have_url(re.compile(r"/admin/pages/\d+/edit/"))
    page.get_by_role("button", name="更多动作").click()
    shot(page, "approve")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^批准 ?和发布$")).click()


@pytest.fixture
def desks(visit):
    """Both desks. The admin's own scripts are Wagtail's; what they say to the console is not ours to judge."""
    opened = [sign_in(visit, who) for who in ("gao", "director")]
    yield [page for page, _watch in opened]
    for _page, watch in opened:
        watch.complaints = [one for one in watch.complaints if "/admin/" not in one]


def test_an_article_goes_out_in_both_languages_by_two_people(desks, visit):
    gao, director = desks
    gao.goto("/admin/pages/search/?q=片场动态")
    gao.locator("main").get_by_role("link", name="片场动态", exact=True).click()
    gao.goto(gao.url.replace("/edit/", "/").replace("/admin/pages/", "/admin/pages/add/pages/articlepage/"))
    gao.fill("[name=title]", TITLE["zh-hans"])
    gao.fill("[name=lead]", LEAD["zh-hans"])
    gao.locator("#panel-child-content-body-section, [data-contentpath=body]").get_by_title("插入区块").first.click()
    gao.get_by_role("option", name=re.compile("小标题|标题")).first.click()
    gao.locator("[name=body-0-value]").fill(HEADING["zh-hans"])
    shot(gao, "write")
    submit(gao)

    reader, watch = visit("zh-hans", 390)
    reader.goto("/zh-hans/news/")
    expect(reader.locator("main")).not_to_contain_text(TITLE["zh-hans"])
    approve(director, TITLE["zh-hans"])
    reader.reload()
    expect(reader.locator("main")).to_contain_text(TITLE["zh-hans"])
    reader.locator("main").get_by_role("link", name=TITLE["zh-hans"]).first.click()
    expect(reader.locator("h1")).to_have_text(TITLE["zh-hans"])
    chinese = reader.url

    gao.goto("/admin/reports/translations/?gap=missing")
    shot(gao, "gaps")
    expect(gao.locator("main")).to_contain_text(TITLE["zh-hans"])
    row = gao.locator("tr", has_text=TITLE["zh-hans"]).first
    row.get_by_role("link", name=re.compile("翻译|译")).first.click()
    shot(gao, "translate")
    gao.locator("[name=locales]").first.check()
    with gao.expect_navigation():
        gao.locator("main form button[type=submit], main form input[type=submit]").first.click()
    gao.fill("[name=title]", TITLE["en"])
    gao.fill("[name=lead]", LEAD["en"])
    gao.locator("[name=body-0-value]").fill(HEADING["en"])
    gao.get_by_role("tab", name="推荐").click()
    gao.fill("[name=slug]", "which-wall-first")
    submit(gao)
    approve(director, TITLE["en"])

    reader.goto(chinese)
    reader.reload()  # a browser keeps a public page for a minute
    english = reader.locator("link[rel=alternate][hreflang=en]").get_attribute("href") or ""
    assert re.search(r"/en/news/which-wall-[a-z-]+/$", english)  # the admin may follow the title once more after us
    reader.goto(english.replace(re.match(r"https?://[^/]+", english).group(), BASE_URL))
    expect(reader.locator("h1")).to_have_text(TITLE["en"])
    expect(reader.locator("main")).to_contain_text(HEADING["en"])
    watch.not_sideways(reader)
    feed = reader.context.request.get("/en/news/feed.xml").text()
    assert TITLE["en"] in feed
    assert TITLE["zh-hans"] not in feed
    gao.goto("/admin/reports/translations/")
    expect(gao.locator("main")).not_to_contain_text(TITLE["zh-hans"])
