"""A scout at the library of places: words, filters, map, a drawn area, a place and back; by keys alone, on a phone, without JavaScript."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

LIST = "/{}/locations/"


def state(page: Page) -> dict[str, list[str]]:
    """Return what the address says."""
    return parse_qs(urlsplit(page.url).query)


def total(page: Page) -> int:
    return int(page.locator("#h-hits b").inner_text())


def settled(page: Page, before: str) -> None:
    """Wait until the address has changed and the results with it."""
    page.wait_for_function("before => location.href !== before", arg=before)
    page.wait_for_load_state("networkidle")


def drawn(page: Page) -> None:
    """Wait for the map and its first groups."""
    expect(page.locator("search-map[data-drawn] .placemap__pin").first).to_be_visible()


def tick(page: Page, name: str, value: str) -> None:
    before = page.url
    page.locator(f"#f-{name}-{value}").check()
    settled(page, before)


def draw_by_keys(page: Page) -> None:
    """Draw a triangle with the arrows: the map moves under the cross, each corner is set there."""
    page.locator('[data-do="draw"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator('[data-do="corner"]')).to_be_focused()
    for key in ("ArrowUp", "ArrowLeft", "ArrowDown"):
        page.locator("search-map .leaflet-container").focus()
        for _turn in range(3):
            page.keyboard.press(key)
        page.wait_for_timeout(400)
        page.locator('[data-do="corner"]').focus()
        page.keyboard.press("Enter")
    before = page.url
    page.locator('[data-do="done"]').focus()
    page.keyboard.press("Enter")
    settled(page, before)


def test_from_stilt_houses_to_a_drawn_area_to_a_place_and_back(visit):
    page, watch = visit("zh-hans", 1440)
    page.goto(LIST.format("zh-hans"))
    page.fill("#fq", "吊脚楼")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=%E5%90%8A"))
    tick(page, "access", "100")
    found = total(page)
    assert found >= 3
    expect(page.locator(".chips .chip").first).to_contain_text("100 m 以内")
    before = page.url
    page.locator(".find__views a", has_text="地图").click()
    settled(page, before)
    expect(page.locator(".find__views a", has_text="地图")).to_be_focused()
    drawn(page)

    page.locator('[data-do="draw"]').click()
    box = page.locator("search-map .leaflet-container").bounding_box()
    assert box
    for x, y in ((0.05, 0.25), (0.95, 0.25), (0.95, 0.95), (0.05, 0.95)):
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    before = page.url
    page.locator('[data-do="done"]').click()
    settled(page, before)
    said = state(page)
    assert said["access"] == ["100"]
    assert said["view"] == ["map"]
    assert len(said["polygon"][0].split(",")) == 8
    assert 0 < total(page) <= found
    expect(page.locator(".chips")).to_contain_text("在画出的范围内")
    here, count = page.url, total(page)

    page.evaluate("window.scrollTo(0, 300)")
    page.locator(".hit h3 a").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.go_back()
    assert page.url == here
    assert total(page) == count
    expect(page.locator("#f-access-100")).to_be_checked()
    expect(page.locator("#fq")).to_have_value("吊脚楼")
    expect(page.locator("search-map .placemap__area")).to_have_count(1)
    page.go_back()
    page.wait_for_function("!location.search.includes('polygon')")
    expect(page.locator(".chips")).not_to_contain_text("在画出的范围内")
    assert total(page) == found
    watch.not_sideways(page)


def test_the_map_moves_the_list_and_a_group_opens(visit):
    page, watch = visit("en", 1440)
    page.goto(LIST.format("en"))
    drawn(page)
    all_of_them, before = total(page), page.url
    page.locator(".placemap__pin--many").first.focus()
    page.keyboard.press("Enter")
    settled(page, before)
    assert "bbox" in state(page)
    assert 0 < total(page) < all_of_them
    expect(page.locator(".chips")).to_contain_text("On this part of the map")
    page.go_back()
    page.wait_for_function("!location.search.includes('bbox')")
    expect(page.locator("#h-hits b")).to_have_text(str(all_of_them))
    watch.not_sideways(page)


def test_a_place_is_marked_in_the_list_and_on_the_map_alike(visit):
    page, _watch = visit("en", 1440)
    page.goto(LIST.format("en") + "?heritage=stilt-house&access=100")
    drawn(page)
    page.locator(".hit").nth(1).hover()
    expect(page.locator(".placemap__pin.is-on")).to_have_text("2")
    page.locator(".placemap__pin", has_text="3").focus()
    expect(page.locator(".hit.is-on")).to_have_attribute("data-number", "3")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()


def test_filters_keep_scroll_folds_and_focus(visit):
    page, _watch = visit("en", 1440)
    page.goto(LIST.format("en"))
    page.locator("#fold-more > summary").click()
    page.locator("#fold-steps > summary").click()
    page.locator("#f-steps-20").scroll_into_view_if_needed()
    at, before = page.evaluate("scrollY"), page.url
    assert at > 0
    page.locator("#f-steps-20").focus()
    page.keyboard.press("Space")
    settled(page, before)
    assert abs(page.evaluate("scrollY") - at) < 120
    expect(page.locator("#f-steps-20")).to_be_focused()
    expect(page.locator("#fold-steps")).to_have_attribute("open", "")
    expect(page.locator("[data-said]")).to_contain_text("places")
    before = page.url
    page.locator("#r-truck-max").fill("20")
    page.keyboard.press("Enter")
    settled(page, before)
    assert state(page) == {"steps": ["20"], "truck_max": ["20"]}
    expect(page.locator("#r-truck-max")).to_have_value("20")


def test_everything_by_keys_alone(visit):
    page, _watch = visit("zh-hans", 1440)
    page.goto(LIST.format("zh-hans") + "?view=map")
    drawn(page)
    draw_by_keys(page)
    assert len(state(page)["polygon"][0].split(",")) == 6
    page.locator(".chips .chip").first.focus()
    before = page.url
    page.keyboard.press("Enter")
    settled(page, before)
    expect(page.locator("#h-hits")).to_be_focused()
    page.locator('[data-do="draw"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator('[data-do="draw"]')).to_be_focused()


def test_one_thumb_on_a_phone(visit):
    page, watch = visit(
        "zh-hans", 390, geolocation={"latitude": 29.35, "longitude": 105.9}, permissions=["geolocation"]
    )
    page.goto(LIST.format("zh-hans"))
    bar = page.locator(".find__views")
    place = bar.bounding_box()
    assert place
    assert place["y"] + place["height"] > 760, "out of the thumb's reach"
    bar.get_by_role("link", name="筛选").tap()
    page.locator("#fold-filters summary").tap() if page.locator("#fold-filters").get_attribute("open") is None else None
    before = page.url
    page.locator("#fold-access label").first.tap()
    settled(page, before)
    expect(page.locator("#fold-filters")).to_have_attribute("open", "")
    before = page.url
    bar.get_by_role("link", name="地图").tap()
    settled(page, before)
    drawn(page)
    before = page.url
    page.locator('[data-do="near"]').tap()
    settled(page, before)
    assert state(page)["near"] == ["29.3500,105.9000,30"]
    assert state(page)["sort"] == ["distance"]
    expect(page.locator(".hit__kind").first).to_contain_text("km")
    before = page.url
    bar.get_by_role("link", name="图片").tap()
    settled(page, before)
    watch.not_sideways(page)
    page.locator(".hit h3 a").first.tap()
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 390), ("en", 1440)])
def test_without_javascript_the_form_the_links_and_the_address_do_it(visit, language, width):
    page, _watch = visit(language, width, java_script_enabled=False)
    page.goto(LIST.format(language) + "?q=吊脚楼")
    found = total(page)
    if width < 900:
        page.locator("#fold-filters > summary").click()
    page.locator("#f-access-100").check()
    page.locator("noscript button").click()
    assert state(page)["access"] == ["100"]
    assert 0 < total(page) <= found
    page.locator(".find__views a").nth(2).click()
    assert state(page) == {"q": ["吊脚楼"], "access": ["100"], "sort": ["relevance"], "view": ["grid"]}
    page.locator(".chips .chip").first.click()
    assert "access" not in state(page)
    page.locator(".hit h3 a").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.go_back()
    assert state(page)["view"] == ["grid"]


def test_a_search_is_saved_from_the_results_and_listed(visit):
    page, watch = visit("zh-hans", 390)
    page.goto(LIST.format("zh-hans") + "?heritage=stilt-house&access=100")
    page.get_by_role("link", name="保存这个搜索").tap()
    page.fill("[name=login]", "lin@demo.example")
    page.fill("[name=password]", "guangying-demo")
    page.locator("main form button[type=submit]").first.tap()
    expect(page.locator("main")).to_contain_text("吊脚楼 · 100 m 以内")
    page.fill("[name=name]", "江边戏的吊脚楼")
    page.get_by_role("button", name="保存搜索").tap()
    expect(page.locator("main li", has_text="江边戏的吊脚楼")).to_contain_text("邮件提醒已开")
    watch.not_sideways(page)
    page.get_by_role("link", name="江边戏的吊脚楼").tap()
    expect(page.locator("#f-access-100")).to_be_attached()
    assert state(page) == {"heritage": ["stilt-house"], "access": ["100"]}
    page.go_back()
    page.get_by_role("button", name=re.compile("删除.*江边戏的吊脚楼")).tap()
    expect(page.locator("main")).to_contain_text("还没有保存的搜索")
