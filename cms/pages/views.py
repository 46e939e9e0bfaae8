"""Views beside the page tree: languages still missing, search, feed, site map."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index as sitemap_index, sitemap
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.models import Page

from locations.rules import viewer_of
from media.views import private_file
from portal.search.queries import search, search_all, suggest
from portal.search.query import Viewer, parse
from portal.search.spec import specs
from portal.ui.components import Crumb
from portal.ui.page_cache import never_kept, searched
from portal.ui.sitemaps import record_sections

from . import queries
from .models import ArticlePage, HomePage, PressCopy
from .rules import may_pass
from .search import GROUPS, SPEC, cards

SCOPES = {"places": "locations", "stages": "stages"}
HITS_A_KIND = 3
HIGHEST = 2**31 - 1  # no number of a record is above it; a database refuses larger ones
FACET_TITLES = {"sort": gettext_lazy("Kind of page"), "category": gettext_lazy("Category")}


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
@never_kept
def find(request: HttpRequest) -> HttpResponse:
    """Answer the search over everything in groups; a scope asked for leads to the list of its kind."""
    parsed = parse(request.GET, SPEC, viewer_of(request.user), size=HITS_A_KIND)
    text = parsed.request.text
    scope = SCOPES.get(request.GET.get("in", ""))
    if scope is not None:
        query = f"?{urlencode({'q': text})}" if text else ""
        return HttpResponseRedirect(f"/{translation.get_language()}/{scope}/{query}")
    groups = search_all(text, parsed.request.viewer, size=HITS_A_KIND, kinds=GROUPS) if text else ()
    context = {
        "text": text,
        "cut": parsed.cut,
        "groups": groups,
        "total": sum(group.total for group in groups),
        "corrected": next((group.corrected for group in groups if group.corrected), ""),
        "loosened": any(group.loosened for group in groups),
        "stale": any(group.stale for group in groups),
        "kinds": [(spec.title, reverse(spec.listing)) for spec in specs() if spec.title and spec.listing],
    }
    template = "pages/find.html" + ("#found" if getattr(request, "htmx", False) else "")
    response = render(request, template, context)
    response.headers["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    return response


@require_safe
def find_pages(request: HttpRequest) -> HttpResponse:
    """List the pages that a text finds, by kind and category."""
    parsed = parse(request.GET, SPEC, Viewer())
    page = search(parsed.request)
    shown = cards([hit.id for hit in page.hits], Viewer())
    context = {
        "parsed": parsed,
        "found": page,
        "results": [(hit, shown[hit.id]) for hit in page.hits if hit.id in shown],
        "page_obj": Paginator(range(min(page.total, 10_000)), parsed.request.size).get_page(parsed.page),
        "facets": [
            (name, label, [(SPEC.label(name, one.value), one) for one in page.facets.get(name, ())])
            for name, label in FACET_TITLES.items()
        ],
    }
    response = render(request, "pages/find_pages.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return searched(response, settled=page.settled)


@require_safe
@never_kept
def suggest_all(request: HttpRequest) -> JsonResponse:
    """Offer what a reader may mean while they type: places, stages, pages, each with its address."""
    text, viewer = request.GET.get("q", "")[:60], viewer_of(request.user)
    items: list[dict[str, str]] = []
    for spec in specs():
        if spec.title and spec.cards is not None:
            offers = [one for one in suggest(spec.kind, text, viewer, limit=3) if one.id is not None]
            items += [{"text": one.text, "kind": str(spec.title)} for one in offers]
    return JsonResponse({"items": items[:8]})


@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """One of the newsroom's people and what they wrote in this language."""
    one = queries.listed_person(slug)
    if one is None:
        raise Http404
    queries.give_pictures([one])
    page = queries.page_written_by(one, translation.get_language() or "", request.GET.get("page", ""))
    steps = [Crumb(_("People"), reverse("pages:people")), Crumb(one.name)]
    return render(request, "pages/person.html", {"person": one, "steps": steps, "page_obj": page, "news": page})


