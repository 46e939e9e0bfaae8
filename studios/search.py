"""How a stage is found."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.search.query import Card, Viewer
from portal.search.spec import Document, SearchSpec

from .models import Stage
from .queries import main_wall

KIND = "stage"
AREAS = {"s": (0, 600), "m": (600, 1500), "l": (1500, 10**9)}
WORDS = {
    "led_volume": "LED volume virtual production ICVFX 虚拟拍摄 虚拟制片 LED屏 弧形屏",
    "xr": "XR extended reality 扩展现实 直播",
    "standard": "sound stage 摄影棚 大棚",
    "mocap": "motion capture mocap 动捕 动作捕捉",
    "greenscreen": "green screen chroma 绿幕 抠像",
    "workshop": "construction workshop 置景 木工",
    "render_cloud": "render farm GPU 云渲染 算力 渲染农场",
    "post": "post-production 后期",
    "water": "water tank 水下 水池",
}
FACETS = {
    "kind": dict(Stage.Kind.choices),
    "area": {"s": _("under 600 m²"), "m": _("600 to 1,500 m²"), "l": _("1,500 m² and more")},
    "feature": {"led": _("LED wall"), "sync_sound": _("Sync sound possible"), "trucks": _("Trucks drive in")},
}


def facet_keys(stage: Stage) -> dict[str, list[str]]:
    """Return what a stage counts for, by facet; needs its surfaces loaded to cost nothing."""
    area = stage.floor_area_m2 or 0
    has = {"led": main_wall(stage), "sync_sound": stage.sync_sound_ok, "trucks": stage.truck_access}
    return {
        "kind": [stage.kind],
        "area": [name for name, (low, high) in AREAS.items() if area and low <= area < high],
        "feature": [name for name, there in has.items() if there],
    }


def document(stage: Stage) -> Document | None:
    """Return what the search knows of a stage: nothing unless visitors may see it."""
    if not stage.published:
        return None
    return {
        "title_zh": stage.name_zh,
        "title_en": stage.name_en,
        "tags": [WORDS.get(stage.kind, ""), stage.engine, stage.tracking_system],
        "body_zh": f"{stage.summary_zh} {stage.description_zh} {stage.equipment_zh}",
        "body_en": f"{stage.summary_en} {stage.description_en} {stage.equipment_en}",
        "facets": facet_keys(stage),
        "popularity": 1000 - stage.order,
        "audience": ["public"],
    }


def records() -> models.QuerySet[Stage]:
    """Return every stage with its surfaces loaded."""
    return Stage.objects.prefetch_related("surfaces").order_by("pk")


def cards(ids: Sequence[int], viewer: Viewer) -> dict[int, Card]:
    """Return published stages as the home search shows them. Three queries."""
    found = Stage.objects.published().filter(pk__in=ids).prefetch_related("photos__image__renditions")
    return {
        stage.pk: Card(
            stage.name,
            stage.get_absolute_url(),
            stage.summary,
            next((photo.image for photo in stage.photos.all()), None),
        )
        for stage in found
    }


SPEC = SearchSpec(
    kind=KIND,
    model=Stage,
    document=document,
    records=records,
    facets=FACETS,
    sorts=("relevance",),
    title=_("Stages"),
    listing="studios:list",
    cards=cards,
)
