"""A stage to fight over, and the path to a firm booking in one call each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from bookings.actions import LineWish
from portal.core.day_ranges import DayRange
from tests.factories.studios import make_resource


@pytest.fixture
def led(db):
    return make_resource()


def days(start=40, length=5):
    """`length` days from `start` days ahead."""
    first = timezone.localdate() + timedelta(days=start)
    return DayRange(first, first + timedelta(days=length))


def ask(person, resource, span=None, **wish):
    company = person.memberships.get().organisation
    return actions.enquire(actor=person, organisation=company, wishes=[LineWish(resource, span or days(), **wish)])


def hold(person, resource, span=None, **wish):
    booking = ask(person, resource, span, **wish)
    actions.accept_quote(booking=booking, actor=person)
    return actions.hold_booking(booking=booking, actor=person)


def firm(person, resource, span=None, **wish):
    return actions.confirm_booking(booking=hold(person, resource, span, **wish), actor=person)
