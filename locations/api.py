"""Places for programs: /api/v1/locations (docs/implementation/api.md)."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Router

from media.templatetags.pictures import picture_url
from portal.accounts.api_auth import caller
from portal.core.bilingual import pair, reads_english
from portal.core.geo import Point
from portal.core.rest import Problem, money
from portal.search import queries as finding
from portal.search.query import LONGEST_TEXT, Hit, Suggestion, Viewer, parse_strict

from . import queries, rules, sections, vocabulary
from .models import EFFECTS, Location, LocationPhoto
from .search import KIND, SPEC
from .sun import LOCAL, sun_day

router = Router(tags=["places"])


def invalid(field: str, why: str) -> Problem:
    """Return the problem of one query parameter."""
    return Problem(422, "invalid", f"{field}: {why}", errors={field: [why]})


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who reads. Raises `Problem` 401 for a bad token, 429 above the limit."""
    return rules.viewer_of(caller(request))


@router.get("", url_name="locations")
def list_locations(
    request: HttpRequest, q: str = "", sort: str = "relevance", facets: int = 0, limit: int = 24, cursor: str = ""
) -> dict[str, Any]:
    """Search places."""
    viewer = viewer_of(request)
    began = time.perf_counter()
    page = finding.search(parse_strict(request.GET, SPEC, viewer))
    shown = queries.with_covers(queries.in_order([hit.id for hit in page.hits], viewer))
    hits = {hit.id: hit for hit in page.hits}
    answer: dict[str, Any] = {
        "total": page.total,
        "items": [item(one.place, one.cover, viewer, hits[one.place.pk]) for one in shown],
        "next": page.cursor,
        "corrected": page.corrected or None,
        "loosened": page.loosened,
        "took_ms": round((time.perf_counter() - began) * 1000, 1),
    }
    if facets:
        answer["facets"] = finding.facet_data(SPEC, page)
    return answer


def point_data(point: Point) -> dict[str, float]:
    """Return a WGS-84 point."""
    return {"lat": point.lat, "lng": point.lng}


def item(place: Location, cover: LocationPhoto | None, viewer: Viewer, hit: Hit | None = None) -> dict[str, Any]:
    """Return a place as lists show it."""
    language, other = ("en", "zh") if reads_english() else ("zh", "en")
    kinds = [term.key for term in place.kind_terms()] or [place.setting]
    marked = (
        (hit.title.get(language) or hit.title.get(other), hit.snippet.get(language) or hit.snippet.get(other))
        if hit
        else None
    )
    return {
        "slug": place.slug,
        "code": place.code,
        "name": pair(place, "name"),
        "summary": pair(place, "summary"),
        "kind": kinds[0],
        "kinds": kinds,
        "point": point_data(rules.shown_point(place, viewer)),
        "thumbnail": (picture_url(cover.image, 480) or None) if cover else None,
        "thumbnail_shows_place": cover.shows_place if cover else None,
        "drawing": sections.section_address(place),
        "highlight": marked[1] if marked else None,
        "highlight_title": marked[0] if marked else None,
        "distance_m": round(hit.distance_m) if hit and hit.distance_m is not None else None,
        "url": place.get_absolute_url(),
    }


@router.get("/suggest", url_name="locations-suggest")
def suggest(request: HttpRequest, q: str = "") -> dict[str, Any]:
    """Offer what the reader may mean, from the first character."""
    found = finding.suggest(KIND, q[:LONGEST_TEXT], viewer_of(request))
    slugs = dict(
        queries.visible(rules.viewer_of(caller(request)))
        .filter(pk__in=[s.id for s in found if s.id])
        .values_list("pk", "slug")
    )
    return {"items": [suggestion(one, slugs) for one in found if one.id is None or one.id in slugs]}


def suggestion(one: Suggestion, slugs: dict[int, str]) -> dict[str, str]:
    """Return text, kind and where it leads."""
    url = (
        reverse("locations:detail", args=[slugs[one.id]])
        if one.id
        else f"{reverse('locations:list')}?{one.kind}={one.value}"
    )
    return {"text": one.text, "kind": one.kind, "url": url}


@router.get("/clusters", url_name="locations-clusters")
def clusters(request: HttpRequest, zoom: int = 10) -> dict[str, Any]:
    """Group what is found for a map of that scale."""
    viewer = viewer_of(request)
    asked = parse_strict(request.GET, SPEC, viewer)
    page = finding.search(replace(asked, size=1, zoom=zoom if asked.zoom is None else asked.zoom))
    places = queries.visible(viewer).in_bulk([one.id for one in page.clusters if one.id])
    items = []
    for one in page.clusters:
        bounds = [one.box.west, one.box.south, one.box.east, one.box.north]
        entry: dict[str, Any] = {"point": point_data(one.point), "count": one.count, "bbox": bounds}
        if one.id in places:
            entry |= {"slug": places[one.id].slug, "name": pair(places[one.id], "name")}
        items.append(entry)
    return {"items": items}


