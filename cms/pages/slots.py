"""Parts of pages that read other pages, and what lower apps show of the news."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from locations.facts import kind_line, small_cells
from portal.ui.components import Cell, Crumb
from portal.ui.templatetags.ui import day

from . import queries
from .daylight import sunrise_and_sunset
from .models import ArticlePage, HomePage, NewsIndexPage, Person, PressKitPage, ServicePage


def locks_of(request: HttpRequest) -> queries.Restrictions:
    """Return the locks on pages where `prepare` has read them; a preview has not."""
    return getattr(request, "page_restrictions", None)


def home_main(request: HttpRequest, page: HomePage) -> str:
    """Everything on the home page that reads pages: services, news and all pictures."""
    parts = getattr(request, "home_parts", None) or queries.home_parts(page, locks_of(request))
    context = {
        "page": page,
        "services": parts.services,
        "news": parts.news,
        "places": [
            (place, image, kind_line(place), small_cells(place)[1:]) for place, image in parts.places
        ],  # without the code: three cards in a row are too narrow for it
        "day_picture": parts.pictures.get(page.picture_id or 0),
        "night_picture": parts.pictures.get(page.night_picture_id or 0),
        "week_picture": parts.pictures.get(page.week_picture_id or 0),
        "news_picture": parts.pictures.get(page.news_picture_id or 0),
        "facts": today(),
    }
    return render_to_string("pages/parts/home_main.html", context, request=request)


def today() -> list[Cell]:
    """Return the facts of the day: date, sunrise, sunset at the lot."""
    now = timezone.localtime()
    rise, fall = sunrise_and_sunset(now.date(), *settings.LOT_POINT)
    return [
        Cell(_("Today"), day(now.date())),
        Cell(_("Sunrise"), f"{rise:%H:%M}"),
        Cell(_("Sunset"), f"{fall:%H:%M}"),
    ]


def services_list(request: HttpRequest, page: Any) -> str:
    """The six services with picture and line: three queries."""
    services = queries.services_of(page.path, locks_of(request))
    queries.give_pictures(services)
    return render_to_string("pages/parts/services.html", {"services": services}, request=request)


def news_list(request: HttpRequest, page: Any) -> str:
    """A page of the news or of a section, by category where asked: four queries, five after a change."""
    locks, asked = locks_of(request), request.GET.get("category", "")
    category = asked if asked in ArticlePage.Category.values else ""
    found = queries.news_page(page.path or "-", request.GET.get("page", ""), locks, category)
    context = {
        "page": page,
        "page_obj": found,
        "news": found,
        "category": category,
        "categories": ArticlePage.Category.choices,
        "sections": queries.sections_of(page.path, locks) if isinstance(page, NewsIndexPage) else [],
    }
    return render_to_string("pages/parts/news.html", context, request=request)


def more_news(request: HttpRequest, page: ArticlePage) -> str:
    """Three other articles, of the same category first: one query, or two."""
    context = {"news": queries.more_like(page, locks_of(request)), "page": page}
    return render_to_string("pages/parts/more_news.html", context, request=request)


def beside(request: HttpRequest, page: Any) -> str:
    """The pages that an editor chose: two queries, or one."""
    related = queries.chosen_beside(page, locks_of(request))
    return render_to_string("pages/parts/related.html", {"related": related}, request=request) if related else ""


def written_by(request: HttpRequest, page: ArticlePage) -> str:
    """The authors of an article: one query."""
    return render_to_string("pages/parts/authors.html", {"authors": getattr(request, "authors", [])}, request=request)


def people_list(request: HttpRequest, page: Any) -> str:
    """The people, guests apart: one query, or three."""
    people = queries.listed_people()
    groups = [
        (title, [one for one in people if one.kind == kind])
        for kind, title in ((Person.Kind.AUTHOR, _("Authors")), (Person.Kind.GUEST, _("Guests")))
    ]
    return render_to_string("pages/parts/people.html", {"groups": groups}, request=request)


def kits_list(request: HttpRequest, page: Any) -> str:
    """The press kits below a page: three queries."""
    kits = queries.kits_of(page.path or "-", locks_of(request))
    return render_to_string("pages/parts/kits.html", {"kits": kits}, request=request)


def kit_files(request: HttpRequest, page: PressKitPage) -> str:
    """What a press kit offers: six queries."""
    context = {"page": page, "papers": queries.papers_of(page), "pictures": queries.pictures_in(page)}
    return render_to_string("pages/parts/kit_files.html", context, request=request)


def guides_list(request: HttpRequest, page: Any) -> str:
    """The guides below a page: three queries."""
    guides = queries.guides_of(page.path, locks_of(request))
    queries.give_pictures(guides)
    return render_to_string("pages/parts/guides.html", {"guides": guides}, request=request)


def other_services(request: HttpRequest, page: ServicePage) -> str:
    """The six services as a row to switch between: one query."""
    services = queries.services_of(parent_path(page), locks_of(request))
    return render_to_string("pages/parts/six.html", {"services": services, "page": page}, request=request)


def parent_path(page: Any) -> str:
    """Return the path of the page above; a page not saved yet (a preview) has none, and nothing lies there."""
    return page.path[: -page.steplen] or "-"


def way_to(page: Any) -> list[Crumb]:
    """Return the steps from below the home page to the page: one query."""
    if not page.path:
        return [Crumb(page.title)]
    steps = page.get_ancestors(inclusive=True).filter(depth__gt=2)
    return [Crumb(step.title, step.get_url() or "") for step in steps]


def footer_links(request: HttpRequest, page: Any) -> str:
    """Links of the footer to pages that always exist."""
    links = [
        (reverse("pages:guides"), _("Guides")),
        (reverse("pages:news"), _("News")),
        (reverse("pages:press"), _("Press")),
        (reverse("pictures:credits"), _("Picture credits")),
    ]
    return "".join(format_html('<li><a href="{}">{}</a></li>', path, label) for path, label in links)
