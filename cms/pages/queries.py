"""Reads of pages. Each says what it costs."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from media.models import PortalImage

from .models import ArticlePage, GuidePage, HomePage, ServicePage

NEWS_ON_HOME = 4
NEWS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Alternate:
    """This page in a language."""

    language: str
    path: str


def pictures_of(*ids: int | None) -> dict[int, PortalImage]:
    """Return pictures by id, with their sizes: two queries, none without ids."""
    wanted = {pk for pk in ids if pk}
    return PortalImage.objects.with_renditions().in_bulk(wanted) if wanted else {}


def live_children(page: Page, model: type[Page]) -> QuerySet[Page]:
    """Return the published pages of a kind below `page`, in the order editors gave them."""
    return model.objects.child_of(page).live().public().order_by("path")


def services_of(home: Page) -> list[ServicePage]:
    """Return the six services below a home page: one query. Pictures come with `with_pictures`."""
    return list(ServicePage.objects.descendant_of(home).live().order_by("path")[:12])


def news_of(page: Page, *, limit: int | None = None, apart_from: int | None = None) -> QuerySet[ArticlePage]:
    """Return published articles below `page`, newest first."""
    articles = ArticlePage.objects.descendant_of(page).live().public().order_by("-date", "-pk").defer("body")
    if apart_from:
        articles = articles.exclude(pk=apart_from)
    return articles[:limit] if limit else articles


def guides_of(page: Page) -> QuerySet[GuidePage]:
    """Return published guides below `page`."""
    return GuidePage.objects.descendant_of(page).live().public().order_by("path").defer("body")


def with_pictures(pages: list[Page], *extra: int | None) -> list[PortalImage | None]:
    """Put pictures with their sizes on `pages`, and return those of `extra` too: two queries for all."""
    found = pictures_of(*(page.picture_id for page in pages), *extra)
    for page in pages:
        if page.picture_id in found:
            page.picture = found[page.picture_id]
    return [found.get(pk) if pk else None for pk in extra]


def home_of(language: str) -> HomePage | None:
    """Return the published home page of a language: one query."""
    return HomePage.objects.live().filter(locale__language_code=language).first()


def alternates(page: Page, request: HttpRequest | None = None) -> list[Alternate]:
    """Return the page's published versions, itself included: one query."""
    others = (
        Page.objects.filter(translation_key=page.translation_key)
        .live()
        .public()
        .select_related("locale")
        .exclude(pk=page.pk)
    )
    found = {other.locale.language_code: other.get_url(request) for other in others}
    found[page.locale.language_code] = page.get_url(request)
    return [Alternate(code, found[code]) for code, _name in settings.LANGUAGES if found.get(code)]


def public_pages() -> QuerySet[Page]:
    """Return what may stand in the site map: published pages without view restrictions."""
    return Page.objects.live().public().filter(depth__gt=1).select_related("locale").order_by("path")
