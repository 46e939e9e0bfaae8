"""Whoever is told "first on every day" gets the days: ranks count buffers, closures and firm bookings, as allocation does."""

import random
from collections import defaultdict
from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions, allocation
from bookings.errors import DaysTaken, HoldsInTheWay, NotFirstInLine, OutsideNotice, QuoteExpired
from bookings.models import Booking, BookingLine, DayAllocation
from bookings.queries import headline_rank, local_today, ranks
from portal.core.day_ranges import DayRange
from portal.notifications.models import Notice
from studios.models import Resource, Unit
from tests.bookings.conftest import ask, days, firm, hold
from tests.factories.studios import make_resource
from tests.payments.conftest import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def led(db):
    resource = make_resource()
    Resource.objects.filter(pk=resource.pk).update(buffer_before=1, buffer_after=1)
    return Resource.objects.get(pk=resource.pk)


def after(span, gap, length=2):
    return DayRange(span.end + timedelta(days=gap), span.end + timedelta(days=gap + length))


def test_two_holds_side_by_side_are_in_each_others_way_where_a_buffer_lies_between(led, lin, zhao):
    first = hold(lin, led, days())
    second = hold(zhao, led, after(days(), 1))
    third = hold(zhao, led, after(days(), 20))
    assert headline_rank(ranks(first)) == 1
    assert headline_rank(ranks(second)) == 2, "its days are free, its buffers are not"
    assert headline_rank(ranks(third)) == 1
    with pytest.raises(NotFirstInLine):
        actions.confirm_booking(booking=second, actor=zhao)
    actions.confirm_booking(booking=first, actor=lin)
    told = Notice.objects.filter(event="bookings.behind_firm", recipient=zhao)
    assert told.filter(path=f"/bookings/{second.reference}/").exists()
    assert not told.filter(path=f"/bookings/{third.reference}/").exists()


def test_who_stood_behind_by_a_buffer_is_promoted(led, lin, zhao):
    first = hold(lin, led, days())
    second = hold(zhao, led, after(days(), 1))
    actions.release_booking(booking=first, actor=lin)
    assert headline_rank(ranks(second)) == 1
    assert Notice.objects.filter(event="bookings.promoted", recipient=zhao).exists()


def test_closing_days_over_holds_is_refused_until_the_lot_has_seen_who_holds_them(led, lin, mei):
    mine = hold(lin, led, days())
    with pytest.raises(HoldsInTheWay) as refused:
        actions.close_days(actor=mei, resource=led, days=days(), reason="检修")
    assert refused.value.holds == [mine]
    assert mine.reference in str(refused.value)
    assert headline_rank(ranks(mine)) == 1, "nothing was closed"


def test_closing_days_over_holds_tells_their_companies(led, lin, zhao, mei):
    mine = hold(lin, led, days())
    hold(zhao, led, after(days(), 30))
    actions.close_days(actor=mei, resource=led, days=days(), reason="检修", over_holds=True, message="地坪翻修")
    assert "地坪翻修" in Notice.objects.get(event="bookings.days_closed", recipient=lin).body
    assert Notice.objects.filter(event="bookings.days_closed", recipient=lin).count() == 1
    assert not Notice.objects.filter(event="bookings.days_closed", recipient=zhao).exists()
    assert headline_rank(ranks(mine)) > 1


def test_a_quotation_for_days_that_are_sold_cannot_be_accepted(led, lin, zhao):
    wanted = ask(lin, led, days())
    firm(zhao, led, days())
    with pytest.raises(DaysTaken):
        actions.accept_quote(booking=wanted, actor=lin)


