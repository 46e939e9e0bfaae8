"""Reads of pages. Each says what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Page as PageOfList, Paginator
from django.db.models import Case, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.utils.functional import cached_property
from wagtail.models import Page, PageLogEntry, PageViewRestriction, Site

from locations.models import Location, LocationPhoto
from media.models import PortalImage

from .models import (
    ArticleAuthor,
    ArticlePage,
    GuidePage,
    HomePage,
    NewsIndexPage,
    Person,
    PressCopy,
    PressKitPage,
    PressPicture,
    SectionPage,
    ServicePage,
)

NEWS_ON_HOME = 4
NEWS_PER_PAGE = 20
NEWS_IN_FEED = 30
KITS_PER_PAGE = 24
GAPS = frozenset({"missing", "draft", "older"})
COUNTED_FOR = 300  # seconds; a change of any page is a new count
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
    places: list[tuple[Location, PortalImage | None]]
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


def below(path: str) -> Q:
    """Select what stands below a path, as an interval: a database finds that by its index, SQLite's LIKE reads all."""
    return Q(path__range=(f"{path}0", f"{path}{'Z' * Page.steplen * 4}"))


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
    services = ServicePage.objects.filter(below(path)).order_by("path").defer("body")
    return list(visible(services, locks)[:12])


def news_of(path: str, locks: Restrictions = None, category: str = "") -> QuerySet[ArticlePage]:
    """Return published articles below a path, newest first."""
    articles = ArticlePage.objects.filter(below(path)).order_by("-date", "-pk").defer("body")
    found: QuerySet[ArticlePage] = visible(articles.filter(category=category) if category else articles, locks)
    return found


class CountedOnce(Paginator[Any]):
    """Turns the pages of a long list whose length is counted once for each change of any page."""

    def __init__(self, rows: QuerySet[Any], per_page: int, *, name: str) -> None:
        super().__init__(rows, per_page)
        self.name = name

    @cached_property
    def count(self) -> int:
        """Return how many there are: one look-up of a number, and a count where that number is new."""
        newest = PageLogEntry.objects.aggregate(last=Max("pk"))["last"] or 0
        key = f"pages.count:{self.name}:{newest}"
        known = cache.get(key)
        if known is None:
            rows: Any = self.object_list
            known = rows.count()
            cache.set(key, known, COUNTED_FOR)
        return int(known)


def news_page(path: str, number: str, locks: Restrictions = None, category: str = "") -> PageOfList[ArticlePage]:
    """Return one page of the articles below a path: two queries, three after a change."""
    locked = ",".join(str(lock.pk) for lock in locks or ())
    rows = news_of(path, locks, category)
    return CountedOnce(rows, NEWS_PER_PAGE, name=f"{path}:{category}:{locked}").get_page(number)


def sections_of(path: str, locks: Restrictions = None) -> list[SectionPage]:
    """Return the sections below a path: one query."""
    return list(visible(SectionPage.objects.filter(below(path)).order_by("path"), locks)[:12])


def feed_source(language: str, path: str) -> NewsIndexPage | SectionPage | None:
    """Return the list of news or section at a path that everybody may read: four queries."""
    page = page_at(language, path)
    if not isinstance(page, NewsIndexPage | SectionPage) or page.get_view_restrictions():
        return None
    return page


def newest_for_feed(path: str) -> list[ArticlePage]:
    """Return what a feed tells, with the authors: three queries."""
    authors = Prefetch("authors", ArticleAuthor.objects.select_related("person").order_by("sort_order"))
    return list(news_of(path).prefetch_related(authors)[:NEWS_IN_FEED])


def authors_of(article: ArticlePage) -> list[Person]:
    """Return who wrote an article, in order: one query, none in a preview."""
    return [one.person for one in article.authors.select_related("person")]


