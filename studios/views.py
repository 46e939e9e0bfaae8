"""Pages of stages."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.money import yuan

from .models import Stage
from .queries import card_in_force, day_prices, main_wall, stages_for_lists
from .sheet import groups, slate_cells

AREAS = {"s": (0, 600), "m": (600, 1500), "l": (1500, 10**9)}
FEATURES = ("led", "sync_sound", "trucks")


def facet_values(stage: Stage) -> dict[str, set[str]]:
    """Return what a stage counts for, by facet."""
    area = stage.floor_area_m2 or 0
    features = {"led"} if main_wall(stage) else set()
    features |= {"sync_sound"} if stage.sync_sound_ok else set()
    features |= {"trucks"} if stage.truck_access else set()
    sizes = {name for name, (low, high) in AREAS.items() if area and low <= area < high}
    return {"kind": {stage.kind}, "area": sizes, "feature": features}


def facet_labels() -> dict[str, tuple[str, dict[str, str]]]:
    """Return facet → (heading, value → label) in the reader's language."""
    areas = {"s": _("under 600 m²"), "m": _("600 to 1,500 m²"), "l": _("1,500 m² and more")}
    features = {"led": _("LED wall"), "sync_sound": _("Sync sound possible"), "trucks": _("Trucks drive in")}
    kinds = {value: str(label) for value, label in Stage.Kind.choices}
    return {"kind": (_("Kind"), kinds), "area": (_("Floor"), areas), "feature": (_("What it offers"), features)}


def without(request: HttpRequest, name: str, value: str) -> str:
    """Return this page's address without one chosen value."""
    query = request.GET.copy()
    query.setlist(name, [one for one in query.getlist(name) if one != value])
    return f"?{query.urlencode()}"


@require_safe
def stage_list(request: HttpRequest) -> HttpResponse:
    """Stages and facilities with three facets; a facet's counts ignore its own filter."""
    stages = list(stages_for_lists())
    known = {stage.pk: facet_values(stage) for stage in stages}
    labels = facet_labels()
    chosen = {
        name: {one for one in request.GET.getlist(name) if one in words} for name, (_title, words) in labels.items()
    }
    needle = request.GET.get("q", "")[:200].strip().lower()

    def fits(stage: Stage, *, ignoring: str = "") -> bool:
        text = f"{stage.name_zh} {stage.name_en} {stage.summary_zh} {stage.summary_en}".lower()
        return needle in text and all(
            not wanted or known[stage.pk][name] & wanted for name, wanted in chosen.items() if name != ignoring
        )

    facets = []
    for name, (title, words) in labels.items():
        counts = Counter(value for stage in stages if fits(stage, ignoring=name) for value in known[stage.pk][name])
        rows = [
            {"value": value, "label": label, "count": counts[value], "selected": value in chosen[name]}
            for value, label in words.items()
            if counts[value] or value in chosen[name]
        ]
        facets.append({"name": name, "title": title, "rows": rows})
    shown = [{"stage": stage, "cells": slate_cells(stage)} for stage in stages if fits(stage)]
    chips = [
        row | {"without": without(request, facet["name"], row["value"])}
        for facet in facets
        for row in facet["rows"]
        if row["selected"]
    ]
    context = {"shown": shown, "facets": facets, "chips": chips, "needle": needle, "total": len(shown)}
    template = "studios/list.html" + ("#results" if getattr(request, "htmx", False) else "")
    return render(request, template, context)


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
        "wall": main_wall(stage),
    }
    return render(request, "studios/detail.html", context)
