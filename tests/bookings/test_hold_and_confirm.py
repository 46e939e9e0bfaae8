"""Holding and confirming: ranks per day, who may, what is refused, and what the clocks do."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from bookings import actions, queries
from bookings.errors import (
    DaysTaken,
    HoldLimit,
    NotFirstInLine,
    NotOffered,
    OutsideNotice,
    QuoteExpired,
    QuoteNotAccepted,
    WrongState,
)
from bookings.models import Booking, DayAllocation
from portal.accounts.models import Membership
from portal.audit.models import Event
from portal.notifications.models import Notice
from portal.payments.actions import record_bank_transfer
from portal.payments.errors import WrongAmount
from portal.payments.models import Schedule
from tests.factories.studios import make_policy, make_resource

from .conftest import ask, days, firm, hold


def ranks_of(booking):
    return [day.rank for line in queries.ranks(booking).values() for day in line]


def test_an_enquiry_is_quoted_at_once_from_the_rate_card(lin, led):
    booking = ask(lin, led, day_types=("build", "prelight", "shoot", "shoot", "strike"))
    quote = booking.quotes.get()
    assert booking.state == "quoted"
    assert quote.total_fen == 4_800_000 * 370 // 100 + 5 * 30_000
    assert sum(line["amount_fen"] for line in quote.lines) == quote.total_fen


def test_a_hold_takes_a_place_in_line_and_owns_no_day(lin, zhao, led):
    first, second = hold(lin, led), hold(zhao, led)
    assert ranks_of(first) == [1] * 5
    assert ranks_of(second) == [2] * 5
    assert not DayAllocation.objects.exists()


def test_ranks_differ_per_day_where_holds_overlap_in_part(lin, zhao, led):
    hold(lin, led, days(40, 5))
    assert ranks_of(hold(zhao, led, days(43, 4))) == [2, 2, 1, 1]


def test_two_holds_of_one_node_each_are_both_first(lin, zhao, db):
    cloud = make_resource("render", kind="render_cloud", units=8)
    hold(lin, cloud)
    assert ranks_of(hold(zhao, cloud)) == [1] * 5
    assert set(ranks_of(hold(zhao, cloud, quantity=7))) == {2}


def test_confirming_owns_every_day_and_asks_for_the_earnest_money(lin, led):
    booking = firm(lin, led)
    assert booking.state == "awaiting_deposit"
    assert DayAllocation.objects.count() == 5
    kinds = dict(Schedule.objects.values_list("kind", "amount_fen"))
    quote = booking.quotes.get()
    assert kinds["earnest_money"] + kinds["balance_due"] == quote.total_fen
    assert kinds["earnest_money"] * 5 == pytest.approx(quote.total_fen, abs=5)


def test_only_the_first_in_line_confirms(lin, zhao, led):
    hold(lin, led)
    second = hold(zhao, led)
    with pytest.raises(NotFirstInLine):
        actions.confirm_booking(booking=second, actor=zhao)


def test_those_behind_keep_their_hold_behind_a_firm_booking_and_are_told(lin, zhao, led):
    first, second = hold(lin, led), hold(zhao, led)
    actions.confirm_booking(booking=first, actor=lin)
    second.refresh_from_db()
    day = queries.ranks(second)[second.lines.get().pk][0]
    assert (second.state, day.rank, day.behind_firm) == ("hold", 2, True)
    assert Notice.objects.filter(recipient=zhao, event="bookings.behind_firm").count() == 1
    with pytest.raises(DaysTaken):
        actions.confirm_booking(booking=second, actor=zhao)


def test_a_third_company_cannot_hold_days_that_somebody_owns(lin, zhao, led):
    firm(lin, led)
    with pytest.raises(DaysTaken) as refusal:
        hold(zhao, led, days(42, 5))
    assert len(refusal.value.detail["days"]) == 3


def test_buffers_are_owned_too(lin, zhao, db):
    stage = make_resource("std-1", kind="standard", buffer_after=1)
    firm(lin, stage, days(40, 5))
    with pytest.raises(DaysTaken):
        hold(zhao, stage, days(45, 2))
    hold(zhao, stage, days(46, 2))


def test_releasing_promotes_those_behind(lin, zhao, led):
    first, second = hold(lin, led), hold(zhao, led)
    actions.release_booking(booking=first, actor=lin)
    assert ranks_of(second) == [1] * 5
    assert Notice.objects.filter(recipient=zhao, event="bookings.promoted").count() == 1


def test_the_deposit_makes_it_firm_for_good(lin, fang, led):
    booking = firm(lin, led)
    due = Schedule.objects.get(kind="earnest_money")
    record_bank_transfer(actor=fang, schedule=due, amount_fen=due.amount_fen, received_on=timezone.localdate())
    booking.refresh_from_db()
    assert (booking.state, booking.firm_until) == ("confirmed", None)
    assert Notice.objects.filter(recipient=lin, event="bookings.confirmed").exists()


def test_a_part_payment_leaves_the_booking_waiting_and_too_much_is_refused(lin, fang, led):
    booking = firm(lin, led)
    due = Schedule.objects.get(kind="earnest_money")
    today = timezone.localdate()
    record_bank_transfer(actor=fang, schedule=due, amount_fen=100, received_on=today)
    booking.refresh_from_db()
    assert booking.state == "awaiting_deposit"
    with pytest.raises(WrongAmount):
        record_bank_transfer(actor=fang, schedule=due, amount_fen=due.amount_fen, received_on=today)


def test_only_the_lots_finance_records_money(lin, mei, led):
    firm(lin, led)
    due = Schedule.objects.get(kind="earnest_money")
    for person in (lin, mei):
        with pytest.raises(PermissionDenied):
            record_bank_transfer(actor=person, schedule=due, amount_fen=1, received_on=timezone.localdate())


def test_a_lapsed_hold_stands_in_nobodys_way_before_the_sweeper_comes(lin, zhao, led):
    first, second = hold(lin, led), hold(zhao, led)
    Booking.objects.filter(pk=first.pk).update(hold_expires_at=timezone.now() - timedelta(seconds=1))
    first.refresh_from_db()
    assert first.current_state == "expired"
    assert actions.confirm_booking(booking=second, actor=zhao).state == "awaiting_deposit"


def test_unpaid_days_are_free_for_others_the_moment_the_clock_runs_out(lin, zhao, led):
    first = firm(lin, led)
    Booking.objects.filter(pk=first.pk).update(firm_until=timezone.now() - timedelta(seconds=1))
    assert all(day.free for day in queries.calendar(led, days()))
    assert firm(zhao, led).state == "awaiting_deposit"
    first.refresh_from_db()
    assert first.state == "expired"
    assert not Schedule.objects.filter(subject_id=first.pk).exclude(state="void").exists()


def test_the_sweeper_writes_what_time_decided_and_tells_both(lin, zhao, led):
    first, second = hold(lin, led), hold(zhao, led)
    later = timezone.now() + timedelta(hours=72, seconds=1)
    Booking.objects.filter(pk=second.pk).update(hold_expires_at=later + timedelta(hours=1))
    assert actions.expire_lapsed(now=later) == 1
    first.refresh_from_db()
    assert first.state == "expired"
    assert Notice.objects.filter(recipient=zhao, event="bookings.promoted").count() == 1


def test_a_company_holds_no_more_than_the_policy_allows(lin, db):
    stage = make_resource(policy=make_policy(holds_per_company=2))
    hold(lin, stage, days(40, 1))
    hold(lin, stage, days(50, 1))
    with pytest.raises(HoldLimit):
        hold(lin, stage, days(60, 1))


@pytest.mark.parametrize(("start", "length"), [(-3, 2), (1, 2), (366, 1), (40, 91)])
def test_days_outside_the_notice_window_are_refused(lin, led, start, length):
    with pytest.raises(OutsideNotice):
        ask(lin, led, days(start, length))


@pytest.mark.parametrize(("start", "length"), [(2, 1), (365, 1), (40, 90)])
def test_the_rim_of_the_notice_window_is_inside(lin, led, start, length):
    assert ask(lin, led, days(start, length)).state == "quoted"


def test_an_expired_quotation_cannot_be_accepted_or_held(lin, led):
    booking = ask(lin, led)
    later = timezone.now() + timedelta(days=8)
    for step in (actions.accept_quote, actions.hold_booking):
        with pytest.raises(QuoteExpired):
            step(booking=booking, actor=lin, now=later)


def test_confirming_needs_an_accepted_quotation(lin, led):
    booking = actions.hold_booking(booking=ask(lin, led), actor=lin)
    with pytest.raises(QuoteNotAccepted):
        actions.confirm_booking(booking=booking, actor=lin)


def test_a_member_holds_and_releases_but_only_the_owner_decides(lin, bo, led):
    booking = actions.enquire(
        actor=bo, organisation=lin.memberships.get().organisation, wishes=[actions.LineWish(led, days())]
    )
    with pytest.raises(PermissionDenied):
        actions.accept_quote(booking=booking, actor=bo)
    booking = actions.hold_booking(booking=booking, actor=bo)
    with pytest.raises(PermissionDenied):
        actions.confirm_booking(booking=booking, actor=bo)
    assert actions.release_booking(booking=booking, actor=bo).state == "released"


def test_finance_of_the_company_neither_holds_nor_decides(lin, bo, led):
    Membership.objects.filter(user=bo).update(role="finance")
    company = lin.memberships.get().organisation
    with pytest.raises(PermissionDenied):
        actions.enquire(actor=bo, organisation=company, wishes=[actions.LineWish(led, days())])


def test_a_stranger_can_do_nothing_to_a_booking(lin, zhao, led):
    booking = hold(lin, led)
    steps = [
        actions.accept_quote,
        actions.hold_booking,
        actions.confirm_booking,
        actions.release_booking,
        actions.cancel_booking,
        actions.quote_booking,
    ]
    for step in steps:
        with pytest.raises(PermissionDenied):
            step(booking=booking, actor=zhao)
    booking.refresh_from_db()
    assert booking.state == "hold"
    assert booking not in Booking.objects.for_member(zhao)


def test_cancelling_frees_the_days_and_keeps_the_fee(lin, fang, led):
    booking = firm(lin, led, days(10, 5))
    due = Schedule.objects.get(kind="earnest_money")
    record_bank_transfer(actor=fang, schedule=due, amount_fen=due.amount_fen, received_on=timezone.localdate())
    booking.refresh_from_db()
    fee = actions.fee_today(booking)
    assert fee == booking.quotes.get().total_fen // 2
    booking = actions.cancel_booking(booking=booking, actor=lin, fee_seen=fee)
    assert (booking.state, booking.cancel_fee_fen) == ("cancelled", fee)
    assert not DayAllocation.objects.exists()


def test_what_has_no_screen_yet_is_refused_by_name(lin, led):
    booking = hold(lin, led)
    with pytest.raises(NotOffered):
        actions.refuse_unoffered(booking=booking, event="challenge", actor=lin)


def test_every_step_leaves_a_trace(lin, led):
    firm(lin, led)
    found = list(Event.objects.filter(subject_type="bookings.booking").order_by("id").values_list("action", flat=True))
    assert found == [
        "bookings.enquired",
        "bookings.quoted",
        "bookings.quote_accepted",
        "bookings.held",
        "bookings.made_firm",
    ]


def test_the_same_key_asks_once(lin, led):
    company = lin.memberships.get().organisation
    wish = [actions.LineWish(led, days())]
    one = actions.enquire(actor=lin, organisation=company, wishes=wish, client_key="k")
    assert actions.enquire(actor=lin, organisation=company, wishes=wish, client_key="k") == one


def test_closures_block_and_never_cover_a_booking(mei, lin, zhao, led):
    actions.close_days(actor=mei, resource=led, days=days(60, 2), reason="检修")
    with pytest.raises(DaysTaken):
        hold(lin, led, days(58, 4))
    firm(lin, led)
    with pytest.raises(DaysTaken):
        actions.close_days(actor=mei, resource=led, days=days(44, 3), reason="检修")
    shown = queries.calendar(led, days(59, 4))
    assert [day.closed for day in shown] == [False, True, True, False]


def test_an_uncovered_enquiry_waits_for_the_lot(lin, mei, zhao, db):
    stage = make_resource("odd", rates=False)
    booking = ask(lin, stage)
    assert booking.state == "enquiry"
    with pytest.raises(PermissionDenied):
        actions.quote_booking(booking=booking, actor=zhao, total_fen=100)
    quoted = actions.quote_booking(booking=booking, actor=mei, total_fen=9_000_000)
    assert (quoted.state, quoted.quotes.get().total_fen) == ("quoted", 9_000_000)
    with pytest.raises(WrongState):
        actions.confirm_booking(booking=booking, actor=lin)