def chosen_beside(page: Page, locks: Restrictions = None) -> list[Page]:
    """Return the pages an editor put beside a page, in the page's language and in order: two queries, or one."""
    keys = [link.page.translation_key for link in page.related_links.select_related("page") if link.page_id]
    if not keys:
        return []
    there = Page.objects.filter(translation_key__in=keys, locale_id=page.locale_id, depth__gt=1)
    found = {one.translation_key: one for one in visible(there, locks).exclude(pk=page.pk)}
    return [found[key] for key in keys if key in found]


def more_like(article: ArticlePage, locks: Restrictions = None, *, most: int = 3) -> list[ArticlePage]:
    """Return the newest articles of the same category, others where these are few: one query, or two."""
    rows = ArticlePage.objects.filter(locale_id=article.locale_id).exclude(pk=article.pk)
    rows = visible(rows.order_by("-date", "-pk").defer("body"), locks)
    same = list(rows.filter(category=article.category)[:most])
    if len(same) == most:
        return same
    others = rows.exclude(pk__in=[one.pk for one in same])[: most - len(same)]
    return [*same, *others]


def listed_people() -> list[Person]:
    """Return the people shown to visitors, with their pictures: one query, or three."""
    people = list(Person.objects.filter(is_listed=True)[:200])
    give_pictures(people)
    return people


def listed_person(slug: str) -> Person | None:
    """Return one of them: one query."""
    return Person.objects.filter(is_listed=True, slug=slug).first()


def written_by(person: Person, language: str, locks: Restrictions = None) -> QuerySet[ArticlePage]:
    """Return what somebody wrote that stands in a language, newest first."""
    rows = ArticlePage.objects.filter(authors__person=person, locale__language_code=language)
    found: QuerySet[ArticlePage] = visible(rows.order_by("-date", "-pk").defer("body"), locks)
    return found


def page_written_by(person: Person, language: str, number: str) -> PageOfList[ArticlePage]:
    """Return one page of what somebody wrote: three queries, four after a change."""
    locks = restrictions()
    locked = ",".join(str(lock.pk) for lock in locks)
    rows = written_by(person, language, locks)
    return CountedOnce(rows, NEWS_PER_PAGE, name=f"person:{person.pk}:{language}:{locked}").get_page(number)


def kits_of(path: str, locks: Restrictions = None) -> list[PressKitPage]:
    """Return the press kits below a path, newest first, with their pictures: three queries."""
    rows = PressKitPage.objects.filter(below(path)).order_by("-date", "-pk").defer("body")
    kits = list(visible(rows, locks)[:KITS_PER_PAGE])
    give_pictures(kits)
    return kits


def papers_of(kit: PressKitPage) -> list[Any]:
    """Return the documents of a kit that visitors can fetch: one query."""
    return [paper for paper in kit.papers.select_related("document") if paper.document.is_public]


def pictures_in(kit: PressKitPage) -> list[tuple[PressPicture, PressCopy | None]]:
    """Return the pictures of a kit, each with its copy for the press where that is ready: four queries."""
    rows = list(kit.pictures.all())
    own: dict[int, PortalImage] = {}
    if kit.picture_id and "picture" in kit._state.fields_cache:
        picture: Any = kit.picture
        own[kit.picture_id] = picture
    images = {**pictures_of(*({row.image_id for row in rows} - own.keys())), **own}
    copies = {copy.image_id: copy for copy in PressCopy.objects.filter(image__in=images)}
    shown = []
    for row in rows:
        if row.image_id not in images:
            continue
        row.image = images[row.image_id]
        copy = copies.get(row.image_id)
        shown.append((row, copy if copy and copy.source_name == row.image.file.name else None))
    return shown


def kits_with(image_id: int) -> list[PressKitPage]:
    """Return the published kits that name a picture: one query."""
    return list(PressKitPage.objects.live().filter(pictures__image=image_id).distinct()[:20])


