"""Eight people, one stage, the same days: exactly one gets them. Each race has a naive control that loses."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings import actions, allocation
from bookings.checks import broken_invariants
from bookings.claims import claim
from bookings.models import Booking, BookingLine, DayAllocation
from portal.core.errors import RuleViolation
from tests.conftest import person
from tests.factories.studios import make_resource

from .conftest import days

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CLIENTS = 8


def crowd():
    from portal.accounts.models import Organisation

    people = []
    for number in range(CLIENTS):
        company = Organisation.objects.create(name=f"Company {number}")
        people.append(person(f"p{number}@demo.example", f"P{number}", company=company))
    return people


def at_once(jobs):
    """Run the jobs at the same moment in threads; return what each gave or raised."""
    line, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(index, job):
        try:
            line.wait(30)
            results[index] = job()
        except Exception as exc:  # noqa: BLE001 - the test looks at what was raised
            results[index] = exc
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    return results


def whole_path(who, resource, span):
    company = who.memberships.get().organisation
    booking = actions.enquire(actor=who, organisation=company, wishes=[actions.LineWish(resource, span)])
    for step in (actions.accept_quote, actions.hold_booking, actions.confirm_booking):
        booking = step(booking=booking, actor=who)
    return booking


def test_the_whole_path_has_exactly_one_winner():
    led, people = make_resource(), crowd()
    for number in range(3):
        span = days(20 + 7 * number)
        results = at_once([lambda who=who, span=span: whole_path(who, led, span) for who in people])
        assert sum(isinstance(one, Booking) for one in results) == 1, results
        refused = [one for one in results if not isinstance(one, Booking)]
        assert all(isinstance(one, RuleViolation) for one in refused), refused
        assert {one.code for one in refused} <= {"not_first_in_line", "days_taken", "busy"}
    assert broken_invariants() == []


def drafts(people, led, span):
    """Bookings that stand right before taking rows, all first in line by their own belief."""
    lines = []
    for who in people:
        booking = Booking.objects.create(
            reference=f"R-{who.pk}", organisation=who.memberships.get().organisation, placed_by=who, state="confirmed",
            policy=led.policy.snapshot(),
        )  # fmt: skip
        lines.append(
            BookingLine.objects.create(
                booking=booking,
                resource=led,
                start=span.start,
                end=span.end,
                slots=[0],
                day_types=["shoot"] * len(span),
            )
        )
    return lines


def test_the_rows_alone_decide_past_the_rank_check():
    led, people, span = make_resource(), crowd(), days()

    def take(line):
        with claim(resources=[led.pk]):
            allocation.allocate(line, led, now=timezone.now())
        return line

    results = at_once([lambda line=line: take(line) for line in drafts(people, led, span)])
    assert sum(isinstance(one, BookingLine) for one in results) == 1, results
    assert DayAllocation.objects.count() == len(span)


def test_without_rows_and_locks_the_same_race_is_lost():
    """The naive control: look, then write. If nobody loses here, the tests above prove nothing."""
    led, people, span = make_resource(), crowd(), days()
    lines = drafts(people, led, span)
    Booking.objects.update(state="hold", hold_expires_at=timezone.now() + timedelta(hours=1))

    def naive(line):
        firm = BookingLine.objects.filter(
            resource=led, booking__state="confirmed", start__lt=span.end, end__gt=span.start
        )
        if firm.exists():
            return None
        time.sleep(0.02)
        Booking.objects.filter(pk=line.booking_id).update(state="confirmed")
        return line

    at_once([lambda line=line: naive(line) for line in lines])
    assert Booking.objects.filter(state="confirmed").count() > 1


def test_crossing_bookings_over_two_stages_neither_deadlock_nor_overlap():
    one, two, people = make_resource("a"), make_resource("b"), crowd()
    span = days()

    def both(who, first, second):
        company = who.memberships.get().organisation
        wishes = [actions.LineWish(first, span), actions.LineWish(second, span)]
        booking = actions.enquire(actor=who, organisation=company, wishes=wishes)
        for step in (actions.accept_quote, actions.hold_booking, actions.confirm_booking):
            booking = step(booking=booking, actor=who)
        return booking

    orders = [(one, two) if index % 2 else (two, one) for index in range(CLIENTS)]
    results = at_once(
        [lambda who=who, order=order: both(who, *order) for who, order in zip(people, orders, strict=True)]
    )
    assert sum(isinstance(result, Booking) for result in results) == 1, results
    assert all(isinstance(result, Booking | RuleViolation) for result in results), results
    assert broken_invariants() == []


def test_a_double_click_asks_once():
    led, people = make_resource(), crowd()
    who = people[0]
    company = who.memberships.get().organisation

    def ask():
        return actions.enquire(
            actor=who, organisation=company, wishes=[actions.LineWish(led, days())], client_key="same"
        )

    results = at_once([ask] * CLIENTS)
    assert {one.pk for one in results} == {Booking.objects.get().pk}


def test_deposit_and_cancellation_at_once_end_in_one_of_both():
    from portal.payments.actions import record_bank_transfer
    from portal.payments.models import Payment, Schedule

    led, people = make_resource(), crowd()
    fang = person("fang@demo.example", "方", group="Lot finance")
    booking = whole_path(people[0], led, days())
    due = Schedule.objects.get(kind="earnest_money")
    today = timezone.localdate()
    at_once(
        [
            lambda: record_bank_transfer(actor=fang, schedule=due, amount_fen=due.amount_fen, received_on=today),
            lambda: record_bank_transfer(actor=fang, schedule=due, amount_fen=due.amount_fen, received_on=today),
            lambda: actions.cancel_booking(booking=booking, actor=people[0]),
        ]
    )
    assert Payment.objects.count() <= 1
    booking.refresh_from_db()
    assert booking.state in {"confirmed", "cancelled"}
    assert broken_invariants() == []
