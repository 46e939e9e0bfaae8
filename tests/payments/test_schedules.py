"""What falls due: sums to the quotation, within the legal cap, reminded once."""

import os
from datetime import timedelta

import pytest
from django.conf import settings as conf
from django.utils import timezone
from hypothesis import given, settings, strategies as st

from portal.notifications.models import Notice
from portal.payments import actions
from portal.payments.models import Schedule
from portal.payments.rules import checkout_expiry, earnest_share, keep_from, plan_amounts
from tests.bookings.conftest import days, firm

from .conftest import due

EXAMPLES = int(os.environ.get("MONEY_EXAMPLES", "200"))
fen = st.integers(0, 10**11)
percent = st.integers(0, 100)


@given(total=fen, share=percent, advance=percent, security=fen)
@settings(max_examples=EXAMPLES, deadline=None)
def test_no_fen_is_lost_and_the_cap_holds(total, share, advance, security):
    earnest = earnest_share(total, share, cap_percent=20)
    plan = plan_amounts(total, earnest_fen=earnest, advance_percent=advance, security_deposit_fen=security)
    assert plan.earnest_money + plan.advance_payment + plan.balance_due == total
    assert min(plan.earnest_money, plan.advance_payment, plan.balance_due) >= 0
    assert plan.earnest_money * 100 <= total * 20
    assert plan.security_deposit == security


@given(held=st.lists(st.tuples(st.sampled_from("abc"), fen), max_size=3, unique_by=lambda one: one[0]), fee=fen)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_fee_is_kept_from_what_is_held_and_no_more(held, fee):
    kept = keep_from(held, fee)
    assert sum(kept.values()) == min(fee, sum(amount for _kind, amount in held))
    assert all(0 < amount <= dict(held)[kind] for kind, amount in kept.items())


def test_the_cap_is_not_even_broken_by_rounding():
    assert earnest_share(3, 20, cap_percent=20) == 0
    assert earnest_share(10_003, 20, cap_percent=conf.EARNEST_MONEY_CAP_PERCENT) == 2000


def test_a_checkout_page_never_outlives_the_deadline():
    now = timezone.now()
    assert checkout_expiry(now, now + timedelta(minutes=30)) is None
    assert checkout_expiry(now, now + timedelta(hours=2)) == now + timedelta(hours=2)
    assert checkout_expiry(now, now + timedelta(days=3)) < now + timedelta(hours=24)
    assert checkout_expiry(now, None) < now + timedelta(hours=24)


@pytest.fixture
def with_advance(led):
    type(led.policy).objects.filter(pk=led.policy_id).update(
        advance_percent=30, advance_days_before=10, security_deposit_fen=500_000
    )
    led.refresh_from_db()
    return type(led).objects.get(pk=led.pk)


def test_four_kinds_fall_due_with_their_dates_and_sum_to_the_quotation(lin, with_advance):
    booking = firm(lin, with_advance, days())
    quote = booking.quotes.get()
    found = {one.kind: one for one in Schedule.objects.filter(subject_id=booking.pk)}
    assert set(found) == {"earnest_money", "advance_payment", "balance_due", "security_deposit"}
    assert (
        sum(found[kind].amount_fen for kind in ("earnest_money", "advance_payment", "balance_due")) == quote.total_fen
    )
    assert found["earnest_money"].due_at < found["advance_payment"].due_at < found["balance_due"].due_at
    assert found["security_deposit"].amount_fen == 500_000


def test_reminders_are_sent_once_each(lin, fang, booking, earnest):
    before = timezone.now()
    for _again in range(3):
        actions.remind(now=earnest.due_at - timedelta(days=1))
    assert Notice.objects.filter(event="payments.due_soon", recipient=lin).count() == 1
    for _again in range(3):
        actions.remind(now=earnest.due_at + timedelta(minutes=1))
    assert Notice.objects.filter(event="payments.overdue", recipient=lin).count() == 1
    assert Notice.objects.filter(event="payments.overdue", recipient=fang).count() == 1
    assert due(booking, "earnest_money").overdue_at(before) is False


def test_overdue_is_decided_by_time_and_never_stored(booking, earnest):
    assert earnest.state == "due"
    assert earnest.overdue_at(earnest.due_at)
    assert not earnest.overdue_at(earnest.due_at - timedelta(seconds=1))