def released_images() -> set[int]:
    """Return the pictures that published kits name: one query."""
    return set(PressPicture.objects.filter(kit__live=True).values_list("image_id", flat=True))


def first_made(page: Page) -> Page:
    """Return the version of a page that was made first and still is: one query."""
    found = Page.objects.filter(translation_key=page.translation_key).order_by("pk").first()
    return found or page


def first_versions() -> QuerySet[Page]:
    """Return one page for each group of translations, the first made."""
    earlier = Page.objects.filter(translation_key=OuterRef("translation_key"), pk__lt=OuterRef("pk"), depth__gt=1)
    found: QuerySet[Page] = Page.objects.filter(~Exists(earlier), depth__gt=1).order_by("pk")
    return found


def translation_gaps(only: str = "") -> QuerySet[Page]:
    """Return published pages whose other language is `missing`, still a `draft`, or `older` than the original.

    The page that was made first is the original. Each row says which as `gap`, and its twin's number as `twin_id`.
    """
    twins = Page.objects.filter(translation_key=OuterRef("translation_key")).exclude(pk=OuterRef("pk"))
    rows = Page.objects.filter(live=True, depth__gt=1, alias_of=None).annotate(
        twin_id=Subquery(twins.values("pk")[:1]),
        twin_live=Subquery(twins.values("live")[:1]),
        twin_changed=Subquery(twins.values("latest_revision_created_at")[:1]),
    )
    older = Q(twin_id__gt=F("pk"), twin_changed__lt=F("last_published_at"))
    kinds = [When(twin_id=None, then=Value("missing")), When(twin_live=False, then=Value("draft"))]
    named = rows.annotate(gap=Case(*kinds, When(older, then=Value("older")), default=Value("")))
    asked = {only} if only in GAPS else GAPS
    gaps: QuerySet[Page] = named.filter(gap__in=asked)
    return gaps.select_related("locale", "content_type").order_by("-last_published_at", "-pk")


def guides_of(path: str, locks: Restrictions = None) -> list[GuidePage]:
    """Return published guides below a path: one query."""
    return list(visible(GuidePage.objects.filter(below(path)).order_by("path").defer("body"), locks))


def newest_places() -> list[tuple[Location, int | None]]:
    """Return the places that everyone may see and that were verified last, each with its own picture's number if any.

    One query; the pictures' own rows and sizes are read with all others of the page. No picture stands twice.
    """
    own = LocationPhoto.objects.filter(location=OuterRef("pk"), shows_place=True).order_by("order", "pk")
    places = Location.objects.visible_to(frozenset()).annotate(own_picture=Subquery(own.values("image_id")[:1]))
    shown: list[tuple[Location, int | None]] = []
    for place in places.order_by(F("last_verified_on").desc(nulls_last=True), "-pk")[:PLACES_ON_HOME]:
        there = place.own_picture in {number for _place, number in shown}
        shown.append((place, None if there else place.own_picture))
    return shown


def home_parts(page: HomePage, locks: Restrictions = None) -> HomeParts:
    """Return what the home page shows: five queries, however many services, news and places there are."""
    services = services_of(page.path, locks)
    news = list(news_of(page.path, locks)[:NEWS_ON_HOME])
    places = newest_places()
    own = (page.picture_id, page.night_picture_id, page.week_picture_id, page.news_picture_id)
    others = [*(service.picture_id for service in services), *(number for _place, number in places if number)]
    found = pictures_of(*own, *others)
    give_pictures([*services, page], found)
    shown = [(place, found[number] if number else None) for place, number in places]
    return HomeParts(services, news, shown, found)


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


def versions_of(pages: Iterable[Page]) -> dict[Any, list[Page]]:
    """Return what may stand in the site map of the same translations as `pages`, by their key: one query."""
    found: dict[Any, list[Page]] = {}
    for page in public_pages().filter(translation_key__in={page.translation_key for page in pages}):
        found.setdefault(page.translation_key, []).append(page)
    return found
