"""The kinds of page that everything is tried on: who sees one, where it is, or which link leads to it."""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin

from playwright.sync_api import APIRequestContext, BrowserContext, Page

PASSWORD = "guangying-demo"
NOBODY = ""
BOOKING = r"/bookings/B-[\w-]+/$"
PAYMENT = r"/payments/[0-9a-f-]{36}/$"


class Kind(NamedTuple):
    """A kind of page: its name, who is signed in (nobody: empty), its address or that of a page with a link to it.

    `{}` in the address is the language. Each of `links` is what the first link to follow looks like.
    """

    name: str
    who: str
    path: str
    links: tuple[str, ...] = ()
    status: int = 200


KINDS = (
    Kind("home", NOBODY, "/{}/"),
    Kind("places", NOBODY, "/{}/locations/"),
    Kind("places as pictures", NOBODY, "/{}/locations/?view=grid"),
    Kind("places, nothing found", NOBODY, "/{}/locations/?kind=old_town&q=zzzz"),
    Kind("places, filtered", NOBODY, "/{}/locations/?heritage=old-town&access=100&fee_max=500"),
    Kind("a place", NOBODY, "/{}/locations/songji-old-town/"),
    Kind("a place without a picture", NOBODY, "/{}/locations/shennu-lake-park/"),
    Kind("stages", NOBODY, "/{}/stages/"),
    Kind("stages, filtered", NOBODY, "/{}/stages/?q=led&feature=trucks"),
    Kind("a stage", NOBODY, "/{}/stages/led-1/"),
    Kind("days of a stage", NOBODY, "/{}/bookings/new/led-1/"),
    Kind("one stop", NOBODY, "/{}/one-stop/"),
    Kind("a service", NOBODY, "/{}/one-stop/", (r"/one-stop/[\w-]+/$",)),
    Kind("guides", NOBODY, "/{}/guides/"),
    Kind("a guide", NOBODY, "/{}/guides/first-shoot/"),
    Kind("news", NOBODY, "/{}/news/"),
    Kind("an article", NOBODY, "/{}/news/", (r"/news/[\w-]+/$",)),
    Kind("people", NOBODY, "/{}/people/"),
    Kind("a person", NOBODY, "/{}/people/", (r"/people/[\w-]+/$",)),
    Kind("press", NOBODY, "/{}/press/"),
    Kind("a press kit", NOBODY, "/{}/press/", (r"/press/[\w-]+/$",)),
    Kind("film week", NOBODY, "/{}/film-week/"),
    Kind("film week, a list of all days", NOBODY, "/{}/film-week/?view=list"),
    Kind("a session", NOBODY, "/{}/film-week/", (r"/film-week/sessions/[\w-]+/$",)),
    Kind("films", NOBODY, "/{}/film-week/", (r"/film-week/[\w-]+/films/$",)),
    Kind("a film", NOBODY, "/{}/film-week/tech-film-week/films/", (r"/films/[\w-]+/$",)),
    Kind("one's sessions", NOBODY, "/{}/film-week/mine/"),
    Kind("directory", NOBODY, "/{}/services/directory/"),
    Kind("directory, nothing found", NOBODY, "/{}/services/directory/?q=zzzz"),
    Kind("a vendor", NOBODY, "/{}/services/directory/", (r"/services/directory/(?!mine)[\w-]+/$",)),
    Kind("search over everything", NOBODY, "/{}/find/?q=led"),
    Kind("search over everything, nothing found", NOBODY, "/{}/find/?q=zzzz"),
    Kind("search over pages", NOBODY, "/{}/find/pages/?q=film"),
    Kind("picture credits", NOBODY, "/{}/credits/"),
    Kind("not in this language", NOBODY, "/zh-hans/news/stage-2-wall-calibrated/", (r"/not-yet/\?page=\d+$",)),
    Kind("no such page", NOBODY, "/{}/nowhere/", status=404),
    Kind("the API for programs", NOBODY, "/api/v1/docs"),
    Kind("signing in", NOBODY, "/accounts/login/"),
    Kind("registering", NOBODY, "/accounts/signup/"),
    Kind("a forgotten password", NOBODY, "/accounts/password/reset/"),
    Kind("account", "lin", "/accounts/"),
    Kind("one's data", "lin", "/accounts/profile/"),
    Kind("company data", "lin", "/accounts/company/"),
    Kind("another company", "lin", "/accounts/company/new/"),
    Kind("a key for programs", "lin", "/accounts/keys/new/"),
    Kind("e-mail addresses", "lin", "/accounts/email/"),
    Kind("another password", "lin", "/accounts/password/change/"),
    Kind("two-step sign-in", "lin", "/accounts/2fa/"),
    Kind("notices", "lin", "/notices/"),
    Kind("bookings", "lin", "/{}/bookings/"),
    Kind("a booking", "lin", "/{}/bookings/", (BOOKING,)),
    Kind("days with a price", "lin", "/{}/bookings/new/led-1/?start=2027-03-01&last=2027-03-04"),
    Kind("payments", "lin", "/{}/payments/"),
    Kind("a confirmed booking", "tang", "/{}/bookings/?state=confirmed", (BOOKING,)),
    Kind("a payment", "tang", "/{}/bookings/?state=confirmed", (BOOKING, PAYMENT)),
    Kind("paid and closed", "tang", "/{}/payments/"),
    Kind("a statement", "tang", "/{}/payments/statement/?as=page"),
    Kind("saved searches", "lin", "/{}/locations/saved/"),
    Kind("a search to save", "lin", "/{}/locations/saved/new/?q=bamboo"),
    Kind("one's entries", "lin", "/{}/services/directory/mine/"),
    Kind("a new entry", "lin", "/{}/services/directory/mine/new/"),
    Kind("bookings of the lot", "mei", "/{}/bookings/"),
    Kind("a booking, to the lot", "mei", "/{}/bookings/", (BOOKING,)),
    Kind("the components", "mei", "/ui/"),
    Kind("finance desk", "fang", "/{}/payments/desk/"),
    Kind("credits of the bank", "fang", "/{}/payments/desk/rows/"),
    Kind("bank statements", "fang", "/{}/payments/desk/statements/"),
    Kind("a bank's format", "fang", "/{}/payments/desk/formats/new/"),
    Kind("refunds", "fang", "/{}/payments/desk/refunds/"),
    Kind("disputes", "fang", "/{}/payments/desk/disputes/"),
    Kind("invoices", "fang", "/{}/payments/desk/invoices/"),
    Kind("ledger", "fang", "/{}/payments/desk/ledger/"),
    Kind("film-week desk", "gao", "/{}/film-week/desk/"),
    Kind("board of a day", "gao", "/{}/film-week/desk/", (r"/film-week/desk/[\w-]+/$",)),
    Kind("a new session", "gao", "/{}/film-week/desk/tech-film-week/new/"),
    Kind("a session to edit", "gao", "/{}/film-week/desk/tech-film-week/", (r"/film-week/desk/sessions/\d+/$",)),
    Kind("visitors of a session", "gao", "/{}/film-week/desk/tech-film-week/", (r"/sessions/\d+/visitors/$",)),
    Kind("a copy of an edition", "gao", "/{}/film-week/desk/tech-film-week/copy/"),
    Kind("doors", "gao", "/{}/film-week/door/"),
    Kind("a door", "gao", "/{}/film-week/door/", (r"/film-week/door/[\w-]+/$",)),
    Kind("imports", "mei", "/{}/services/directory/imports/"),
)  # fmt: skip


def sign_in(page: Page, who: str) -> None:
    """Sign a person of the demo in."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(f"{who}@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) [type=submit]").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def address(kind: Kind, language: str, request: APIRequestContext) -> str:
    """Return where a kind of page is, following the links to it. Fails where one is not there."""
    path = kind.path.format(language)
    for pattern in kind.links:
        hrefs = re.findall(r'\shref="([^"#]+)', request.get(path).text())
        found = [there for there in (urljoin(path, unescape(href)) for href in hrefs) if re.search(pattern, there)]
        assert found, f"no link to {kind.name} on {path}"
        path = found[0]
    return path


def source(kind: Kind, path: str, context: BrowserContext) -> str:
    """Return the HTML of a page as the server sends it. Fails where it answers otherwise than expected."""
    answer = context.request.get(path)
    assert answer.status == kind.status, f"{kind.name}: {path} answers {answer.status}"
    return answer.text()