@require_safe
def press_picture(request: HttpRequest, image_id: int) -> HttpResponseBase:
    """Hand out the press copy of a picture that a published kit names, to whoever may read that kit."""
    copy = PressCopy.objects.select_related("image").filter(image_id=min(image_id, HIGHEST)).first()
    if copy is None or copy.source_name != copy.image.file.name:
        raise Http404
    if not any(may_pass(kit.get_view_restrictions(), request) for kit in queries.kits_with(image_id)):
        raise Http404
    return private_file(copy.file.storage.open(str(copy.file.name), "rb"), f"press-{image_id}.jpg")


@login_required
@require_safe
def open_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from a notice to the page in the admin; 404 for whoever may not edit it."""
    page = get_object_or_404(Page, pk=min(pk, HIGHEST), depth__gt=1).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise Http404
    return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[pk]))


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


class NewsFeed(Feed):  # type: ignore[type-arg]  # takes no parameter at run time
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

    def items(self, home: Page) -> list[ArticlePage]:
        return queries.newest_for_feed(home.path)

    def item_title(self, item: ArticlePage) -> str:
        return item.title

    def item_description(self, item: ArticlePage) -> str:
        return item.lead

    def item_link(self, item: ArticlePage) -> str:
        return item.get_url() or "/"

    def item_pubdate(self, item: ArticlePage) -> datetime:
        return timezone.make_aware(datetime.combine(item.date, time(8)))

    def item_updateddate(self, item: ArticlePage) -> datetime | None:
        return item.last_published_at

    def item_author_name(self, item: ArticlePage) -> str | None:
        return ", ".join(str(one.person) for one in item.authors.all()) or None

    def item_categories(self, item: ArticlePage) -> list[str]:
        return [str(item.get_category_display())]


class SectionFeed(NewsFeed):
    """The newest articles of one section or list of news, for as long as everybody may read it."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Page:
        """Return the section. Raises `Http404` where there is none that everybody may read."""
        section = queries.feed_source(translation.get_language() or "", f"{kwargs['section']}/")
        if section is None:
            raise Http404
        return section

    def title(self, section: Page) -> str:
        return str(section.title)

    def description(self, section: Page) -> str:
        return section.lead or str(section.title)


class PagesSitemap(Sitemap):  # type: ignore[type-arg]  # takes no parameter at run time
    """Every published page with its other languages, a slice at a time."""

    limit = 2000

    def items(self) -> QuerySet[Page]:
        return queries.public_pages()

    def location(self, item: Page) -> str:
        return item.get_url() or "/"

    def lastmod(self, item: Page) -> datetime | None:
        return item.last_published_at or item.latest_revision_created_at

    def get_latest_lastmod(self) -> datetime | None:
        """Return when any page last went out: one query, where the stock method reads them all."""
        newest: datetime | None = self.items().aggregate(last=Max("last_published_at"))["last"]
        return newest

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        """Add each page's translations to the stock entries, also those of another slice: one query for all."""
        entries: list[dict[str, Any]] = super().get_urls(page, site, protocol)
        versions = queries.versions_of(entry["item"] for entry in entries)
        for entry in entries:
            own = entry["item"].get_url() or "/"
            base = entry["location"].removesuffix(own)
            twins = versions.get(entry["item"].translation_key, ())
            entry["alternates"] = (
                [{"location": f"{base}{one.get_url()}", "lang_code": one.locale.language_code} for one in twins]
                if len(twins) > 1
                else []
            )
        return entries


def site_map(request: HttpRequest) -> HttpResponse:
    """Answer with the one site map, or with the list of its slices where the pages do not fit into one."""
    sections = site_map_sections()
    if all(section.paginator.num_pages == 1 for section in sections.values()):
        return sitemap(request, sections)
    return sitemap_index(request, sections, sitemap_url_name="sitemap_section")


def site_map_section(request: HttpRequest, section: str) -> HttpResponse:
    """Answer with a slice of one section of the site map."""
    return sitemap(request, site_map_sections(), section=section)


def site_map_sections() -> dict[str, Any]:
    """Return the sections of the site map: pages, and the records of the other apps."""
    return {"pages": PagesSitemap(), **record_sections()}
