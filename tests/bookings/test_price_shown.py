"""The price that the picker shows is the price that is quoted: across rate cards, slots, units and extras."""

import os
import random
from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from bookings.picking import wish
from bookings.queries import local_today, rate_card
from portal.core.day_ranges import DayRange
from studios.day_types import DEFAULT_PERCENT
from studios.models import Rate, RateCard, RateExtra, Resource
from tests.factories.studios import make_resource

pytestmark = pytest.mark.django_db
STAYS = int(os.environ.get("PRICE_STAYS", "40"))
KINDS = sorted(DEFAULT_PERCENT)


def random_resource(dice, number):
    """A resource of one or two slots a day and some units, whose prices change in the middle of the time tried."""
    made = make_resource(f"p-{number}", units=dice.randrange(1, 9), shoot_fen=dice.randrange(100, 10**7))
    Resource.objects.filter(pk=made.pk).update(slots_per_day=dice.choice((1, 2)))
    for days in (20, 60):
        card = RateCard.objects.create(
            resource=made, valid_from=local_today() + timedelta(days=days), stage_manager_fen=dice.randrange(10**5)
        )
        for kind in KINDS:
            if dice.random() < 0.9:
                Rate.objects.create(card=card, day_type=kind, price_fen=dice.randrange(10**7))
        RateExtra.objects.create(
            card=card, code="operator", name_zh="操作员", name_en="Operator", price_fen=dice.randrange(10**6)
        )
    return Resource.objects.select_related("policy").get(pk=made.pk)


def test_the_price_shown_is_the_price_quoted_over_random_stays(lin):
    dice, now = random.Random(17), timezone.now()
    company = lin.memberships.get().organisation
    resources = [random_resource(dice, number) for number in range(min(STAYS, 6))]
    differing, priced = [], 0
    for _stay in range(STAYS):
        resource = dice.choice(resources)
        start = local_today() + timedelta(days=dice.randrange(2, 90))
        days = DayRange(start, start + timedelta(days=dice.randrange(1, 12)))
        types = tuple(dice.choice(KINDS) for _day in days)
        extras = {"operator": dice.randrange(1, 3)} if dice.random() < 0.4 else {}
        units = dice.randrange(1, resource.units.count() + 1)
        card = rate_card(resource, days.start)
        shown = wish(resource, card, days, quantity=units, day_types=types, extras=extras, now=now).total_fen
        asked = actions.LineWish(resource, days, units, (), types, extras)
        booking = actions.enquire(actor=lin, organisation=company, wishes=[asked], now=now)
        quote = booking.quotes.first()
        quoted = quote.total_fen if quote else None
        priced += quoted is not None
        if shown != quoted:
            differing.append((str(resource), days, types, units, extras, shown, quoted))
    assert differing == []
    assert priced > STAYS // 4