@router.get("/{slug}", url_name="location")
def one_location(request: HttpRequest, slug: str) -> dict[str, Any]:
    """One place in full."""
    viewer = viewer_of(request)
    place = queries.one_visible(slug, viewer)
    page = queries.place_page(place, viewer, timezone.localdate())
    photos = [
        {
            "url": picture_url(photo.image, 1600) or None,
            "thumbnail": picture_url(photo.image, 480) or None,
            "subject": pair(photo.image, "subject"),
            "credit": photo.image.credit,
            "licence": photo.image.licence,
            "shows_place": photo.shows_place,
        }
        for photo in page.shown.photos
    ]
    return {
        **item(place, page.shown.cover, viewer),
        "version": place.version,
        "description": pair(place, "description"),
        "district": pair(place, "district"),
        "town": pair(place, "town"),
        "point_exact": rules.may_be_exact(place, viewer),
        "distance_lot_m": round(place.distance_lot_m),
        "setting": place.setting,
        **{name: getattr(place, name) for name in vocabulary.LISTS},
        "heritage_level": place.heritage_level or None,
        "interior_drama_allowed": place.interior_drama_allowed,
        "access": access_data(place),
        "site": site_data(place),
        "allowances": {name.removeprefix("may_"): getattr(place, name) or None for name in ("sync_sound", *EFFECTS)},
        "owner_kind": place.owner_kind,
        "consent_from": pair(place, "consent_from"),
        "fee_basis": place.fee_basis,
        "fee": money(place.fee_fen) if place.fee_fen is not None else None,
        "security_deposit": money(place.security_deposit_fen) if place.security_deposit_fen is not None else None,
        "min_hours": place.min_hours,
        "figures_are_samples": place.figures_are_samples,
        "restrictions": [pair(row, "text") for row in page.restrictions],
        "blackouts": [
            {
                "start": row.starts_on.isoformat(),
                "end": row.ends_on.isoformat(),
                "yearly": row.rule.yearly,
                "reason": pair(row.rule, "reason"),
            }
            for row in page.blackouts
        ],
        "credits": [
            {"title": pair(row, "title"), "year": row.year, "scene": pair(row, "scene")} for row in page.credits
        ],
        "photos": photos,
        "captured_on": page.shown.captured_on.isoformat() if page.shown.captured_on else None,
        "last_verified_on": place.last_verified_on.isoformat() if place.last_verified_on else None,
    }


def _plain(value: Any) -> Any:
    return float(value) if value is not None and not isinstance(value, bool | int | str) else value


def access_data(place: Location) -> dict[str, Any]:
    """Return the facts of a mountain city."""
    names = (
        "altitude_m",
        "truck_to_set_m",
        "stairs_up",
        "stairs_down",
        "level_diff_m",
        "porters_needed",
        "road_width_m",
        "turning_ok",
        "entry_floor",
        "lift",
        "height_limit_m",
        "weight_limit_t",
        "boat_access",
        "rain_slip",
    )
    return {name: _plain(getattr(place, name)) for name in names}


def site_data(place: Location) -> dict[str, Any]:
    """Return what is there."""
    names = (
        "power_available_kw",
        "power_run_m",
        "generator_spot",
        "base_camp",
        "parking_trucks",
        "toilets",
        "green_room",
        "makeup_space",
        "network",
        "area_m2",
        "capacity_people",
        "crowd_level",
        "aspect",
        "sky_view",
    )
    data = {name: _plain(getattr(place, name)) for name in names}
    data["latest_hour"] = f"{place.latest_hour:%H:%M}" if place.latest_hour else None
    return data | {"noise": pair(place, "noise"), "quiet_windows": pair(place, "quiet_windows")}


@router.get("/{slug}/similar", url_name="location-similar")
def similar(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Places that share most with one."""
    viewer = viewer_of(request)
    place = queries.one_visible(slug, viewer)
    hits = finding.similar(KIND, place.pk, viewer)
    shown = queries.with_covers(queries.in_order([hit.id for hit in hits], viewer))
    return {"total": len(shown), "items": [item(one.place, one.cover, viewer) for one in shown], "next": None}


@router.get("/{slug}/sun", url_name="location-sun")
def sun(request: HttpRequest, slug: str, date: date | None = None) -> dict[str, Any]:
    """Sunrise, sunset, golden hours, azimuth and altitude by the hour."""
    viewer = viewer_of(request)
    place = queries.one_visible(slug, viewer)
    try:
        found = sun_day(rules.shown_point(place, viewer), date or timezone.localdate())
    except ValueError as exc:
        raise invalid("date", str(exc)) from exc
    return {
        "date": found.day.isoformat(),
        "timezone": str(LOCAL),
        "dawn": instant(found.dawn),
        "sunrise": instant(found.sunrise),
        "noon": instant(found.noon),
        "noon_altitude": found.noon_altitude,
        "sunset": instant(found.sunset),
        "dusk": instant(found.dusk),
        "golden_hours": [
            {"start": instant(start), "end": instant(end)}
            for start, end in filter(None, (found.golden_morning, found.golden_evening))
        ],
        "hours": [{"at": instant(hour.at), "azimuth": hour.azimuth, "altitude": hour.altitude} for hour in found.hours],
    }


def instant(at: datetime | None) -> str | None:
    """Return RFC 3339 in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
