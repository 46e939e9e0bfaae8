"""Every state × every event of `bookings.rules.STEPS`: what fits is done, all else is refused by code and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from bookings import actions, rules
from bookings.errors import NotOffered, WrongState
from bookings.models import Booking, DayAllocation, Quote
from bookings.money import PURPOSE
from portal.audit.models import Event
from portal.core.errors import RuleViolation
from portal.notifications.models import Notice
from portal.payments.actions import make_due, record_bank_transfer
from portal.payments.models import LedgerEntry, Payment, Schedule
from tests.api.test_bookings_api import Api
from tests.conftest import person
from tests.factories.studios import make_resource

from .conftest import ask, days, firm, hold

pytestmark = pytest.mark.django_db

LAPSED = {"lapsed hold": rules.HOLD, "lapsed awaiting": rules.AWAITING}
"""Written as live, over by the clock: the sweeper has not come yet."""
PLACES = [*rules.STATES, *LAPSED]
NEVER_REACHED = (rules.IN_PROGRESS, rules.WRAPPED, rules.SETTLED, rules.NO_SHOW)
"""States behind steps that are not offered yet; written into the row by the test."""

UNCHANGED = {("quote", rules.QUOTED), ("withdraw-deposit", rules.AWAITING), ("withdraw-deposit", "lapsed awaiting")}
"""A second call answers what is there already (docs/rules/holds.md)."""


@pytest.fixture
def cast(lin, bo, zhao, mei, fang):
    """The personas by name, with the finance of the company, who neither holds nor decides."""
    purse = person("purse@demo.example", "钱会计", company=lin.memberships.get().organisation, role="finance")
    return SimpleNamespace(lin=lin, bo=bo, zhao=zhao, mei=mei, fang=fang, purse=purse)


def placed(state: str, cast: Any) -> Booking:
    """Return a booking of company A in a state, with all that belongs to it."""
    booking = _walked(state, cast)
    late = {
        "hold_expires_at": timezone.now() - timedelta(minutes=1),
        "firm_until": timezone.now() - timedelta(minutes=1),
    }
    if state in LAPSED:
        Booking.objects.filter(pk=booking.pk).update(**late)
    if state == rules.EXPIRED:
        Booking.objects.filter(pk=booking.pk).update(**late)
        assert actions.expire_lapsed() == 1
    if state in NEVER_REACHED:
        Booking.objects.filter(pk=booking.pk).update(state=state)
    booking.refresh_from_db()
    assert booking.state == LAPSED.get(state, state)
    return booking


def _walked(state: str, cast: Any) -> Booking:
    stage = make_resource(rates=state != rules.ENQUIRY)
    if state in {rules.ENQUIRY, rules.QUOTED, rules.RELEASED, rules.DECLINED}:
        booking = ask(cast.lin, stage)
        if state == rules.QUOTED:
            actions.accept_quote(booking=booking, actor=cast.lin)
        if state == rules.RELEASED:
            actions.release_booking(booking=booking, actor=cast.lin)
        if state == rules.DECLINED:
            actions.decline_booking(booking=booking, actor=cast.mei, reason="检修")
        return booking
    if state in {rules.HOLD, "lapsed hold"}:
        return hold(cast.lin, stage)
    booking = firm(cast.lin, stage)
    if state == rules.CANCELLED:
        return actions.cancel_booking(booking=booking, actor=cast.lin)
    if state in {rules.CONFIRMED, *NEVER_REACHED}:
        pay(booking, cast.fang)
    return booking


def earnest(booking: Booking) -> Schedule:
    """Return the booking's earnest money; where it never fell due it does now, so that somebody can try to pay it."""
    found = Schedule.objects.filter(purpose=PURPOSE, subject_id=booking.pk, kind="earnest_money").first()
    return found or make_due(
        purpose=PURPOSE, subject_id=booking.pk, reference=booking.reference, organisation=booking.organisation,
        kind="earnest_money", amount_fen=100, due_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip


def pay(booking: Booking, actor: Any) -> None:
    due = earnest(booking)
    record_bank_transfer(actor=actor, schedule=due, amount_fen=due.amount_fen, received_on=timezone.localdate())


def unoffered(event: str) -> Callable[[Booking, Any], object]:
    return lambda booking, actor: actions.refuse_unoffered(booking=booking, event=event, actor=actor)


SENT: dict[str, Callable[[Booking, Any], object]] = {
    "quote": lambda booking, actor: actions.quote_booking(booking=booking, actor=actor, total_fen=500_000),
    "accept-quote": lambda booking, actor: actions.accept_quote(booking=booking, actor=actor),
    "hold": lambda booking, actor: actions.hold_booking(booking=booking, actor=actor),
    "confirm": lambda booking, actor: actions.confirm_booking(booking=booking, actor=actor),
    "record-deposit": pay,
    "withdraw-deposit": lambda booking, actor: actions.deposit_withdrawn(booking=booking, actor=actor),
    "release": lambda booking, actor: actions.release_booking(booking=booking, actor=actor),
    "decline": lambda booking, actor: actions.decline_booking(booking=booking, actor=actor, reason="检修"),
    "cancel": lambda booking, actor: actions.cancel_booking(booking=booking, actor=actor),
    "extend": lambda booking, actor: actions.extend_hold(booking=booking, actor=actor, hours=1, reason="合同在路上"),
    **{step.event: unoffered(step.event) for step in rules.STEPS.values() if not step.offered},
}
"""How a person sends each event. `enquire` begins a booking; `revive` and `expire` are nobody's to send."""

ENTITLED = {"bookings.manage": "mei", "bookings.record_deposit": "fang"}
REFUSED = {
    "bookings.hold": ("zhao", "purse", "fang"),
    "bookings.decide": ("zhao", "bo", "purse", "mei", "fang"),
    "bookings.cancel": ("zhao", "bo", "purse", "fang"),
    "bookings.manage": ("zhao", "lin", "bo", "purse", "fang"),
    "bookings.record_deposit": ("zhao", "lin", "bo", "purse", "mei"),
}


def entitled(event: str, cast: Any) -> Any:
    return getattr(cast, ENTITLED.get(rules.STEPS[event].permission or "", "lin"))


def in_force(place: str) -> str:
    """Return the state that counts in a place: what lapsed is over."""
    return rules.EXPIRED if place in LAPSED else place


def everything(booking: Booking) -> dict[str, Any]:
    """Return all that an event could touch."""
    tables = (Quote, DayAllocation, Schedule, Payment, LedgerEntry, Event, Notice)
    rows = {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}
    return rows | {
        "Booking": Booking.objects.filter(pk=booking.pk).values().get(),
        "lines": list(booking.lines.values()),
    }


def test_the_table_is_whole() -> None:
    assert SENT.keys() | {"enquire", "revive", "expire"} == rules.STEPS.keys()
    assert {step.permission for step in rules.STEPS.values()} - {None} == REFUSED.keys()


@pytest.mark.parametrize("place", PLACES)
def test_what_does_not_fit_is_refused_and_changes_nothing(place: str, cast: Any) -> None:
    booking = placed(place, cast)
    earnest(booking)
    before = everything(booking)
    tried = [one for one in SENT if not (rules.STEPS[one].offered and rules.allows(one, in_force(place)))]
    for event in tried:
        refusal = NotOffered if not rules.STEPS[event].offered else WrongState
        if (event, place) in UNCHANGED:
            SENT[event](booking, entitled(event, cast))
        else:
            with pytest.raises(RuleViolation) as caught:
                SENT[event](booking, entitled(event, cast))
            assert (event, type(caught.value)) == (event, refusal)
        assert (event, everything(booking)) == (event, before)
    assert tried


@pytest.mark.parametrize("place", PLACES)
def test_permission_comes_before_the_state(place: str, cast: Any) -> None:
    booking = placed(place, cast)
    earnest(booking)
    before = everything(booking)
    for event, send in SENT.items():
        for name in REFUSED[rules.STEPS[event].permission or ""]:
            if (event, place) == ("quote", rules.QUOTED) and name != "zhao":
                continue  # answered unchanged to whoever may see the booking
            if event == "withdraw-deposit" and (event, place) in UNCHANGED:
                continue  # answered unchanged; the payment, its only caller, asked already
            with pytest.raises(PermissionDenied):
                send(booking, getattr(cast, name))
    assert everything(booking) == before


@pytest.mark.parametrize("place", PLACES)
def test_clocks_and_late_money_move_only_what_they_may(place: str, cast: Any) -> None:
    booking = placed(place, cast)
    before = everything(booking)
    far = timezone.now() + timedelta(days=3650)
    if place not in LAPSED and not (rules.allows("revive", place) and booking.firm_until):
        assert actions.revive_booking(booking=booking) is False
    if place not in {rules.HOLD, rules.AWAITING, *LAPSED}:
        assert actions.expire_lapsed(now=far) == 0
    assert everything(booking) == before


@pytest.mark.parametrize("place", [place for place in rules.STATES if place != rules.AWAITING])
def test_the_payment_cannot_make_anything_else_firm(place: str, cast: Any) -> None:
    booking = placed(place, cast)
    before = everything(booking)
    if place == rules.CONFIRMED:
        assert actions.deposit_recorded(booking=booking, actor=cast.fang) == booking
    else:
        with pytest.raises(WrongState):
            actions.deposit_recorded(booking=booking, actor=cast.fang)
    assert everything(booking) == before


def test_the_table_knows_all_of_a_step():
    """The trail's word, what the person is told, where the way ends: nowhere else is a list of them."""
    offered = [step for step in rules.STEPS.values() if step.offered]
    assert [step.event for step in offered if not step.past] == []
    assert len(rules.BY_PAST) == len(offered)
    assert [name for name in actions.ONE_PRESS if not rules.STEPS[name].done] == []
    over = {step.target for step in offered if step.ends}
    assert {step.event for step in offered if step.target in over} == {step.event for step in offered if step.ends}


LEGAL = [(step.event, source) for step in rules.STEPS.values() if step.offered for source in step.sources]
BY_TIME = [(event, source) for event, source in LEGAL if event not in SENT]


@pytest.mark.parametrize(("event", "source"), [pair for pair in LEGAL if pair not in BY_TIME])
def test_what_fits_is_done_and_leaves_a_trace(event: str, source: str, cast: Any) -> None:
    booking = placed(source, cast)
    if event == "accept-quote":
        booking.quotes.update(accepted_at=None, accepted_by=None)
    traces = Event.objects.count()
    SENT[event](booking, entitled(event, cast))
    booking.refresh_from_db()
    assert booking.state == (rules.STEPS[event].target or source)
    assert Event.objects.count() > traces


@pytest.mark.parametrize("place", LAPSED)
def test_time_ends_what_waits(place: str, cast: Any) -> None:
    booking = placed(place, cast)
    assert actions.expire_lapsed() == 1
    booking.refresh_from_db()
    assert booking.state == rules.EXPIRED
    assert not DayAllocation.objects.exists()


def test_money_sent_in_time_counts_after_the_clock(cast: Any) -> None:
    booking = placed("lapsed awaiting", cast)
    actions.deposit_recorded(booking=booking, actor=None)
    booking.refresh_from_db()
    assert (booking.state, booking.firm_until) == (rules.CONFIRMED, None)


def test_late_money_takes_free_days_again(cast: Any) -> None:
    booking = placed(rules.EXPIRED, cast)
    assert actions.revive_booking(booking=booking) is True
    booking.refresh_from_db()
    assert booking.state == rules.AWAITING
    assert DayAllocation.objects.filter(line__booking=booking).count() == len(days())


NOT_ROUTED = {"record-deposit", "withdraw-deposit", "extend", "enquire", "revive", "expire"}
"""No calls of the API: money comes through payments, more time through the desk."""


@pytest.mark.parametrize("place", PLACES)
def test_the_api_refuses_with_the_same_codes(place: str, cast: Any) -> None:
    booking = placed(place, cast)
    apis = {name: Api(getattr(cast, name)) for name in ("lin", "bo", "zhao", "purse", "mei", "fang")}
    before = everything(booking)
    for event, step in rules.STEPS.items():
        path = f"/bookings/{booking.reference}/{event}"
        assert (event, apis["zhao"].post(path)[0]) == (event, 404)
        if event in NOT_ROUTED:
            name = ENTITLED.get(step.permission or "", "lin")
            assert (event, apis[name].post(path)[0]) == (event, 404)
            continue
        for name in REFUSED[step.permission or ""][1:]:
            if (event, place) != ("quote", rules.QUOTED):
                assert (event, name, apis[name].post(path)[1]["code"]) == (event, name, "forbidden")
        if step.offered and (rules.allows(event, in_force(place)) or (event, place) in UNCHANGED):
            continue
        status, problem = apis[ENTITLED.get(step.permission or "", "lin")].post(path)
        code = "wrong_state" if step.offered else "not_offered"
        assert (event, status, problem["code"]) == (event, 409, code)
    assert everything(booking) == before
