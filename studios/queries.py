"""Reads over stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from portal.core.bilingual import pair

from .models import RateCard, Resource, Stage

SPEC_FIELDS = tuple(
    field.name
    for field in Stage._meta.concrete_fields
    if field.name
    not in {
        "id", "slug", "kind", "order", "name_zh", "name_en", "summary_zh", "summary_en", "description_zh", "description_en",
        "published", "equipment_zh", "equipment_en", "sources", "source_note_zh", "source_note_en", "updated_at",
    }
)  # fmt: skip


def stages_for_lists() -> QuerySet[Stage]:
    """Return published stages with pictures, walls and resource loaded; five queries whatever their number."""
    found = Stage.objects.published().select_related("resource__policy")
    return found.prefetch_related("photos__image__renditions", "surfaces", "resource__units")


class Hidden(StrEnum):
    """Why visitors do not see a stage."""

    UNPUBLISHED = "unpublished"
    NO_TERMS = "no_terms"
    NOT_BOOKABLE = "not_bookable"


def why_hidden(stage: Stage) -> Hidden | None:
    """Return why a stage's page answers 404, or nothing where it stands: the conditions of `Stage.objects.published()`."""
    if not stage.published:
        return Hidden.UNPUBLISHED
    resource = Resource.objects.filter(stage=stage).first()
    if resource is None:
        return Hidden.NO_TERMS
    return None if resource.active else Hidden.NOT_BOOKABLE


@dataclass(frozen=True, slots=True)
class DayPrice:
    """The price of a day type on a card, and its share of the shoot rate in percent."""

    code: str
    label: str
    price_fen: int
    percent: int


def card_in_force(stage: Stage, day: date) -> RateCard | None:
    """Return the stage's rate card of a day with rates and extras; three queries."""
    cards = RateCard.objects.for_day(day).filter(resource=stage.resource).select_related("resource")
    return cards.prefetch_related("rates", "extras").first()


def day_prices(card: RateCard) -> list[DayPrice]:
    """Return the prices of a card for a whole day (of two slots: day and night together), as a quotation has them."""
    from .day_types import DayType

    slots = card.resource.slots_per_day
    rates = {rate.day_type: rate.price_fen * slots for rate in card.rates.all()}
    shoot = rates.get(DayType.SHOOT, 0)
    return [
        DayPrice(code, str(DayType(code).label), rates[code], round(rates[code] * 100 / shoot) if shoot else 0)
        for code in DayType.values
        if code in rates
    ]


def main_wall(stage: Stage) -> Any:
    """Return the stage's main wall from its loaded surfaces, or nothing."""
    return next((one for one in stage.surfaces.all() if one.role == "main_wall"), None)


def spec_sheet(stage: Stage) -> dict[str, Any]:
    """Return the filled figures of the sheet with units in the names, each with its source, as data."""
    sheet: dict[str, Any] = {}
    for name in SPEC_FIELDS:
        value = getattr(stage, name)
        if value not in (None, ""):
            sheet[name] = float(value) if hasattr(value, "quantize") else value
    if stage.equipment_zh:
        sheet["equipment"] = pair(stage, "equipment")
    sheet["led_surfaces"] = [
        {
            "role": one.role, "count": one.count, "arc_length_m": float(one.arc_length_m), "height_m": float(one.height_m),
            "curvature_deg": one.curvature_deg, "pixel_pitch_mm": float(one.pixel_pitch_mm), "peak_nits": one.peak_nits,
            "pixels_w": one.pixels_w, "pixels_h": one.pixels_h, "area_m2": one.area_m2,
        }
        for one in stage.surfaces.all()
    ]  # fmt: skip
    sheet["sources"] = stage.sources
    return sheet
