"""Pages of stages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.core.money import yuan
from portal.search.queries import search
from portal.search.query import Viewer, parse
from portal.ui.page_cache import searched

from . import drawing
from .models import Stage
from .queries import card_in_force, day_prices, main_wall, stages_for_lists
from .search import SPEC
from .sheet import groups, slate_cells

FACET_TITLES = {"kind": gettext_lazy("Kind"), "area": gettext_lazy("Floor"), "feature": gettext_lazy("What it offers")}


def without(request: HttpRequest, name: str, value: str) -> str:
    """Return this page's address without one chosen value."""
    query = request.GET.copy()
    query.setlist(name, [one for one in query.getlist(name) if one != value])
    return f"?{query.urlencode()}"


@require_safe
def stage_list(request: HttpRequest) -> HttpResponse:
    """Stages and facilities by words and three facets. The results alone are answered to htmx."""
    parsed = parse(request.GET, SPEC, Viewer(), size=48)
    page = search(parsed.request)
    known = stages_for_lists().in_bulk([hit.id for hit in page.hits])
    facets: list[dict[str, Any]] = [
        {
            "name": name,
            "title": FACET_TITLES[name],
            "rows": [
                {"value": one.value, "label": SPEC.label(name, one.value), "count": one.count, "selected": one.selected}
                for one in counts
            ],
        }
        for name, counts in page.facets.items()
    ]
    chips = [
        row | {"without": without(request, facet["name"], row["value"])}
        for facet in facets
        for row in facet["rows"]
        if row["selected"]
    ]
    shown = [{"stage": known[hit.id], "cells": slate_cells(known[hit.id])} for hit in page.hits if hit.id in known]
    context = {"shown": shown, "facets": facets, "chips": chips, "parsed": parsed, "page": page, "total": len(shown)}
    template = "studios/list.html" + ("#results" if getattr(request, "htmx", False) else "")
    return searched(render(request, template, context), settled=page.settled)


def wall_to_scale(stage: Stage) -> dict[str, Any] | None:
    """Return the main wall's drawings and what is computed from its figures; nothing where there is no wall."""
    wall = main_wall(stage)
    if wall is None:
        return None
    length, height, angle = float(wall.arc_length_m), float(wall.height_m), wall.curvature_deg or 0
    return {
        "surface": wall, "wide": drawing.unrolled(length, height, width=1200), "narrow": drawing.unrolled(length, height, width=358),
        "plan": drawing.plan(length, angle, size=420), "arc": drawing.arc_of(length, angle), "area": round(length * height),
    }  # fmt: skip


@require_safe
def stage_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A stage with its slate, sheet, prices and free days."""
    stage = get_object_or_404(stages_for_lists(), slug=slug)
    card = card_in_force(stage, timezone.localdate())
    prices = day_prices(card) if card else []
    shoot = next((one for one in prices if one.code == "shoot"), None)
    hours = card.hours_per_day if card else 10
    context = {
        "stage": stage,
        "photos": list(stage.photos.all()),
        "cells": slate_cells(stage, price=yuan(shoot.price_fen) if shoot else "", hours=hours),
        "groups": groups(stage),
        "prices": prices,
        "card": card,
        "extras": list(card.extras.all()) if card else [],
        "policy": stage.resource.policy,
        "wall": wall_to_scale(stage),
    }
    return render(request, "studios/detail.html", context)
