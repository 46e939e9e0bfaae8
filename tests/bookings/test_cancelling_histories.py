"""Random histories of paying, giving back and cancelling, for all three sides: the books, the refunds and the letter agree."""

import os
import random

import pytest

from bookings import actions, sides
from bookings.models import Booking
from portal.core.money import yuan
from portal.notifications.models import Notice
from portal.payments import actions as money
from portal.payments.checks import broken_invariants
from portal.payments.models import Compensation, Refund, Schedule
from tests.bookings.conftest import days, firm
from tests.factories.studios import make_resource
from tests.payments.conftest import fresh, paid

pytestmark = pytest.mark.django_db
HISTORIES = int(os.environ.get("CANCEL_HISTORIES", "20"))


def given_back(booking):
    return sum(
        one.amount_fen
        for one in Refund.objects.filter(payment__schedule__subject_id=booking.pk).exclude(
            state__in=("refused", "failed")
        )
    )


def received(booking):
    return sum(one.paid_fen for one in Schedule.objects.filter(subject_id=booking.pk))


def random_history(dice, lin, fang, number):
    """A firm booking with some of its amounts paid, and something of one given back already."""
    booking = firm(lin, make_resource(f"c-{number}"), days(dice.choice((3, 6, 8, 13, 15, 40)), dice.randrange(1, 6)))
    due = Schedule.objects.filter(subject_id=booking.pk).order_by("due_at", "pk")
    payments = [paid(lin, schedule) for schedule in due if dice.random() < 0.75]
    if payments and dice.random() < 0.4:
        payment = dice.choice(payments)
        part = dice.randrange(1, payment.amount_fen)
        money.request_refund(actor=fang, payment=payment, amount_fen=part, reason="多付")
    return Booking.objects.get(pk=booking.pk)


def test_paid_is_kept_or_returned_in_every_history(lin, mei, fang):
    dice = random.Random(5)
    seen = set()
    for number in range(HISTORIES):
        booking = random_history(dice, lin, fang, number)
        side = dice.choice(sides.SIDES)
        foretold = actions.cancellation(booking, side)
        gross, before = received(booking), given_back(booking)
        actor = dice.choice((lin, mei)) if side == sides.CREW else mei
        actions.cancel_booking(booking=booking, actor=actor, side=side if actor == mei else "", reason="改期")
        back, owed = (
            given_back(booking) - before,
            sum(one.amount_fen for one in Compensation.objects.filter(schedule__subject_id=booking.pk)),
        )
        what = (number, side, foretold, before, back, owed)
        assert foretold.paid == foretold.kept + foretold.returned, what
        assert foretold.paid == gross - before, (gross, *what)
        assert back == foretold.returned, what
        assert owed == foretold.doubled, what
        assert side != sides.LOT or foretold.kept == 0, what
        body = Notice.objects.get(
            event="bookings.cancelled", recipient=lin, path=f"/bookings/{booking.reference}/"
        ).body
        if foretold.paid:
            for figure in (foretold.paid, foretold.kept, foretold.returned):
                assert yuan(figure) in body, what
        assert fresh(booking).state == "cancelled"
        seen.add((side, bool(foretold.kept), bool(foretold.returned), bool(foretold.doubled)))
    assert broken_invariants() == []
    assert len(seen) >= min(5, HISTORIES // 4)
