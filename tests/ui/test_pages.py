"""What holds for every page: errors in both languages, caching, the policy, the languages."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.ui.styles import SITE, STYLE_SHEETS, SiteSheetFinder
from portal.ui.views import csrf_failure, error_page, server_error
from tests.conftest import PASSWORD

HAN = re.compile(r"[\u4e00-\u9fff]")


def without_marked(html):
    """Return the page without parts that name their own language."""
    html = re.sub(r"<(\w+)[^>]*\slang=\"zh[^>]*>.*?</\1>", "", html, flags=re.S)
    return re.sub(r"<title>.*?</title>", "", html, flags=re.S)


@pytest.mark.parametrize(
    ("path", "word"), [("/zh-hans/nowhere/", "这里没有这一页"), ("/en/nowhere/", "There is no such page")]
)
def test_a_missing_page_says_so_in_its_language(client, db, path, word):
    response = client.get(path)
    assert response.status_code == 404
    assert word in response.content.decode()
    assert response["X-Request-Id"] in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_an_english_error_page_holds_no_chinese(client, db):
    assert not HAN.search(without_marked(client.get("/en/nowhere/").content.decode()))


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/outbox/"])
def test_pages_of_the_account_speak_both_languages(client, db, path):
    chinese = client.get(path, {"language": "zh-hans"}).content.decode()
    english = client.get(path, {"language": "en"}).content.decode()
    assert '<html lang="zh-Hans">' in chinese
    assert '<html lang="en">' in english
    assert not HAN.search(without_marked(english))
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.parametrize("status", [400, 403, 404])
def test_error_pages_stand_without_a_session(db, status):
    request = RequestFactory().get("/en/x/")
    response = error_page(request, status)
    assert response.status_code == status
    assert str(status) in response.content.decode()


def test_a_stale_form_says_how_to_go_on(db):
    assert "表单已过期" in csrf_failure(RequestFactory().post("/zh-hans/x/")).content.decode()


@pytest.mark.parametrize(("path", "word"), [("/zh-hans/", "没有写入"), ("/en/", "Nothing was written")])
def test_a_failure_is_told_without_database_and_context(path, word):
    request = RequestFactory().get(path)
    request.id = "4f2c8e72"
    response = server_error(request)
    assert response.status_code == 500
    assert word in response.content.decode()
    assert "4f2c8e72" in response.content.decode()


def test_a_form_without_token_is_refused_with_a_page(db):
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert response.status_code == 403
    assert "表单已过期" in response.content.decode()


def test_the_policy_allows_nothing_inline(client, db):
    policy = client.get("/en/nowhere/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy


def test_templates_hold_no_inline_style_or_script(client, lin):
    client.login(email=lin.email, password=PASSWORD)
    for path in ("/accounts/", "/accounts/profile/", "/notices/", "/outbox/"):
        html = client.get(path).content.decode()
        assert " style=" not in html
        assert not re.search(r"<script(?![^>]*\ssrc=)", html)
        assert not re.search(r"\son\w+=", html)


def test_signed_in_pages_are_never_stored(client, lin):
    client.login(email=lin.email, password=PASSWORD)
    response = client.get("/accounts/")
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_the_header_costs_a_visitor_no_query(db, django_assert_num_queries):
    from django.template.loader import render_to_string

    request = RequestFactory().get("/zh-hans/x/")
    with django_assert_num_queries(0):
        html = render_to_string("ui/base.html", {}, request)
    assert "csrfmiddlewaretoken" not in html
    assert reverse("account_login") + "?next=/zh-hans/x/" in html


def test_a_page_with_a_form_is_for_one_reader(rf):
    from django.http import HttpResponse
    from django.middleware.csrf import get_token

    from portal.ui.middleware import CachePolicyMiddleware

    def plain(request):
        return HttpResponse("")

    def with_form(request):
        get_token(request)
        return HttpResponse("")

    assert "public" in CachePolicyMiddleware(plain)(rf.get("/zh-hans/stages/"))["Cache-Control"]
    assert "no-store" in CachePolicyMiddleware(with_form)(rf.get("/zh-hans/stages/"))["Cache-Control"]


def test_the_language_switch_keeps_page_and_query(db):
    from portal.ui.context_processors import chrome

    request = RequestFactory().get("/zh-hans/stages/?q=led")
    assert chrome(request)["other_language_path"] == "/en/stages/?q=led"
    request = RequestFactory().get("/accounts/login/?next=/x/")
    assert chrome(request)["other_language_path"] == "/accounts/login/?next=%2Fx%2F&language=en"


def test_every_style_sheet_stands_in_a_layer_and_is_there():
    for path in STYLE_SHEETS:
        text = Path(finders.find(path)).read_text(encoding="utf-8")
        assert "@layer" in text
        assert "http" not in text


def test_pages_ask_for_one_style_sheet_which_holds_all_in_order():
    whole = Path(finders.find(SITE)).read_text(encoding="utf-8")
    assert whole == "".join(Path(finders.find(path)).read_text(encoding="utf-8") for path in STYLE_SHEETS)
    assert SITE in [path for path, _storage in SiteSheetFinder().list(None)]


STATIC_TAG = re.compile(r"""\{% static ["']([^"']+)["'] %\}""")


def test_every_file_that_a_template_names_is_there():
    """Where files are hashed, a page that names a missing one answers 500: the preview of blocks did."""
    apps = ("portal", "locations", "studios", "services", "bookings", "cms", "media")
    templates = [path for app in apps for path in (settings.BASE_DIR / app).rglob("templates/**/*.html")]
    named = {name for path in templates for name in STATIC_TAG.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 10
    assert [name for name in named if not finders.find(name)] == []


def test_a_missing_api_call_or_private_page_is_not_sent_to_a_language(client, db):
    assert client.get("/api/v1/nowhere").status_code == 404
    assert client.get("/ui/").status_code == 404
    assert client.get("/stages/led-1/")["Location"] == "/zh-hans/stages/led-1/"
