"""How pages are found. One document stands for a page in all its languages, under the number of the first made.

Only what everybody may read is in it: published versions without a lock on them or above them.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from portal.search.query import Card, Viewer
from portal.search.spec import Document, SearchSpec

from . import queries
from .models import (
    ArticlePage,
    GuideIndexPage,
    GuidePage,
    HomePage,
    NewsIndexPage,
    PeoplePage,
    PressKitPage,
    PressPage,
    SectionPage,
    ServicePage,
    ServicesIndexPage,
)

KIND = "page"
GROUPS = ("place", "stage", "vendor", "event", "page")
"""The kinds of the search over everything, in the order in which they answer."""
LONGEST_BODY = 4000
SORTS = {
    "news": (ArticlePage,),
    "guide": (GuidePage, GuideIndexPage),
    "service": (ServicePage, ServicesIndexPage),
    "press": (PressPage, PressKitPage),
    "section": (NewsIndexPage, SectionPage, PeoplePage),
}
FACETS = {
    "sort": {
        "news": _("News"),
        "guide": _("Guides"),
        "service": _("One-stop services"),
        "press": _("Press"),
        "section": _("Sections"),
    },
    "category": dict(ArticlePage.Category.choices),
}


def document(page: Page) -> Document | None:
    """Return what the search knows of a page: nothing unless a version is out for everybody. Up to five queries."""
    versions = queries.visible(Page.objects.filter(translation_key=page.translation_key, depth__gt=1), None)
    by_language = {one.locale.language_code: one for one in versions.select_related("locale").specific()}
    shown = [by_language[code] for code in ("zh-hans", "en") if code in by_language]
    if not shown or isinstance(shown[0], HomePage):
        return None
    chinese, english = by_language.get("zh-hans"), by_language.get("en")
    lead = shown[0]
    day = getattr(lead, "date", None) or lead.first_published_at
    return {
        "title_zh": chinese.title if chinese else "",
        "title_en": english.title if english else "",
        "tags": _tags(shown),
        "body_zh": _text(chinese),
        "body_en": _text(english),
        "facets": {
            "sort": [name for name, models in SORTS.items() if isinstance(lead, models)],
            "category": [lead.category] if isinstance(lead, ArticlePage) else [],
        },
        "created": int(f"{day:%Y%m%d}") if day else 0,
        "audience": ["public"],
    }


def _text(page: Page | None) -> str:
    """Return what a page says: its lead, its blocks' words, what a service offers."""
    if page is None:
        return ""
    parts = [getattr(page, "lead", ""), getattr(page, "offers", ""), getattr(page, "terms", "")]
    body = getattr(page, "body", None)
    if body:
        parts += [str(text) for text in body.stream_block.get_searchable_content(body)]
    return " ".join(strip_tags(part).strip() for part in parts if part)[:LONGEST_BODY]


def _tags(versions: Sequence[Page]) -> list[str]:
    """Return the category in both languages and the authors' names."""
    tags: list[str] = []
    for page in versions:
        if isinstance(page, ArticlePage):
            with translation.override(page.locale.language_code):
                tags.append(str(page.get_category_display()))
            tags += [name for one in queries.authors_of(page) for name in (one.name_zh, one.name_en)]
    return list(dict.fromkeys(tags))


def cards(ids: Sequence[int], viewer: Viewer) -> dict[int, Card]:
    """Return pages as the grouped answer shows them: the version in the reader's language. Three queries."""
    keys = dict(Page.objects.filter(pk__in=ids).values_list("translation_key", "pk"))
    rows = Page.objects.filter(translation_key__in=keys, locale__language_code=translation.get_language())
    found = queries.visible(rows.filter(depth__gt=1), None)
    return {keys[page.translation_key]: Card(page.title, page.get_url() or "/") for page in found}


SPEC = SearchSpec(
    kind=KIND,
    model=Page,
    document=document,
    records=queries.first_versions,
    facets=FACETS,
    sorts=("relevance", "newest"),
    title=_("Pages"),
    listing="pages:find_pages",
    cards=cards,
)
