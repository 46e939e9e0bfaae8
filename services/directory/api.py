"""Vendors for programs: /api/v1/vendors (docs/implementation/api.md). No contact data in any answer."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from media.templatetags.pictures import picture_url
from portal.accounts.api_auth import anyone
from portal.core.bilingual import pair
from portal.core.rest import money
from portal.search import queries as finding
from portal.search.query import parse_strict

from . import facts, queries, rules, vocabulary
from .models import Vendor
from .search import SPEC

router = Router(tags=["vendors"])


@router.get("", url_name="vendors")
def list_vendors(
    request: HttpRequest, q: str = "", sort: str = "relevance", facets: int = 0, limit: int = 24, cursor: str = ""
) -> dict[str, Any]:
    """Search vendors."""
    anyone(request)
    began = time.perf_counter()
    page = finding.search(parse_strict(request.GET, SPEC, rules.everybody()))
    shown = queries.with_covers(queries.in_order([hit.id for hit in page.hits]))
    answer: dict[str, Any] = {
        "total": page.total,
        "items": [item(one) for one in shown],
        "next": page.cursor,
        "corrected": page.corrected or None,
        "loosened": page.loosened,
        "took_ms": round((time.perf_counter() - began) * 1000, 1),
    }
    if facets:
        answer["facets"] = finding.facet_data(SPEC, page)
    return answer


def price_data(vendor: Vendor) -> dict[str, Any] | None:
    """Return the price range, or nothing where it is on request."""
    if vendor.price_from_fen is None:
        return None
    return {
        "from": money(vendor.price_from_fen),
        "to": money(vendor.price_to_fen) if vendor.price_to_fen is not None else None,
        "basis": vendor.price_basis,
        "tax_included": vendor.tax_included,
    }


def item(one: queries.Shown) -> dict[str, Any]:
    """Return one vendor of a list."""
    vendor = one.vendor
    return {
        "slug": vendor.slug,
        "name": pair(vendor, "name"),
        "kind": vendor.kind,
        "summary": pair(vendor, "summary"),
        "categories": vendor.categories,
        "headings": vocabulary.headings(vendor.categories),
        "coverage": vendor.coverage,
        "languages": vendor.languages,
        "price": price_data(vendor),
        "mark": vendor.state,
        "last_verified_on": vendor.last_verified_on.isoformat() if vendor.last_verified_on else None,
        "is_sample": vendor.is_sample,
        "thumbnail": picture_url(one.image, 480) or None,
    }


@router.get("/{slug}", url_name="vendor")
def one_vendor(request: HttpRequest, slug: str) -> dict[str, Any]:
    """One vendor in full. Write to them by the form of their page."""
    anyone(request)
    vendor = queries.one_public(slug)
    page = queries.vendor_page(vendor, timezone.localdate())
    shown = queries.with_covers([vendor])[0]
    return item(shown) | {
        "description": pair(vendor, "description"),
        "minimum": pair(vendor, "minimum"),
        "radius_km": vendor.radius_km,
        "invoice": vendor.invoice,
        "credits": [{"title": pair(one, "title"), "year": one.year, "role": pair(one, "role")} for one in page.credits],
        "checks": [
            {
                "kind": one.paper.kind if one.paper else one.kind,
                "title": one.paper.title if one.paper else None,
                "passed": one.passed,
                "checked_on": one.checked_on.isoformat(),
                "valid_until": one.valid_until.isoformat(),
            }
            for one in page.checks
        ],
        "taken": [{"start": one.start.isoformat(), "end": one.end.isoformat()} for one in page.busy],
        "pictures": [
            {"url": picture_url(one.image, 960), "subject": pair(one.image, "subject"), "credit": one.image.credit}
            for one in page.pictures
        ],
        "similar": [item(one) for one in page.similar],
        "price_text": facts.price(vendor),
        "links": {"page": vendor.get_absolute_url()},
    }
