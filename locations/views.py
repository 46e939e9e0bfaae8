"""Pages of places."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from portal.core.bilingual import reads_english
from portal.core.geo import distance_m
from portal.search.queries import search
from portal.search.query import Parsed, SearchPage, Viewer, parse
from portal.ui.page_cache import searched

from . import facts, listing, queries, rules, sections, vocabulary
from .forms import SunForm
from .maps import map_links
from .models import Location
from .search import SPEC
from .structured import place_data
from .sun import SunDay, sun_day
from .sundrawing import sun_drawing


@require_safe
def list_places(request: HttpRequest) -> HttpResponse:
    """Search the library. The results alone are answered to htmx, the page to everyone else."""
    viewer = rules.viewer_of(request.user)
    parsed = parse(request.GET, SPEC, viewer)
    page = search(parsed.request)
    places = queries.in_order([hit.id for hit in page.hits], viewer)
    context = {
        "parsed": parsed,
        "page": page,
        "results": list(results(page, queries.with_covers(places), viewer, parsed.request.offset)),
        "page_obj": page_of(parsed, page.total),
        **screen(request, parsed, page),
    }
    asked = getattr(request, "htmx", None)
    part = asked and not asked.history_restore_request
    response = render(request, "locations/list.html" + ("#found" if part else ""), context)
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    return searched(response, settled=page.settled)


def screen(request: HttpRequest, parsed: Parsed, page: SearchPage) -> dict[str, Any]:
    """Return what stands around the results."""
    said, view = listing.pairs(request.GET), listing.view_of(request.GET)
    common, groups = listing.facets_of(page)
    return {
        "view": view,
        "views": listing.views(said, view),
        "facets": common,
        "groups": groups,
        "more_chosen": sum(group.chosen for group in groups),
        "ranges": listing.ranges(parsed),
        "chips": listing.chips(said, parsed),
        "sorts": listing.sorts(parsed),
        "areas": listing.areas(request.GET, parsed),
        "save_query": listing.clean_query(request.GET),
    }


def results(page: SearchPage, shown: list[queries.Shown], viewer: Viewer, offset: int) -> Any:
    """Yield what a result's template needs."""
    hits = {hit.id: hit for hit in page.hits}
    language, other = ("en", "zh") if reads_english() else ("zh", "en")
    for number, one in enumerate(shown, start=offset + 1):
        hit = hits[one.place.pk]
        yield {
            "number": number,
            "place": one.place,
            "cover": one.cover,
            "title": hit.title.get(language) or hit.title.get(other),
            "snippet": hit.snippet.get(language) or hit.snippet.get(other),
            "kind": facts.kind_line(one.place),
            "eras": facts.era_line(one.place),
            "cells": facts.small_cells(one.place),
            "point": rules.shown_point(one.place, viewer),
            "km": round(hit.distance_m / 1000, 1) if hit.distance_m is not None else None,
        }


def page_of(parsed: Parsed, total: int) -> Page[int]:
    """Return the pager's page: it knows the total without holding the records."""
    paginator = Paginator(range(min(total, 10_000)), parsed.request.size)
    return paginator.get_page(parsed.page)


DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A drawing holds its own style and nothing that runs; shown alone it stays so."""


def _kept_by_version(response: HttpResponse, request: HttpRequest, place: Location) -> HttpResponse:
    """A version's address may be kept for a day, by everybody where everybody may see the place."""
    whose = "private" if place.organisation_id else "public"
    current = request.GET.get("v") == str(place.version)
    response["Cache-Control"] = f"{whose}, max-age={86_400 if current else 60}"
    response["Content-Security-Policy"] = DRAWING_POLICY
    return response


@require_safe
def section_drawing(request: HttpRequest, slug: str, frame: str) -> HttpResponse:
    """The section of a place, as SVG. 404 for a place one may not see, and for a size that there is not."""
    if frame not in sections.FRAMES:
        raise Http404(frame)
    place = queries.one_visible(slug, rules.viewer_of(request.user))
    drawn = sections.section_svg(place, sections.FRAMES[frame])
    return _kept_by_version(HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8"), request, place)


@require_safe
def share_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The section of a place as a PNG of 1200 × 630, for chat apps. 404 for a place one may not see."""
    place = queries.one_visible(slug, rules.viewer_of(request.user))
    return _kept_by_version(HttpResponse(sections.section_png(place), content_type="image/png"), request, place)


@require_safe
def place_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One place in full."""
    viewer = rules.viewer_of(request.user)
    place = queries.one_visible(slug, viewer)
    form = SunForm(request.GET)
    today = timezone.localdate()
    day = form.cleaned_data["date"] if form.is_valid() and form.cleaned_data["date"] else today
    point = rules.shown_point(place, viewer)
    page = queries.place_page(place, viewer, today)
    sun = sun_day(point, day)
    near = [
        (one, facts.kind_line(one.place), facts.card_cells(one.place, distance_m(point, one.place.public_point)))
        for one in page.similar
    ]
    context = {
        **about(place, sun_day(point, today) if day != today else sun),
        "page": page,
        "place": place,
        "day": day,
        "sun": sun,
        "drawing": sun_drawing(point, sun),
        "sun_facts": facts.sun_facts(sun),
        "sun_hours": [hour for hour in sun.hours if hour.altitude > 0 and hour.at.hour % 2 == 0],
        "point": point,
        "exact": rules.may_be_exact(place, viewer),
        "similar": near,
        "same_kind": f"{reverse('locations:list')}?{urlencode(same_kind(place))}",
        "captured_on": page.shown.captured_on,
        "old_pictures": facts.is_old(page.shown.captured_on, today),
        "share_picture": sections.share_address(place),
        "maps": map_links(point, place.name_zh),
        "structured": place_data(request, place, point, page.shown.cover),
    }
    return render(request, "locations/detail.html", context)


def about(place: Location, sun: SunDay) -> dict[str, Any]:
    """Return the slate and the groups of facts."""
    columns = facts.columns(place)
    return {
        "slate": facts.slate_cells(place, sun),
        "access": facts.access_facts(place),
        "site": facts.site_facts(place),
        "money": facts.money_facts(place),
        "columns": columns,
        "asked": any(one.effects for one in columns if one.key != "unknown"),
        "eras": facts.era_line(place),
        "kind_line": facts.kind_line(place, 3),
        "styles": " · ".join(str(term) for term in vocabulary.terms("architectural_style", place.architectural_style)),
        "setting": vocabulary.SETTING[place.setting],
    }


def same_kind(place: Location) -> list[tuple[str, str]]:
    """Return the filters that find places of the same kind."""
    for name in ("heritage", "landscape", "urban_form"):
        keys = getattr(place, name)
        if keys:
            return [(name, keys[0])]
    return [("setting", place.setting)]
