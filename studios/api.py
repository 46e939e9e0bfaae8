"""The API of stages (docs/implementation/api.md). Free days and calendars stand in bookings/api.py."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router

from media.templatetags.pictures import picture_url
from portal.accounts.api_auth import anyone
from portal.core.bilingual import pair
from portal.core.rest import encode_cursor, money, page_limit, place_of

from .models import Stage
from .queries import card_in_force, day_prices, spec_sheet, stages_for_lists

router = Router(tags=["stages"])


def stage_json(stage: Stage) -> dict[str, Any]:
    """Return a stage as the lists show it."""
    photos = list(stage.photos.all())
    return {
        "slug": stage.slug,
        "name": pair(stage, "name"),
        "summary": pair(stage, "summary"),
        "kind": stage.kind,
        "resource": stage.resource.pk,
        "units": sum(1 for unit in stage.resource.units.all() if unit.active),
        "thumbnail": picture_url(photos[0].image, 480) if photos else None,
        "spec": spec_sheet(stage),
        "url": f"/zh-hans/stages/{stage.slug}/",
    }


@router.get("", auth=anyone, response=dict[str, Any])
def list_stages(request: HttpRequest, kind: str = "", limit: int = 100, cursor: str = "") -> dict[str, Any]:
    """Every stage and facility that can be booked."""
    found = stages_for_lists()
    if kind:
        found = found.filter(kind=kind[:20])
    size, start = page_limit(limit), place_of(cursor)
    total = found.count()
    items = [stage_json(stage) for stage in found[start : start + size]]
    more = start + size < total
    return {"total": total, "items": items, "next": encode_cursor(start + size) if more else None}


@router.get("/{slug}", auth=anyone, response=dict[str, Any])
def one_stage(request: HttpRequest, slug: str) -> dict[str, Any]:
    """One stage with its prices per day type."""
    from django.utils import timezone

    stage = stages_for_lists().filter(slug=slug[:60]).first()
    if stage is None:
        raise Http404
    card = card_in_force(stage, timezone.localdate())
    prices = [{"day_type": one.code, "price": money(one.price_fen)} for one in day_prices(card)] if card else []
    return {**stage_json(stage), "description": pair(stage, "description"), "prices": prices}
