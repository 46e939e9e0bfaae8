"""How a place is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.search.query import Card, Viewer
from portal.search.spec import Document, NumberRange, SearchSpec

from . import facets, queries, vocabulary
from .models import Location
from .sections import section_address

KIND = "place"
TAG_FIELDS = ("landscape", "urban_form", "heritage", "industrial", "modern", "architectural_style")


def document(location: Location) -> Document | None:
    """Return what the search knows of a place: nothing unless it is live. Points are those strangers may know."""
    if location.state != Location.State.PUBLISHED:
        return None
    tags = [term for field in TAG_FIELDS for term in vocabulary.terms(field, getattr(location, field))]
    eras = vocabulary.terms("era", location.era)
    setting = vocabulary.SETTING[location.setting]
    point = location.public_point
    numbers = {
        "truck_to_set_m": location.truck_to_set_m,
        "altitude_m": location.altitude_m,
        "fee_fen": location.fee_fen,
        "area_m2": location.area_m2,
        "power_kw": location.power_available_kw,
        "distance_lot_m": round(location.distance_lot_m),
    }
    private = location.organisation_id is not None
    made: Document = {
        "title_zh": location.name_zh,
        "title_en": location.name_en,
        "tags": [text for term in (*tags, *eras, setting) for text in (term.zh, term.en)] + [location.aliases],
        "places": [location.district_zh, location.district_en, location.town_zh, location.town_en],
        "body_zh": f"{location.summary_zh} {location.description_zh}",
        "body_en": f"{location.summary_en} {location.description_en} {location.code}",
        "facets": facets.keys_of(location),
        "numbers": {name: float(value) for name, value in numbers.items() if value is not None},
        "lat": point.lat,
        "lng": point.lng,
        "popularity": location.popularity,
        "created": int(location.created_at.timestamp()),
        "audience": [f"org:{location.organisation_id}", "staff"] if private else ["public"],
    }
    made["tags"] = [tag for tag in made["tags"] if tag]
    made["places"] = [place for place in made["places"] if place]
    return made


def records() -> models.QuerySet[Location]:
    """Return every place; `document` needs nothing else loaded."""
    return Location.objects.order_by("pk")


def lexicon() -> Iterable[str]:
    """Return Chinese words that cut a long query into its things."""
    for terms in (*vocabulary.LISTS.values(), vocabulary.SETTING):
        for term in terms.values():
            yield from term.zh.split("、")
    yield from (
        "永川",
        "重庆",
        "江津",
        "荣昌",
        "巴南",
        "渝中",
        "沙坪坝",
        "松溉",
        "朱沱",
        "老街",
        "夜景",
        "江边",
        "码头",
        "湖",
    )


def cards(ids: Sequence[int], viewer: Viewer) -> dict[int, Card]:
    """Return places as the home search shows them, of those the reader may see. Three queries."""
    shown = queries.with_covers(queries.in_order(ids, viewer))
    return {
        one.place.pk: Card(
            one.place.name,
            one.place.get_absolute_url(),
            one.place.summary,
            one.cover.image if one.cover else None,
            "" if one.cover else section_address(one.place),
        )
        for one in shown
    }


SPEC = SearchSpec(
    kind=KIND,
    model=Location,
    document=document,
    records=records,
    facets=facets.VALUES,
    numbers=("truck_to_set_m", "altitude_m", "fee_fen", "area_m2", "power_kw", "distance_lot_m"),
    ranges={
        "truck": NumberRange("truck_to_set_m"),
        "altitude": NumberRange("altitude_m"),
        "fee": NumberRange("fee_fen", scale=100),
        "area": NumberRange("area_m2"),
        "power": NumberRange("power_kw"),
        "lot": NumberRange("distance_lot_m", scale=1000),
    },
    sorts=("relevance", "distance", "newest"),
    lexicon=lexicon,
    title=_("Places"),
    listing="locations:list",
    cards=cards,
)
