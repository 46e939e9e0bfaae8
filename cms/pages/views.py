"""Views beside the page tree: languages still missing, search, feed, site map."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from . import queries
from .models import ArticlePage, HomePage

SCOPES = {"places": "locations", "stages": "stages"}


@require_safe
def not_yet(request: HttpRequest) -> HttpResponse:
    """Say that a page is not there in this language, and offer the original."""
    wanted = request.GET.get("page", "")
    if not wanted.isdecimal() or len(wanted) > 12:
        raise Http404
    page = get_object_or_404(Page.objects.live().public().filter(depth__gt=2), pk=int(wanted)).specific
    language = translation.get_language()
    versions = queries.alternates(page)
    here = next((version for version in versions if version.language == language), None)
    if here:
        return HttpResponseRedirect(here.path)
    request.other_language_path = page.get_url()  # type: ignore[attr-defined]  # read by portal.ui
    request.has_translation = False  # type: ignore[attr-defined]
    home = queries.home_of(language or "")
    news = list(queries.news_of(home.path)[:3]) if home else []
    picture_id = getattr(page, "picture_id", None) or 0
    picture = queries.pictures_of(picture_id).get(picture_id)
    context = {"original": page, "original_url": page.get_url(), "news": news, "picture": picture}
    response = render(request, "pages/not_yet.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Take the search of the home page to places or stages."""
    scope = SCOPES.get(request.GET.get("in", ""), SCOPES["places"])
    words = request.GET.get("q", "").strip()[:200]
    query = f"?{urlencode({'q': words})}" if words else ""
    return HttpResponseRedirect(f"/{translation.get_language()}/{scope}/{query}")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where not to go, and where the site map is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/accounts/", "/api/", "/documents/", "/pictures/")),
        f"Sitemap: {settings.PORTAL_BASE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


class NewsFeed(Feed):
    """The newest articles of a language."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HomePage:
        """Return the home page. Raises `Http404` where there is none yet."""
        home = queries.home_of(translation.get_language() or "")
        if home is None:
            raise Http404
        return home

    def title(self, home: HomePage) -> str:
        return _("News of the film lot")

    def description(self, home: HomePage) -> str:
        return home.lead or _("News of the film lot")

    def link(self, home: HomePage) -> str:
        return home.get_url() or "/"

    def items(self, home: HomePage) -> list[ArticlePage]:
        return list(queries.news_of(home.path)[:30])

    def item_title(self, item: ArticlePage) -> str:
        return item.title

    def item_description(self, item: ArticlePage) -> str:
        return item.lead

    def item_link(self, item: ArticlePage) -> str:
        return item.get_url() or "/"

    def item_pubdate(self, item: ArticlePage) -> datetime:
        return timezone.make_aware(datetime.combine(item.date, time(8)))

    def item_categories(self, item: ArticlePage) -> list[str]:
        return [str(item.get_category_display())]


class PagesSitemap(Sitemap):
    """Every published page with its other languages."""

    limit = 2000

    def items(self) -> list[Page]:
        return list(queries.public_pages())

    def location(self, item: Page) -> str:
        return item.get_url() or "/"

    def lastmod(self, item: Page) -> datetime | None:
        return item.last_published_at or item.latest_revision_created_at

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Add each page's translations to the stock entries, from the one list already read."""
        entries = super().get_urls(*args, **kwargs)
        by_key: dict[Any, list[tuple[str, str]]] = {}
        for entry in entries:
            page = entry["item"]
            by_key.setdefault(page.translation_key, []).append((page.locale.language_code, entry["location"]))
        for entry in entries:
            versions = by_key[entry["item"].translation_key]
            entry["alternates"] = (
                [{"location": path, "lang_code": code} for code, path in versions] if len(versions) > 1 else []
            )
        return entries
