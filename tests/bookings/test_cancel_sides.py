"""For whose reason a booking is cancelled decides who gets what: paid = kept + returned, and compensation apart."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given, strategies as st

from bookings import actions, sides
from bookings.errors import SideNeeded
from portal.notifications.models import Notice
from portal.payments import actions as money
from portal.payments.checks import broken_invariants
from portal.payments.errors import AlreadyDone, BankDetailsMissing, NotApproved
from portal.payments.models import Compensation, Refund, Schedule
from portal.payments.queries import balances
from tests.bookings.conftest import days, firm
from tests.conftest import person
from tests.factories.studios import make_resource
from tests.payments.conftest import due, fresh, paid

pytestmark = pytest.mark.django_db
ACCOUNT = {"bank_holder": "江雾影业", "bank_number": "6001"}
FEN = st.integers(0, 10**10)


@pytest.fixture
def booking(lin):
    """Firm, with earnest money, balance and security deposit paid online."""
    made = firm(lin, make_resource(), days())
    for kind in ("earnest_money", "balance_due", "security_deposit"):
        paid(lin, due(made, kind))
    return fresh(made)


@pytest.fixture
def hong(db):
    from portal.accounts.rules import LOT_FINANCE

    return person("hong@demo.example", "洪会计", group=LOT_FINANCE)


def received(booking):
    return sum(one.paid_fen for one in Schedule.objects.filter(subject_id=booking.pk))


def given_back(booking):
    return sum(one.amount_fen for one in Refund.objects.filter(payment__schedule__subject_id=booking.pk))


@given(side=st.sampled_from(sides.SIDES), paid_fen=FEN, share=st.floats(0, 1), fee=FEN, part=st.floats(0, 1))
def test_what_was_paid_is_kept_or_returned_and_nothing_else(side, paid_fen, share, fee, part):
    keepable = int(paid_fen * share)
    earnest = int(keepable * part)
    found = sides.outcome(side, paid_fen=paid_fen, keepable_fen=keepable, fee_fen=fee, earnest_fen=earnest)
    assert found.paid == paid_fen == found.kept + found.returned
    assert found.kept <= keepable
    assert found.kept + found.lacking == (fee if side == sides.CREW else 0)
    assert found.doubled == (earnest if side == sides.LOT else 0)


def test_the_crew_pays_the_band_and_never_a_forfeited_deposit_on_top(lin, booking):
    fee, all_paid = actions.fee_today(booking), received(booking)
    actions.cancel_booking(booking=booking, actor=lin)
    assert given_back(booking) == all_paid - fee
    assert (fresh(booking).cancelled_for, fresh(booking).cancel_fee_fen) == ("crew", fee)
    assert not Compensation.objects.exists()


def test_where_the_lot_cancels_everything_goes_back_and_a_compensation_is_proposed(mei, lin, booking):
    all_paid, earnest = received(booking), due(booking, "earnest_money").amount_fen
    actions.cancel_booking(booking=booking, actor=mei, side="lot", reason="屏体故障")
    assert given_back(booking) == all_paid
    assert fresh(booking).cancel_fee_fen == 0
    owed = Compensation.objects.get()
    assert (owed.amount_fen, owed.state, owed.proposed_by) == (earnest, "proposed", mei)
    assert not Refund.objects.filter(amount_fen=earnest, payment__schedule__kind="balance_due").exists()
    body = Notice.objects.get(event="bookings.cancelled", recipient=lin).body
    assert "片场原因" in body
    assert f"{earnest / 100:,.0f}" in body
    assert broken_invariants() == []


def test_force_majeure_costs_nobody_anything_and_needs_a_second_person(mei, booking):
    all_paid = received(booking)
    actions.cancel_booking(booking=booking, actor=mei, side="force_majeure", reason="洪水")
    refunds = Refund.objects.filter(payment__schedule__subject_id=booking.pk)
    assert sum(one.amount_fen for one in refunds) == all_paid
    assert {one.state for one in refunds} == {"requested"}
    assert not Compensation.objects.exists()


def test_the_lot_has_to_say_whose_reason_it_is_and_a_company_may_only_say_its_own(mei, lin, booking):
    with pytest.raises(SideNeeded):
        actions.cancel_booking(booking=booking, actor=mei)
    with pytest.raises(PermissionDenied):
        actions.cancel_booking(booking=booking, actor=lin, side="lot")
    actions.cancel_booking(booking=booking, actor=mei, side="crew", reason="剧组未付款")
    assert fresh(booking).cancel_fee_fen == actions.fee_today(fresh(booking)) or fresh(booking).cancel_fee_fen >= 0


def test_a_compensation_takes_two_people_an_account_and_a_transfer_and_is_never_a_refund(mei, fang, hong, booking):
    actions.cancel_booking(booking=booking, actor=mei, side="lot", reason="屏体故障")
    owed, refunds = Compensation.objects.get(), Refund.objects.count()
    with pytest.raises(NotApproved):
        money.record_compensation_paid(actor=fang, compensation=owed, bank_reference="T1")
    with pytest.raises(BankDetailsMissing):
        money.approve_compensation(actor=fang, compensation=owed, bank_holder="", bank_number="")
    with pytest.raises(PermissionDenied):
        money.approve_compensation(actor=mei, compensation=owed, **ACCOUNT)
    money.approve_compensation(actor=fang, compensation=owed, **ACCOUNT)
    totals = {one.account: one.fen for one in balances()}
    assert totals["cost:compensation"] == owed.amount_fen == -totals["compensation_payable"]
    money.record_compensation_paid(actor=hong, compensation=owed, bank_reference="T1")
    totals = {one.account: one.fen for one in balances()}
    assert totals["compensation_payable"] == 0
    assert Refund.objects.count() == refunds
    assert broken_invariants() == []
    with pytest.raises(AlreadyDone):
        money.record_compensation_paid(actor=hong, compensation=owed, bank_reference="T2")


def test_a_refused_compensation_leaves_nothing_in_the_books(mei, fang, booking):
    actions.cancel_booking(booking=booking, actor=mei, side="lot", reason="x")
    owed = Compensation.objects.get()
    money.approve_compensation(actor=fang, compensation=owed, **ACCOUNT)
    money.refuse_compensation(actor=fang, compensation=owed, reason="合同另有约定")
    totals = {one.account: one.fen for one in balances()}
    assert totals.get("cost:compensation", 0) == totals.get("compensation_payable", 0) == 0


def test_the_page_shows_what_happens_to_the_money_before_the_button(client, mei, lin, booking):
    client.force_login(mei)
    path = f"/zh-hans/bookings/{booking.reference}/cancel/"
    page = client.get(path).text
    for words in ("剧组原因", "片场原因", "不可抗力", "已付", "扣收", "退回", "另付赔偿"):
        assert words in page
    missing = client.post(path, {"fee": actions.fee_today(booking), "reason": "x"})
    assert missing.status_code == 409
    assert fresh(booking).state == "confirmed"
    client.post(path, {"fee": 0, "reason": "屏体故障", "side": "lot"})
    assert fresh(booking).cancelled_for == "lot"


def test_a_company_sees_no_sides(client, lin, booking):
    client.force_login(lin)
    page = client.get(f"/zh-hans/bookings/{booking.reference}/cancel/").text
    assert 'name="side"' not in page
    assert "另付赔偿" not in page


def test_the_api_tries_out_a_cancellation_and_keeps_nothing(client, mei, lin, booking):
    client.force_login(mei)
    path = f"/api/v1/bookings/{booking.reference}/cancel"

    def ask(**body):
        from portal.accounts.actions import create_token

        secret = create_token(actor=body.pop("who", mei), name="t", can_write=True)[1]
        headers = {"Authorization": f"Bearer {secret}"}
        return client.post(path, body, content_type="application/json", headers=headers)

    tried = ask(side="lot", dry_run=True).json()
    earnest = due(booking, "earnest_money").amount_fen
    assert tried["state"] == "confirmed"
    assert tried["cancel"]["doubled"]["amount"] == earnest
    assert tried["cancel"]["paid"] == tried["cancel"]["returned"]
    assert ask().status_code == 422
    assert ask(side="nobody").status_code == 422
    assert ask(side="lot", who=lin).status_code == 403
    done = ask(who=lin).json()
    assert done["state"] == "cancelled"
    assert done["cancel"]["doubled"]["amount"] == 0
