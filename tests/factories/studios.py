"""Stages, policies and rate cards; defaults valid and plausible."""

from datetime import date

from django.db import transaction

from portal.search.actions import stage as stage_for_search
from studios.day_types import DEFAULT_PERCENT
from studios.models import BookingPolicy, Rate, RateCard, RateExtra, Resource, Stage, Unit


def make_policy(**fields):
    defaults = {
        "name_zh": "标准条款", "name_en": "Standard terms", "security_deposit_fen": 3_000_000,
        "cancellation_bands": [{"days": 14, "percent": 20}, {"days": 7, "percent": 50}, {"days": 0, "percent": 100}],
    }  # fmt: skip
    return BookingPolicy.objects.create(**(defaults | fields))


@transaction.atomic
def make_resource(slug="led-1", *, kind="led_volume", units=1, policy=None, shoot_fen=4_800_000, rates=True, **fields):
    """A published, findable stage with its resource, units and a rate card in force."""
    stage = Stage.objects.create(slug=slug, kind=kind, name_zh=f"{slug} 棚", name_en=f"Stage {slug}", published=True)
    resource = Resource.objects.create(
        stage=stage, kind=kind, name_zh=stage.name_zh, name_en=stage.name_en, policy=policy or make_policy(), **fields
    )
    for index in range(1, units + 1):
        Unit.objects.create(resource=resource, index=index, name=f"{slug}-{index}")
    if rates:
        card = RateCard.objects.create(resource=resource, valid_from=date(2020, 1, 1), stage_manager_fen=30_000)
        for day_type, percent in DEFAULT_PERCENT.items():
            Rate.objects.create(card=card, day_type=day_type, price_fen=shoot_fen * percent // 100)
        RateExtra.objects.create(
            card=card, code="operator", name_zh="屏控操作员", name_en="Screen operator", price_fen=240_000
        )
    stage_for_search(stage)
    return resource
