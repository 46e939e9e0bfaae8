"""Three companies on one resource, steps in any order: after each one nothing is broken, and the outcome is the one
that a model in a few plain lines expects (docs/rules/holds.md, what is always true).

More and longer: `INVARIANT_EXAMPLES=500 INVARIANT_STEPS=80 .venv/bin/python -m pytest tests/bookings/test_invariants.py`.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bookings import actions, queries, rules
from bookings.actions import LineWish
from bookings.checks import broken_invariants as broken_bookings
from bookings.errors import DaysTaken, HoldLimit, NotFirstInLine, QuoteNotAccepted, WrongState
from bookings.models import Booking
from portal.accounts.models import Organisation
from portal.core.day_ranges import DayRange
from portal.core.errors import RuleViolation
from portal.payments.actions import record_bank_transfer
from portal.payments.checks import broken_invariants as broken_money
from portal.payments.models import Schedule
from tests.conftest import person
from tests.factories.studios import make_policy, make_resource

COMPANIES, HOLDS_EACH = 3, 2
SPAN = 6
"""Everybody wants some of the same six days."""
FIRST = timezone.localdate() + timedelta(days=40)
WISH = st.tuples(st.integers(0, COMPANIES - 1), st.integers(0, SPAN - 1), st.integers(1, SPAN), st.integers(1, 3))
"""Who, from which day, how many days, how many units."""
OWNING = {rules.AWAITING, rules.CONFIRMED}


@dataclass(eq=False)
class Told:
    """What the model knows of a booking."""

    company: int
    pk: int
    days: frozenset[date]
    quantity: int
    state: str = rules.QUOTED
    accepted: bool = False
    place: int = 0
    was_firm: bool = False
    part_paid: bool = False
    swept: bool = True


class Lot(RuleBasedStateMachine):
    """The companies' steps against the engine and the model. The test's subclass sets what is shared by all examples."""

    units: int
    stage: Any
    people: list[Any]
    fang: Any
    reached: Counter[str]

    asked = Bundle("asked")

    def __init__(self) -> None:
        super().__init__()
        self.known: list[Told] = []
        self.places = 0
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    # the model

    def free(self, day: date) -> int:
        return self.units - sum(one.quantity for one in self.known if one.state in OWNING and day in one.days)

    def taken(self, one: Told) -> bool:
        return any(self.free(day) < one.quantity for day in one.days)

    def line(self, day: date) -> list[Told]:
        """Return the live holds on a day, first come first."""
        return sorted(
            (one for one in self.known if one.state == rules.HOLD and day in one.days), key=lambda one: one.place
        )

    def rank(self, one: Told, day: date) -> int:
        """Return 1 + the fewest of those ahead that would have to go, by trying all choices."""
        firm = [other.quantity for other in self.known if other.state in OWNING and day in other.days]
        ahead = firm + [other.quantity for other in self.line(day) if other.place < one.place]
        for leaving in range(len(ahead) + 1):
            if any(sum(ahead) - sum(gone) + one.quantity <= self.units for gone in combinations(ahead, leaving)):
                return 1 + leaving
        raise AssertionError("more is wanted than there is")

    def holds_of(self, company: int) -> int:
        return sum(one.state == rules.HOLD and one.company == company for one in self.known)

    # the steps

    def booking(self, one: Told) -> Booking:
        return Booking.objects.get(pk=one.pk)

    def attempt(self, expected: type[RuleViolation] | None, send: Any, **given: Any) -> bool:
        """Send a step; it must be refused with `expected`, or done where that is nothing. Returns whether it was done."""
        name = send.__name__
        if expected is None:
            send(**given)
            self.reached[name] += 1
            return True
        with pytest.raises(expected):
            send(**given)
        self.reached[f"{name} {expected.code}"] += 1
        return False

    @initialize(target=asked, wishes=st.lists(WISH, min_size=4, max_size=7))
    def open_with_a_crowd(self, wishes: list[tuple[int, int, int, int]]) -> MultipleResults[Told]:
        """Begin with several who asked and hold: the interesting part comes after that."""
        crowd = [self.enquire_for(*wish, accept=True) for wish in wishes]
        for one in crowd:
            self.step_hold(one)
        return multiple(*crowd)

    @rule(target=asked, wish=WISH, accept=st.booleans())
    def enquire(self, wish: tuple[int, int, int, int], accept: bool) -> Told:
        return self.enquire_for(*wish, accept=accept)

    def enquire_for(self, company: int, start: int, length: int, quantity: int, accept: bool) -> Told:
        begin = FIRST + timedelta(days=start)
        span = DayRange(begin, min(begin + timedelta(days=length), FIRST + timedelta(days=SPAN)))
        actor, quantity = self.people[company], min(quantity, self.units)
        wishes = [LineWish(self.stage, span, quantity)]
        booking = actions.enquire(actor=actor, organisation=actor.memberships.get().organisation, wishes=wishes)
        one = Told(company, booking.pk, frozenset(span), quantity)
        self.known.append(one)
        if accept:
            self.accept(one)
        return one

    @rule(one=asked)
    def accept(self, one: Told) -> None:
        wrong: type[RuleViolation] | None = None
        if one.state not in {rules.QUOTED, rules.HOLD}:
            wrong = WrongState
        elif not one.accepted and self.taken(one):
            wrong = DaysTaken
        if self.attempt(wrong, actions.accept_quote, booking=self.booking(one), actor=self.people[one.company]):
            one.accepted = True

    @rule(one=asked)
    def forward(self, one: Told) -> None:
        """The next step of a booking that goes well: steps taken by chance alone rarely come so far."""
        if one.state == rules.QUOTED:
            self.step_hold(one)
        elif one.state == rules.HOLD and not one.accepted:
            self.accept(one)
        elif one.state == rules.HOLD:
            self.step_confirm(one)
        elif one.state == rules.AWAITING:
            self.step_transfer(one, part=False)

    @rule(one=asked)
    def step_hold(self, one: Told) -> None:
        wrong: type[RuleViolation] | None = None
        if one.state != rules.QUOTED:
            wrong = WrongState
        elif self.holds_of(one.company) >= HOLDS_EACH:
            wrong = HoldLimit
        elif self.taken(one):
            wrong = DaysTaken
        if self.attempt(wrong, actions.hold_booking, booking=self.booking(one), actor=self.people[one.company]):
            self.places += 1
            one.state, one.place = rules.HOLD, self.places

    @rule(one=asked)
    def step_confirm(self, one: Told) -> None:
        wrong: type[RuleViolation] | None = None
        if one.state != rules.HOLD:
            wrong = WrongState
        elif not one.accepted:
            wrong = QuoteNotAccepted
        elif self.taken(one):
            wrong = DaysTaken
        elif any(self.rank(one, day) > 1 for day in one.days):
            wrong = NotFirstInLine
        if self.attempt(wrong, actions.confirm_booking, booking=self.booking(one), actor=self.people[one.company]):
            one.state, one.was_firm = rules.AWAITING, True

    @rule(one=asked)
    def release(self, one: Told) -> None:
        wrong = None if one.state in {rules.QUOTED, rules.HOLD} else WrongState
        if self.attempt(wrong, actions.release_booking, booking=self.booking(one), actor=self.people[one.company]):
            one.state = rules.RELEASED

    @rule(one=asked)
    def cancel(self, one: Told) -> None:
        wrong = None if one.state in OWNING else WrongState
        if self.attempt(wrong, actions.cancel_booking, booking=self.booking(one), actor=self.people[one.company]):
            one.state = rules.CANCELLED

    @rule(one=asked)
    @precondition(lambda self: any(one.state in {rules.HOLD, rules.AWAITING} for one in self.known))
    def run_out(self, one: Told) -> None:
        """The clock of a hold, or of a booking that waits for money, runs out; nobody has written that yet."""
        if one.state in {rules.HOLD, rules.AWAITING}:
            clock = "hold_expires_at" if one.state == rules.HOLD else "firm_until"
            Booking.objects.filter(pk=one.pk).update(**{clock: timezone.now() - timedelta(minutes=1)})
            one.state, one.swept = rules.EXPIRED, False

    @rule()
    @precondition(lambda self: not all(one.swept for one in self.known))
    def sweep(self) -> None:
        actions.expire_lapsed()
        for one in self.known:
            one.swept = True
        assert not Booking.objects.filter(pk__in=[one.pk for one in self.known if one.state == rules.EXPIRED]).exclude(
            state=rules.EXPIRED
        )

    def earnest(self, one: Told) -> Schedule:
        return Schedule.objects.get(reference=self.booking(one).reference, kind="earnest_money")

    def transfer(self, due: Schedule, amount_fen: int, **more: bool) -> None:
        record_bank_transfer(
            actor=self.fang, schedule=due, amount_fen=amount_fen, received_on=timezone.localdate(), **more
        )

    @rule(one=asked, part=st.booleans())
    @precondition(lambda self: any(one.was_firm for one in self.known))
    def step_transfer(self, one: Told, part: bool) -> None:
        if not one.was_firm:
            return
        due = self.earnest(one)
        amount = due.open_fen // 2 if part else due.open_fen or due.amount_fen
        wrong = None if one.state == rules.AWAITING else WrongState
        if self.attempt(wrong, self.transfer, due=due, amount_fen=amount):
            one.part_paid = one.part_paid or part
            one.state = rules.AWAITING if part else rules.CONFIRMED

    @rule(one=asked)
    @precondition(lambda self: any(one.was_firm and one.state == rules.EXPIRED for one in self.known))
    def money_comes_late(self, one: Told) -> None:
        """The bank's statement has the money of a lapsed booking: its days again where they are free, else it goes back."""
        if not one.was_firm or one.state != rules.EXPIRED:
            return
        again = not self.taken(one)
        due = self.earnest(one)
        if one.part_paid:
            again = again and not due.refunded_fen
        self.transfer(due, due.amount_fen - due.paid_fen, surplus_ok=True)
        self.reached["late money, days again" if again else "late money, back"] += 1
        if again:
            one.state, one.swept = rules.CONFIRMED, True

    # what always holds

    @invariant()
    def nothing_is_broken(self) -> None:
        assert broken_bookings() == []
        assert broken_money() == []

    @invariant()
    def the_engine_is_where_the_model_is(self) -> None:
        now = timezone.now()
        states = {booking.pk: booking.state_at(now) for booking in Booking.objects.all()}
        assert states == {one.pk: one.state for one in self.known}

    @invariant()
    def ranks_are_the_models(self) -> None:
        for day in {day for one in self.known for day in one.days}:
            for index, one in enumerate(self.line(day), start=1):
                (line,) = queries.ranks(self.booking(one)).values()
                found = {entry.date: entry.rank for entry in line}[day]
                assert found == self.rank(one, day)
                assert found >= index or self.units > 1

    @invariant()
    def the_calendar_shows_what_is_free(self) -> None:
        shown = queries.calendar(self.stage, DayRange(FIRST, FIRST + timedelta(days=SPAN)))
        assert {entry.date: (entry.free, entry.held) for entry in shown} == {
            entry.date: (self.free(entry.date) > 0, len(self.line(entry.date))) for entry in shown
        }


