"""How a vendor is found. Contact data never enters a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.search.query import Card, Viewer
from portal.search.spec import Document, NumberRange, SearchSpec

from . import queries, rules, vocabulary
from .models import Vendor
from .queries import KIND

LIFTED = {Vendor.State.VERIFIED: 60, Vendor.State.DUE: 30, Vendor.State.EXPIRED: 0}
"""A better mark settles the order of equal results."""


def document(vendor: Vendor) -> Document | None:
    """Return what the search knows of an entry: nothing unless it is public."""
    if not vendor.is_public:
        return None
    terms = [*vendor.category_terms, *(vocabulary.HEADING[key] for key in vocabulary.headings(vendor.categories))]
    places = vocabulary.terms("coverage", vendor.coverage)
    works = " ".join(f"{one.title_zh} {one.title_en}" for one in vendor.credits.all())
    numbers = {"price_fen": vendor.price_from_fen}
    return {
        "title_zh": vendor.name_zh,
        "title_en": vendor.name_en,
        "tags": [text for term in terms for text in (term.zh, term.en)],
        "places": [text for term in places for text in (term.zh, term.en)],
        "body_zh": f"{vendor.summary_zh} {vendor.description_zh} {works}",
        "body_en": f"{vendor.summary_en} {vendor.description_en}",
        "facets": facet_keys(vendor),
        "numbers": {name: float(value) for name, value in numbers.items() if value is not None},
        "popularity": vendor.popularity + LIFTED[Vendor.State(vendor.state)],
        "created": int(vendor.created_at.timestamp()),
        "audience": ["public"],
    }


def facet_keys(vendor: Vendor) -> dict[str, list[str]]:
    """Return the values of every facet of the list."""
    found = rules.standing(vendor, list(vendor.papers.all()), vendor.checks.all(), timezone.localdate())
    return {
        "heading": vocabulary.headings(vendor.categories),
        "category": list(vendor.categories),
        "district": vocabulary.districts(vendor.coverage),
        "mark": [vendor.state, *(["insured"] if found.insured else [])],
        "price": [vocabulary.price_band(vendor.price_from_fen)],
        "invoice": [vendor.invoice],
        "kind": [vendor.kind],
        "language": list(vendor.languages),
    }


def records() -> models.QuerySet[Vendor]:
    """Return every entry with what `document` reads."""
    return Vendor.objects.order_by("pk").prefetch_related("credits", "papers", "checks")


def lexicon() -> Iterable[str]:
    """Return Chinese words that cut a long query into its things."""
    for terms in vocabulary.FACETS.values():
        for term in terms.values():
            yield from term.zh.split("、")
    yield from (
        "民国",
        "古装",
        "清真",
        "夜宵",
        "无人机",
        "调色",
        "录音",
        "群众演员",
        "老爷车",
        "大巴",
        "旗袍",
        "字幕",
        "同声传译",
    )


def cards(ids: Sequence[int], viewer: Viewer) -> dict[int, Card]:
    """Return public entries as the home search shows them. Five queries."""
    return {
        one.vendor.pk: Card(one.vendor.name, one.vendor.get_absolute_url(), one.vendor.summary, one.image)
        for one in queries.with_covers(queries.in_order(ids))
    }


SPEC = SearchSpec(
    kind=KIND,
    model=Vendor,
    document=document,
    records=records,
    facets=vocabulary.FACETS,
    numbers=("price_fen",),
    ranges={"price_yuan": NumberRange("price_fen", scale=100)},
    sorts=("relevance", "newest"),
    lexicon=lexicon,
    title=_("Vendors"),
    listing="directory:list",
    cards=cards,
)
