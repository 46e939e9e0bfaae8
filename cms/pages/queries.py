"""Reads of pages. Each says what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery
from wagtail.models import Page, PageViewRestriction, Site

from locations.models import Location, LocationPhoto
from media.models import PortalImage

from .models import ArticlePage, GuidePage, HomePage, ServicePage

NEWS_ON_HOME = 4
NEWS_PER_PAGE = 20
PLACES_ON_HOME = 3

Restrictions = Sequence[PageViewRestriction] | None


@dataclass(frozen=True, slots=True)
class Alternate:
    """A page in a language."""

    language: str
    path: str


@dataclass(slots=True)
class HomeParts:
    """What the home page shows of other pages, and its pictures."""

    services: list[ServicePage]
    news: list[ArticlePage]
    places: list[LocationPhoto]
    pictures: dict[int, PortalImage] = field(default_factory=dict)


def page_at(language: str, path: str) -> Page | None:
    """Return the published page at a path of a language: two queries, where Wagtail asks two for every step."""
    root = next((site.root_path for site in Site.get_site_root_paths() if site.language_code == language), None)
    if root is None:
        return None
    found = Page.objects.live().filter(url_path=f"{root}{path}").select_related("locale").first()
    if found is None:
        return None
    page: Page = found.specific
    page.locale = found.locale
    return page


def home_pages() -> dict[str, HomePage]:
    """Return the published home pages below the site's root by language: one query."""
    roots = {site.root_path: site.language_code for site in Site.get_site_root_paths()}
    homes = HomePage.objects.live().filter(url_path__in=roots).select_related("locale")
    return {roots[home.url_path]: home for home in homes}


def restrictions() -> list[PageViewRestriction]:
    """Return every lock on pages, with its page: one query. There are few or none."""
    return list(PageViewRestriction.objects.select_related("page"))


def visible(pages: Any, locks: Restrictions) -> Any:
    """Leave out pages behind a lock: no query where the locks are known, else one."""
    pages = pages.live()
    if locks is None:
        return pages.public()
    for lock in locks:
        pages = pages.exclude(path__startswith=lock.page.path)
    return pages


def pictures_of(*ids: int | None) -> dict[int, PortalImage]:
    """Return pictures by id, with their sizes: two queries, none without ids."""
    wanted = {pk for pk in ids if pk}
    return PortalImage.objects.with_renditions().in_bulk(wanted) if wanted else {}


def give_pictures(pages: Sequence[Page], found: dict[int, PortalImage] | None = None) -> None:
    """Put pictures with their sizes on `pages`: two queries where they are not given."""
    found = pictures_of(*(page.picture_id for page in pages)) if found is None else found
    for page in pages:
        if page.picture_id in found:
            page.picture = found[page.picture_id]


def services_of(path: str, locks: Restrictions = None) -> list[ServicePage]:
    """Return the services below a path: one query. Pictures come with `give_pictures`."""
    services = ServicePage.objects.filter(path__startswith=path).order_by("path").defer("body")
    return list(visible(services, locks)[:12])


def news_of(path: str, locks: Restrictions = None) -> QuerySet[ArticlePage]:
    """Return published articles below a path, newest first."""
    articles = ArticlePage.objects.filter(path__startswith=path).order_by("-date", "-pk").defer("body")
    found: QuerySet[ArticlePage] = visible(articles, locks)
    return found


def guides_of(path: str, locks: Restrictions = None) -> list[GuidePage]:
    """Return published guides below a path: one query."""
    return list(visible(GuidePage.objects.filter(path__startswith=path).order_by("path").defer("body"), locks))


def newest_places() -> list[LocationPhoto]:
    """Return the first pictures, with their places, of the places that everyone may see and that were verified last.

    One query; the pictures' own rows and sizes are read with all others of the page.
    """
    first = LocationPhoto.objects.filter(location=OuterRef("location")).order_by("order", "pk").values("pk")[:1]
    photos = LocationPhoto.objects.filter(pk=Subquery(first), location__in=Location.objects.visible_to(frozenset()))
    ordered = photos.order_by(F("location__last_verified_on").desc(nulls_last=True), "-location_id")
    return list(ordered.select_related("location")[:PLACES_ON_HOME])


def home_parts(page: HomePage, locks: Restrictions = None) -> HomeParts:
    """Return what the home page shows: five queries, however many services, news and places there are."""
    services = services_of(page.path, locks)
    news = list(news_of(page.path, locks)[:NEWS_ON_HOME])
    places = newest_places()
    own = (page.picture_id, page.night_picture_id, page.week_picture_id, page.news_picture_id)
    others = [*(service.picture_id for service in services), *(photo.image_id for photo in places)]
    found = pictures_of(*own, *others)
    give_pictures([*services, page], found)
    for photo in places:
        photo.image = found[photo.image_id]
    return HomeParts(services, news, places, found)


def home_of(language: str) -> HomePage | None:
    """Return the published home page of a language: one query."""
    return HomePage.objects.live().filter(locale__language_code=language).first()


def alternates(page: Page, locks: Restrictions = None) -> list[Alternate]:
    """Return the page's published versions in the order of the languages, itself included: one query."""
    others = Page.objects.filter(translation_key=page.translation_key).select_related("locale")
    return addresses(visible(others, locks), locks)


def addresses(pages: Iterable[Page], locks: Restrictions) -> list[Alternate]:
    """Return where the pages are, in the order of the languages, without those behind a lock. No query of its own."""
    closed = tuple(lock.page.path for lock in locks or ())
    found = {
        page.locale.language_code: page.get_url() for page in pages if not (closed and page.path.startswith(closed))
    }
    return [Alternate(code, found[code]) for code, _name in settings.LANGUAGES if found.get(code)]


def public_pages() -> QuerySet[Page]:
    """Return what may stand in the site map: published pages without view restrictions."""
    return Page.objects.live().public().filter(depth__gt=1).select_related("locale").order_by("path")
