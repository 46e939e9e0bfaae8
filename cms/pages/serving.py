"""Pages over HTTP: found in two queries, prepared with everything their templates show of others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from wagtail import hooks
from wagtail.models import Page
from wagtail.views import serve as wagtail_serve, serve_chain

from . import queries
from .models import ArticlePage, HomePage


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with the page at `path`; what is no plain page is left to Wagtail's own view.

    Wagtail's walk down the tree costs two queries a step; the hooks of both are the same.
    """
    language = translation.get_language() or ""
    if path:
        page = queries.page_at(language, path)
    else:
        homes = queries.home_pages()
        page = homes.get(language)
        request.home_pages = homes  # type: ignore[attr-defined]  # read by set_languages
    if page is None:
        answer: HttpResponseBase = wagtail_serve(request, path)
        return answer
    chain = serve_chain
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        chain = hook(chain)
    for hook in hooks.get_hooks("before_serve_page"):
        result = hook(page, request, [], {})
        if isinstance(result, HttpResponse):
            return result
    answer = chain(page, request, [], {})
    return answer


def prepare(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """Read what the frame and the template need: locks, languages, pictures. At most seven queries."""
    locks = queries.restrictions()
    request.page_restrictions = locks  # type: ignore[attr-defined]  # read by slots
    page.known_restrictions = [lock for lock in locks if page.path.startswith(lock.page.path)]
    set_languages(page, request)
    if isinstance(page, HomePage):
        request.home_parts = queries.home_parts(page, locks)  # type: ignore[attr-defined]  # read by slots
        return
    if getattr(page, "picture_id", None):
        queries.give_pictures([page])
    if isinstance(page, ArticlePage):
        request.authors = queries.authors_of(page)  # type: ignore[attr-defined]  # read by slots and JSON-LD


def set_languages(page: Page, request: HttpRequest) -> None:
    """Tell the frame which languages the page has; a missing one leads to a page that says so. One query."""
    own = page.locale.language_code
    homes = getattr(request, "home_pages", {})
    locks = getattr(request, "page_restrictions", None)
    found = queries.alternates(page, locks) if page not in homes.values() else queries.addresses(homes.values(), locks)
    paths = {alternate.language: alternate.path for alternate in found}
    other = next(code for code, _name in settings.LANGUAGES if code != own)
    request.alternates = found  # type: ignore[attr-defined]  # read by templates
    request.has_translation = other in paths  # type: ignore[attr-defined]  # read by portal.ui
    request.other_language_path = paths.get(other) or not_yet_path(page, other)  # type: ignore[attr-defined]


def not_yet_path(page: Page, language: str) -> str:
    """Return the address of "not yet in English" for a page."""
    with translation.override(language):
        return f"{reverse('pages:not_yet')}?page={page.pk}"
