"""Every state × every event: what the table does not know is refused by its code and changes nothing."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings import actions, rules
from bookings.errors import NotOffered, WrongState
from bookings.models import Booking, DayAllocation
from portal.audit.models import Event
from portal.core.errors import RuleViolation
from portal.payments.actions import record_bank_transfer
from portal.payments.models import Schedule
from tests.factories.studios import make_resource

from .conftest import ask, firm, hold

pytestmark = pytest.mark.django_db
STEPS = {
    "quote": lambda booking, **who: actions.quote_booking(booking=booking, actor=who["mei"], total_fen=100),
    "accept-quote": lambda booking, **who: actions.accept_quote(booking=booking, actor=who["lin"]),
    "hold": lambda booking, **who: actions.hold_booking(booking=booking, actor=who["lin"]),
    "confirm": lambda booking, **who: actions.confirm_booking(booking=booking, actor=who["lin"]),
    "release": lambda booking, **who: actions.release_booking(booking=booking, actor=who["lin"]),
    "decline": lambda booking, **who: actions.decline_booking(booking=booking, actor=who["mei"], reason="x"),
    "cancel": lambda booking, **who: actions.cancel_booking(booking=booking, actor=who["lin"]),
    "extend": lambda booking, **who: actions.extend_hold(booking=booking, actor=who["mei"], hours=1, reason="x"),
}
BY_MONEY_OR_CLOCK = {"enquire", "record-deposit", "expire", "revive", "withdraw-deposit"}


def in_state(state, lin, led):
    """Return a booking in a state: by the actions as far as they lead, then by hand."""
    if state in (rules.ENQUIRY, rules.QUOTED, rules.RELEASED, rules.EXPIRED, rules.DECLINED):
        booking = ask(lin, led)
    elif state == rules.HOLD:
        booking = hold(lin, led)
    else:
        booking = firm(lin, led)
    if booking.state != state:
        Booking.objects.filter(pk=booking.pk).update(state=state, firm_until=timezone.now() + timedelta(hours=9))
    return Booking.objects.get(pk=booking.pk)


def test_the_test_knows_every_event_and_every_state():
    offered = {event for event, step in rules.STEPS.items() if step.offered}
    assert offered == set(STEPS) | BY_MONEY_OR_CLOCK
    assert len(rules.STATES) == 13


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("event", sorted(STEPS))
def test_what_the_table_does_not_know_is_refused_and_changes_nothing(state, event, lin, mei, db):
    booking = in_state(state, lin, make_resource())
    before = (booking.state, booking.version, DayAllocation.objects.count(), Event.objects.count())
    if rules.allows(event, state):
        return
    if event == "quote" and state == rules.QUOTED:
        assert actions.quote_booking(booking=booking, actor=mei).state == rules.QUOTED
    else:
        with pytest.raises(WrongState):
            STEPS[event](booking, lin=lin, mei=mei)
    booking.refresh_from_db()
    assert before == (booking.state, booking.version, DayAllocation.objects.count(), Event.objects.count())


@pytest.mark.parametrize("event", sorted(event for event, step in rules.STEPS.items() if not step.offered))
def test_what_has_no_screen_yet_is_refused_by_name(event, lin, mei, fang, led):
    booking = hold(lin, led)
    step = rules.STEPS[event]
    who = next(one for one in (lin, mei, fang) if step.permission in allowed(one, booking))
    with pytest.raises(NotOffered):
        actions.refuse_unoffered(booking=booking, event=event, actor=who)


def allowed(person, booking):
    from portal.accounts.rules import may, permissions

    return {name for name in permissions() if may(person, name, booking.organisation)}


@pytest.mark.parametrize("state", rules.STATES)
def test_the_api_answers_every_illegal_pair_with_a_code(state, lin, db):
    booking = in_state(state, lin, make_resource())
    client, tried = Client(), 0
    client.force_login(lin)
    for event in ("accept-quote", "hold", "challenge", "confirm", "release", "cancel", "change"):
        if rules.allows(event, state) and rules.STEPS[event].offered:
            continue
        answer = client.post(f"/api/v1/bookings/{booking.reference}/{event}", "{}", content_type="application/json")
        assert answer.status_code == 409, (event, answer.status_code)
        assert json.loads(answer.content)["code"] in {"wrong_state", "not_offered"}
        tried += 1
    assert tried >= 3
    assert Booking.objects.get(pk=booking.pk).state == state


def test_money_for_a_state_that_does_not_wait_is_refused(lin, fang, led):
    booking = firm(lin, led)
    earnest = Schedule.objects.get(subject_id=booking.pk, kind="earnest_money")
    for state in set(rules.STATES) - {rules.AWAITING}:
        Booking.objects.filter(pk=booking.pk).update(state=state)
        with pytest.raises(RuleViolation):
            record_bank_transfer(actor=fang, schedule=earnest, amount_fen=1, received_on=timezone.localdate())
    assert Schedule.objects.get(pk=earnest.pk).paid_fen == 0
