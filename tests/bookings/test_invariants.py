"""Whatever people and clocks do in whatever order, the invariants hold (booking-engine.md, section 8).

A small walk in the suite; `BOOKING_STEPS=60 BOOKING_EXAMPLES=200` for the full size.
"""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bookings import actions, rules
from bookings.actions import LineWish
from bookings.checks import broken_invariants
from bookings.models import Booking
from bookings.queries import ranks
from portal.accounts.models import Organisation
from portal.core.day_ranges import DayRange
from portal.core.errors import RuleViolation
from portal.payments.actions import record_bank_transfer
from portal.payments.checks import broken_invariants as broken_money
from portal.payments.models import Schedule
from tests.conftest import person
from tests.factories.studios import make_resource

STEPS = int(os.environ.get("BOOKING_STEPS", "14"))
EXAMPLES = int(os.environ.get("BOOKING_EXAMPLES", "12"))


class Lot(RuleBasedStateMachine):
    """Three companies, one resource of one unit and one of three, a clock that people push forward."""

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        companies = [Organisation.objects.create(name=f"公司{n}") for n in range(3)]
        self.people = [person(f"p{n}@demo.example", f"人{n}", company=one) for n, one in enumerate(companies)]
        self.fang = person("f@demo.example", "方", group="Lot finance")
        self.resources = [make_resource("one"), make_resource("three", units=3)]
        self.now = timezone.now()

    def teardown(self):
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    def some(self, pick, *states):
        found = list(Booking.objects.filter(state__in=states).order_by("pk"))
        return found[pick % len(found)] if found else None

    def attempt(self, call, **words):
        try:
            with transaction.atomic():
                call(**words)
        except RuleViolation:
            return

    @rule(
        who=st.integers(0, 2),
        which=st.integers(0, 1),
        start=st.integers(5, 12),
        length=st.integers(1, 4),
        units=st.integers(1, 3),
    )
    def enquire(self, who, which, start, length, units):
        first = timezone.localdate(self.now) + timedelta(days=start)
        wish = LineWish(
            self.resources[which], DayRange(first, first + timedelta(days=length)), 1 if which == 0 else units
        )
        actor = self.people[who]
        company = actor.memberships.get().organisation
        self.attempt(actions.enquire, actor=actor, organisation=company, wishes=[wish], now=self.now)

    @rule(pick=st.integers(0, 50))
    def accept_and_hold(self, pick):
        if booking := self.some(pick, rules.QUOTED):
            self.attempt(actions.accept_quote, booking=booking, actor=booking.placed_by, now=self.now)
            self.attempt(actions.hold_booking, booking=booking, actor=booking.placed_by, now=self.now)

    @rule(pick=st.integers(0, 50))
    def confirm(self, pick):
        if booking := self.some(pick, rules.HOLD):
            self.attempt(actions.confirm_booking, booking=booking, actor=booking.placed_by, now=self.now)

    @rule(pick=st.integers(0, 50), part=st.integers(1, 3))
    def pay(self, pick, part):
        if booking := self.some(pick, rules.AWAITING):
            due = Schedule.objects.get(subject_id=booking.pk, kind="earnest_money")
            self.attempt(
                record_bank_transfer, actor=self.fang, schedule=due, amount_fen=max(due.open_fen // part, 1),
                received_on=timezone.localdate(),
            )  # fmt: skip

    @rule(pick=st.integers(0, 50))
    def late_money(self, pick):
        if booking := self.some(pick, rules.EXPIRED):
            due = Schedule.objects.filter(subject_id=booking.pk, kind="earnest_money").first()
            if due and due.amount_fen > due.paid_fen:
                self.attempt(
                    record_bank_transfer, actor=self.fang, schedule=due, amount_fen=due.amount_fen - due.paid_fen,
                    received_on=timezone.localdate(), surplus_ok=True,
                )  # fmt: skip

    @rule(pick=st.integers(0, 50))
    def release(self, pick):
        if booking := self.some(pick, rules.HOLD, rules.QUOTED):
            self.attempt(actions.release_booking, booking=booking, actor=booking.placed_by, now=self.now)

    @rule(pick=st.integers(0, 50))
    def cancel(self, pick):
        if booking := self.some(pick, rules.AWAITING, rules.CONFIRMED):
            self.attempt(actions.cancel_booking, booking=booking, actor=booking.placed_by, now=self.now)

    @precondition(lambda self: Booking.objects.filter(state__in=(rules.HOLD, rules.AWAITING)).exists())
    @rule(pick=st.integers(0, 50))
    def a_clock_runs_out(self, pick):
        booking = self.some(pick, rules.HOLD, rules.AWAITING)
        over = timezone.now() - timedelta(seconds=1)
        Booking.objects.filter(pk=booking.pk, state=rules.HOLD).update(hold_expires_at=over)
        Booking.objects.filter(pk=booking.pk, state=rules.AWAITING).update(firm_until=over)
        actions.expire_lapsed()

    @invariant()
    def nothing_is_broken(self):
        assert broken_invariants() == []
        assert broken_money() == []

    @invariant()
    def the_jth_hold_has_rank_of_at_least_its_turn(self):
        single = (
            Booking.objects.live_holds().filter(lines__resource=self.resources[0]).order_by("lines__queue_position")
        )
        seen = {}
        for booking in single:
            for day in (day for days in ranks(booking).values() for day in days):
                seen[day.date] = seen.get(day.date, 0) + 1
                assert day.rank >= seen[day.date]


@pytest.mark.django_db
def test_the_invariants_hold_in_every_order():
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Lot,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