def machine(units: int, fang: Any) -> type[Lot]:
    policy = make_policy(holds_per_company=HOLDS_EACH)
    stage = make_resource(units=units, policy=policy)
    people = []
    for index in range(COMPANIES):
        company = Organisation.objects.create(name=f"公司 {index}", invoice_title=f"公司 {index}")
        people.append(person(f"owner{index}@demo.example", f"Owner {index}", company=company))
    return type(
        f"LotOf{units}", (Lot,), {"units": units, "stage": stage, "people": people, "fang": fang, "reached": Counter()}
    )


def run(one: type[Lot], *, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    budget = settings(
        max_examples=int(os.environ.get("INVARIANT_EXAMPLES", "16")),
        stateful_step_count=int(os.environ.get("INVARIANT_STEPS", "30")),
        deadline=None,
        derandomize="INVARIANT_EXAMPLES" not in os.environ,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(one, settings=budget)


@pytest.mark.long
@pytest.mark.parametrize("units", [1, 3])
def test_nothing_breaks_in_any_order_of_steps(units: int, fang: Any) -> None:
    lot = machine(units, fang)
    run(lot)
    assert lot.reached.keys() >= REACHED, "the steps never came so far: nothing was tried"


REACHED = {
    "hold_booking",
    "confirm_booking",
    "confirm_booking not_first_in_line",
    "confirm_booking days_taken",
    "transfer",
}


def test_a_line_that_ignores_who_came_first_is_found(fang: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "rank", lambda ahead, quantity, units: 1)
    with pytest.raises(AssertionError):
        run(machine(1, fang), phases=(Phase.generate,))