def test_a_quotation_lives_as_long_as_the_hold_on_it(led, lin, mei):
    booking = ask(lin, led, days())
    quote = booking.quotes.get()
    quote.valid_until = timezone.now() + timedelta(minutes=5)
    quote.save()
    held = actions.hold_booking(booking=booking, actor=lin)
    assert fresh(quote).valid_until >= held.hold_expires_at
    longer = actions.extend_hold(booking=held, actor=mei, hours=48, reason="x")
    assert fresh(quote).valid_until >= longer.hold_expires_at
    late = longer.hold_expires_at - timedelta(minutes=1)
    actions.accept_quote(booking=longer, actor=lin, now=late)
    actions.confirm_booking(booking=fresh(longer), actor=lin, now=late)
    assert fresh(longer).state == "awaiting_deposit"


def test_a_hold_is_not_confirmed_once_its_first_day_has_come(led, lin):
    booking = hold(lin, led, days())
    first = booking.first_day
    Booking.objects.filter(pk=booking.pk).update(hold_expires_at=timezone.now() + timedelta(days=400))
    moment = timezone.now() + (first - local_today()) * 1
    with pytest.raises(OutsideNotice):
        actions.confirm_booking(booking=fresh(booking), actor=lin, now=moment)
    assert QuoteExpired.code  # the other clock is tested in test_hold_and_confirm.py


# The model: plain Python over sets of unit-days, beside the engine's ranks.


class Model:
    """Holds in order, each with the day-slots it needs; who is first fits beside everything firm and every hold ahead."""

    def __init__(self, units):
        self.units, self.firm, self.holds = units, defaultdict(int), []

    def is_first(self, keys, quantity, position):
        for key in keys:
            used = self.firm[key] + sum(q for p, k, q in self.holds if p < position and key in k)
            if used + quantity > self.units:
                return False
        return True


def random_calendar(dice, resource):
    """Fill a resource with random firm rows, closures and holds; return the model and the holds' bookings."""
    units = list(Unit.objects.filter(resource=resource, active=True).order_by("index"))
    model, begin = Model(len(units)), days().start
    for _firm in range(dice.randrange(3)):
        day = begin + timedelta(days=dice.randrange(30))
        unit = dice.choice(units)
        made = DayAllocation.objects.get_or_create(
            resource=resource, unit=unit, day=day, slot=0, defaults={"closure": resource.closure, "kind": "closure"}
        )[1]
        model.firm[day, 0] += made
    for position in range(1, dice.randrange(2, 6)):
        start = begin + timedelta(days=dice.randrange(30))
        line = BookingLine(
            resource=resource, start=start, end=start + timedelta(days=dice.randrange(1, 6)), slots=[0],
            quantity=dice.randrange(1, len(units) + 1), queue_position=position, day_types=[],
        )  # fmt: skip
        model.holds.append((position, set(allocation.wanted_keys(line, resource)), line.quantity))
        line.booking = resource.booking_of(position)
        line.save()
    return model


EXAMPLES = 60


def test_first_means_that_the_days_can_be_had_on_random_calendars(lin, mei, db):
    import os

    count = int(os.environ.get("RANK_EXAMPLES", EXAMPLES))
    dice = random.Random(11)
    wrong = 0
    for number in range(count):
        made = make_resource(f"r-{number}", units=dice.randrange(1, 4))
        Resource.objects.filter(pk=made.pk).update(buffer_before=dice.randrange(3), buffer_after=dice.randrange(3))
        resource = Resource.objects.get(pk=made.pk)
        far = DayRange(days().start + timedelta(days=200), days().start + timedelta(days=201))
        resource.closure = actions.close_days(actor=mei, resource=resource, days=far, reason="x")
        resource.booking_of = lambda position, n=number: Booking.objects.create(
            reference=f"T-{n}-{position}", organisation=lin.memberships.get().organisation, placed_by=lin, state="hold",
            hold_expires_at=timezone.now() + timedelta(days=1), policy={}, production="",
        )  # fmt: skip
        model = random_calendar(dice, resource)
        for position, keys, quantity in model.holds:
            line = BookingLine.objects.select_related("booking").get(resource=resource, queue_position=position)
            told = headline_rank(ranks(line.booking)) == 1
            wrong += told != model.is_first(keys, quantity, position)
    assert wrong == 0
