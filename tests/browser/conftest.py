"""One Chromium for all browser tests, and a watch on everything it complains about."""

from __future__ import annotations

import os
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

BASE_URL = os.environ.get("BASE_URL", "")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
LOCALES = {"zh-hans": "zh-CN", "en": "en-GB"}
REPORT_CSP = (
    "document.addEventListener('securitypolicyviolation',"
    " (e) => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI));"
)
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Watch:
    """What a context's pages complained about: console, script errors, the policy, other hosts, sideways scrolling."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.context = context
        context.on("page", self._attach)

    def _attach(self, page: Page) -> None:
        host = urlsplit(BASE_URL).netloc

        def request(sent) -> None:
            if sent.url.startswith(("http:", "https:", "ws:", "wss:")) and urlsplit(sent.url).netloc != host:
                self.complaints.append(f"another host: {sent.url}")

        def console(message) -> None:
            if message.type in ("error", "warning"):
                self.complaints.append(f"console on {page.url}: {message.text}")

        page.on("console", console)
        page.on("pageerror", lambda error: self.complaints.append(f"script on {page.url}: {error}"))
        page.on("request", request)

    def not_sideways(self, page: Page) -> None:
        """Complain where the page scrolls sideways."""
        if (over := page.evaluate(SIDEWAYS)) > 0:
            self.complaints.append(f"{page.url} scrolls sideways by {over} px")

    def forgive(self, words: str) -> None:
        """Drop a complaint that the step just taken brings by design. Fails where there is none."""
        found = [one for one in self.complaints if words in one]
        assert found, f"nothing was said about {words}"
        self.complaints = [one for one in self.complaints if one not in found]


@pytest.fixture(scope="session")
def browser():
    if not BASE_URL:
        pytest.skip("no BASE_URL: sh tests/browser/run starts a portal for these tests")
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing")
        pytest.skip("chromium is missing")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser):
    """Return a function that opens a fresh visitor: `page, watch = visit("en", 1440)`. At the end nothing complained."""
    opened: list[Watch] = []

    def start(language: str, width: int, **options) -> tuple[Page, Watch]:
        narrow = width < 700
        context = browser.new_context(
            base_url=BASE_URL, viewport={"width": width, "height": 844 if narrow else 900}, locale=LOCALES[language],
            is_mobile=narrow, has_touch=narrow, **options,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        context.add_init_script(REPORT_CSP)
        watch = Watch(context)
        opened.append(watch)
        return context.new_page(), watch

    yield start
    complaints = [complaint for watch in opened for complaint in watch.complaints]
    for watch in opened:
        watch.context.close()
    assert complaints == []
