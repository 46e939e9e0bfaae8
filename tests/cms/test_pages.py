"""Pages for visitors: both languages, what is missing in one, what machines read, and what a page costs."""

import json
import re
from collections import Counter, defaultdict

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

from cms.pages.models import ArticlePage, HomePage
from demo import pages as demo_pages

PATHS = [
    "",
    "one-stop/",
    "one-stop/places/",
    "one-stop/post/",
    "guides/",
    "guides/first-shoot/",
    "news/",
    "news/fifty-thousand-square-metres/",
]
BUDGET = 12
HAN = re.compile(r"[\u4e00-\u9fff]")
IN_CHINESE = re.compile(r'<(\w+)[^>]*\blang="zh-Hans"[^>]*>.*?</\1>', re.S)


def get(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_drawn_in_both_languages(client, tree, language):
    for path in PATHS:
        html = get(client, f"/{language}/{path}")
        assert f'hreflang="{"en" if language == "zh-hans" else "zh-Hans"}"' in html
        assert html.count("<h1") == 1
        assert " style=" not in html
        assert "<script>" not in html


def test_english_pages_hold_no_chinese_outside_its_marks(client, tree):
    for path in PATHS:
        body = get(client, f"/en/{path}").partition("<main")[2].partition("</main>")[0]
        assert not HAN.search(IN_CHINESE.sub("", body)), path


def test_a_page_costs_few_queries_and_asks_nothing_twice(client, tree):
    for path in PATHS:
        get(client, f"/zh-hans/{path}")
        with CaptureQueriesContext(connection) as queries:
            get(client, f"/zh-hans/{path}")
        assert len(queries) <= BUDGET, path
        assert not [sql for sql, count in Counter(query["sql"] for query in queries).items() if count > 1], path


def test_more_news_and_services_cost_no_more_queries(client, tree, gao):
    get(client, "/zh-hans/")
    with CaptureQueriesContext(connection) as before:
        get(client, "/zh-hans/")
    news = Page.objects.get(slug="news", locale__language_code="zh-hans")
    for number in range(6):
        article = ArticlePage(title=f"第{number}条", slug=f"n{number}", locale=news.locale)
        news.add_child(instance=article)
    with CaptureQueriesContext(connection) as after:
        get(client, "/zh-hans/")
    assert len(after) == len(before)


def test_the_switch_of_an_untranslated_page_says_not_yet(client, tree):
    html = get(client, "/zh-hans/news/stage-2-wall-calibrated/")
    address = re.search(r'href="(/en/not-yet/\?page=\d+)"', html).group(1)
    assert '<link rel="alternate" hreflang="en"' not in html
    response = client.get(address)
    there = response.content.decode()
    assert response.status_code == 200
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "Not yet available in English" in there
    assert 'href="/zh-hans/news/stage-2-wall-calibrated/"' in there
    assert '<h2 lang="zh-Hans">2号棚完成屏体校色（示例）</h2>' in there
    assert not HAN.search(IN_CHINESE.sub("", there.partition("<main")[2].partition("</main>")[0]))


def test_not_yet_of_nothing_is_not_found(client, tree):
    for query in ("", "page=", "page=x", "page=999999", "page=" + "9" * 40, "page=1"):
        assert client.get(f"/en/not-yet/?{query}").status_code == 404, query


def test_not_yet_of_a_translated_page_leads_to_the_translation(client, tree):
    page = ArticlePage.objects.get(slug="film-festival-2025", locale__language_code="zh-hans")
    response = client.get(f"/en/not-yet/?page={page.pk}")
    assert response.headers["Location"] == "/en/news/film-festival-2025/"


def test_a_page_behind_a_lock_is_in_no_list(client, tree):
    page = ArticlePage.objects.get(slug="film-festival-2025", locale__language_code="zh-hans")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert page.title not in get(client, "/zh-hans/news/")
    assert page.title not in get(client, "/zh-hans/news/feed.xml")
    assert "film-festival-2025" not in get(client, "/sitemap.xml").replace("/en/news/film-festival-2025", "")
    assert client.get("/zh-hans/news/film-festival-2025/").status_code == 302
    assert client.get(f"/en/not-yet/?page={page.pk}").status_code == 404


def test_a_draft_is_not_found_and_in_no_list(client, tree):
    ArticlePage.objects.get(slug="film-festival-2025", locale__language_code="zh-hans").unpublish()
    assert client.get("/zh-hans/news/film-festival-2025/").status_code == 404
    assert "film-festival-2025" not in get(client, "/zh-hans/news/")


def test_machines_read_the_article(client, tree, shown):
    html = get(client, "/en/news/film-festival-2025/")
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S).group(1))
    assert data["@type"] == "NewsArticle"
    assert data["inLanguage"] == "en"
    assert data["image"].startswith("http://")
    assert '<meta property="og:image" content="http' in html
    assert '<link rel="canonical"' in html


def test_json_in_a_page_cannot_leave_its_script(client, tree):
    page = ArticlePage.objects.get(slug="film-festival-2025", locale__language_code="en")
    page.title = "</script><script>alert(1)</script>"
    page.save()
    assert "<script>alert" not in get(client, "/en/news/film-festival-2025/")


def test_feed_site_map_and_robots(client, tree):
    assert get(client, "/zh-hans/news/feed.xml").count("<item>") == 10
    assert get(client, "/en/news/feed.xml").count("<item>") == 9
    xml = get(client, "/sitemap.xml")
    assert 'hreflang="en"' in xml
    assert "/zh-hans/one-stop/places/" in xml
    assert "Sitemap: http" in get(client, "/robots.txt")


@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        ("q=竹&in=places", "/zh-hans/locations/?q=%E7%AB%B9"),
        ("q=LED&in=stages", "/zh-hans/stages/?q=LED"),
        ("in=places", "/zh-hans/locations/"),
    ],
)
def test_the_search_of_the_home_page_leads_on(client, db, query, leads_to):
    assert client.get(f"/zh-hans/find/?{query}").headers["Location"] == leads_to


def test_before_anybody_has_written_the_home_page_stands(client, db):
    cache.clear()
    assert "一个窗口" in get(client, "/zh-hans/")
    assert "One desk for filming" in get(client, "/en/")


def test_loading_twice_changes_nothing(tree, shown, gao):
    before = set(Page.objects.values_list("pk", "latest_revision_id"))
    demo_pages.load(defaultdict(lambda: shown), gao)
    assert set(Page.objects.values_list("pk", "latest_revision_id")) == before
    assert HomePage.objects.count() == 2
