"""What base layouts need on every page."""

from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import get_language_from_path

from .navigation import entries
from .staff import works_for_lot

HTML_LANGUAGE = {"zh-hans": "zh-Hans", "en": "en"}


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Return navigation, the address of this page in the other language, and lot-wide facts.

    Two queries for signed-in people (unread notices, groups), none for visitors: without a session cookie
    `request.user` is never touched, so that the page may be kept by caches.
    """
    language = (translation.get_language() or "zh-hans").lower()
    other = "en" if language != "en" else "zh-hans"
    person = getattr(request, "user", None)  # missing where an early middleware refused the request
    signed_in = bool(settings.SESSION_COOKIE_NAME in request.COOKIES and person and person.is_authenticated)
    lot = settings.LOT_NAME["en" if language == "en" else "zh"]
    path, query = _page_read(request)
    in_path = bool(get_language_from_path(path))
    other_path = getattr(request, "other_language_path", None) or _in_other_language(path, query, other)
    return {
        "navigation": [entry for entry in (_link(entry, request.path) for entry in entries()) if entry],
        "language": language,
        "html_language": HTML_LANGUAGE.get(language, language),
        "other_language": other,
        "other_html_language": HTML_LANGUAGE[other],
        "other_language_path": other_path,
        "other_language_address": other_path.partition("?")[0],  # a filtered list is the list, as its canonical says
        "has_translation": getattr(request, "has_translation", in_path),
        "signed_in": signed_in,
        "works_for_lot": signed_in and works_for_lot(request),
        "companies": getattr(person, "_companies", []) if signed_in else [],
        "show_messages": _has_messages(request),
        "sign_in_next": "" if request.path.startswith("/accounts/") else quote(request.get_full_path()),
        "lot_name": lot,
        "lot_point": ",".join(map(str, settings.LOT_POINT)),
        "outbox_page": settings.OUTBOX_PAGE,
        "test_money": settings.TEST_MONEY,
        "icp_number": settings.ICP_NUMBER,
        "base_url": settings.PORTAL_BASE_URL,
    }


def _page_read(request: HttpRequest) -> tuple[str, str]:
    """Return path and query of the page that is read.

    After a POST that is the page the form stood on, as the browser names it: what a form is sent to may have
    nothing to show when a link leads there.
    """
    form_page = urlsplit(request.headers.get("Referer", ""))
    if request.method == "POST" and form_page.netloc == request.get_host():
        return unquote(form_page.path), form_page.query
    return request.path_info, request.META.get("QUERY_STRING", "")


def _in_other_language(path: str, query: str, other: str) -> str:
    """Return a page's address in the other language; pages without a language in their path get `?language=`."""
    if get_language_from_path(path):
        rest = path.split("/", 2)[2] if path.count("/") > 1 else ""
        return f"/{other}/{quote(rest)}" + (f"?{query}" if query else "")
    parameters = QueryDict(query, mutable=True)
    parameters["language"] = other
    return f"{quote(path)}?{parameters.urlencode()}"


def _has_messages(request: HttpRequest) -> bool:
    """Return whether there may be messages to show; such a page is for one reader only."""
    waiting = settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES
    storage = getattr(request, "_messages", None)
    if not waiting and not (storage is not None and storage._queued_messages):
        return False
    request._messages_used = True  # type: ignore[attr-defined]  # read by CachePolicyMiddleware
    return True


def _link(entry: Any, path: str) -> dict[str, Any] | None:
    try:
        href = reverse(entry.url_name)
    except NoReverseMatch:
        return None
    return {"label": entry.label, "href": href, "current": path.startswith(href)}
