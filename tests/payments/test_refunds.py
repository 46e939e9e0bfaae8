"""Refunds: never more than came, the way it came or by hand, a second person above the limit, penalties, disputes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bookings import actions as booking_actions
from portal.notifications.models import Notice
from portal.payments import actions, rules
from portal.payments.errors import AlreadyDone, BankDetailsMissing, NotApproved, NothingDue, ProviderDown, TooMuchBack
from portal.payments.models import Dispute, FakeObject, LedgerEntry, Payment, Refund, Schedule
from portal.payments.providers.fake import remote
from portal.payments.queries import refundable_fen

from .conftest import due, fresh, paid, session_of, state

pytestmark = pytest.mark.django_db
ACCOUNT = {"bank_holder": "江雾影业", "bank_name": "示例银行", "bank_number": "6001"}


@pytest.fixture
def transfer(fang, earnest):
    return actions.record_bank_transfer(
        actor=fang, schedule=earnest, amount_fen=earnest.amount_fen, received_on=timezone.localdate(), payer="江雾"
    )


@pytest.fixture
def online(lin, earnest):
    return paid(lin, earnest)


def back(actor, payment, fen, **bank):
    return actions.request_refund(actor=actor, payment=payment, amount_fen=fen, reason="协商", **bank)


def test_a_part_refund_goes_back_the_way_it_came_once(fang, online, earnest):
    refund = back(fang, online, 5000)
    assert (refund.route, refund.state) == ("provider", "approved")
    for _twice in range(2):
        actions.send_refund(refund.pk)
    assert fresh(refund).state == "succeeded"
    assert remote.refunded(str(online.uuid)) == 5000
    assert (fresh(earnest).refunded_fen, fresh(earnest).state) == (5000, "paid")


def test_all_of_it_back_is_called_refunded(fang, hong, online, earnest):
    refund = back(fang, online, earnest.amount_fen)
    actions.approve_refund(actor=hong, refund=refund)
    actions.send_refund(refund.pk)
    assert (fresh(earnest).state, fresh(earnest).held_fen) == ("refunded", 0)


def test_never_more_goes_back_than_came(fang, online, earnest):
    back(fang, online, earnest.amount_fen - 100)
    for fen in (101, 0, -5):
        with pytest.raises(TooMuchBack):
            back(fang, online, fen)
    back(fang, online, 100)
    assert refundable_fen(fresh(online)) == 0


def test_a_transfer_goes_back_by_hand_to_an_account(fang, transfer):
    with pytest.raises(BankDetailsMissing):
        back(fang, transfer, 100)
    refund = back(fang, transfer, 100, **ACCOUNT)
    assert (refund.route, refund.state) == ("by_hand", "approved")
    actions.record_refund_sent(actor=fang, refund=refund, bank_reference="OUT-1")
    assert fresh(refund).state == "succeeded"
    with pytest.raises(AlreadyDone):
        actions.record_refund_sent(actor=fang, refund=refund, bank_reference="OUT-2")


def test_above_the_limit_a_second_person_approves(fang, hong, transfer, settings):
    settings.REFUND_APPROVAL_LIMIT_FEN = 1000
    refund = back(fang, transfer, 1001, **ACCOUNT)
    assert refund.state == "requested"
    with pytest.raises(NotApproved):
        actions.record_refund_sent(actor=hong, refund=refund, bank_reference="X")
    with pytest.raises(NotApproved):
        actions.approve_refund(actor=fang, refund=refund)
    actions.approve_refund(actor=hong, refund=refund)
    with pytest.raises(AlreadyDone):
        actions.approve_refund(actor=hong, refund=refund)
    actions.record_refund_sent(actor=fang, refund=refund, bank_reference="X")
    assert back(fang, transfer, 1000, **ACCOUNT).state == "approved"


def test_a_refused_refund_frees_what_it_reserved(fang, transfer, earnest):
    refund = back(fang, transfer, 700, **ACCOUNT)
    assert fresh(earnest).held_fen == earnest.amount_fen - 700
    actions.refuse_refund(actor=fang, refund=refund, reason="重复")
    assert (fresh(earnest).held_fen, fresh(transfer).refunded_fen) == (earnest.amount_fen, 0)


def test_what_the_provider_does_not_take_goes_by_hand_and_finance_hears(lin, fang, online):
    remote.set_mood("refuse")
    refund = back(fang, online, 300)
    actions.send_refund(refund.pk)
    remote.set_mood("ok")
    assert (fresh(refund).route, fresh(refund).state) == ("by_hand", "approved")
    assert Notice.objects.filter(event="payments.refund_by_hand", recipient=fang).count() == 1
    actions.record_refund_sent(actor=fang, refund=refund, bank_reference="O", **ACCOUNT)


def test_a_refund_that_failed_later_comes_back_and_goes_by_hand(fang, online):
    refund = back(fang, online, 300)
    actions.send_refund(refund.pk)
    FakeObject.objects.filter(kind="refund").update(state="failed")
    for _twice in range(2):
        actions.settle_payment(online.uuid)
    assert (fresh(refund).route, fresh(refund).state) == ("by_hand", "approved")
    actions.record_refund_sent(actor=fang, refund=refund, bank_reference="O", **ACCOUNT)
    entries = LedgerEntry.objects.filter(transaction__refund=refund, debit="refunds_payable").order_by("pk")
    assert [one.credit for one in entries] == ["fake", "bank"]


@pytest.mark.parametrize(
    ("method", "days", "same"),
    [
        ("alipay", 89, True),
        ("alipay", 90, False),
        ("wechat_pay", 179, True),
        ("wechat_pay", 180, False),
        ("bank", 1, False),
    ],
)
def test_how_long_money_goes_back_the_same_way(method, days, same):
    now = timezone.now()
    assert rules.goes_back_the_same_way(method, now - timedelta(days=days), now) is same


def test_an_old_alipay_payment_goes_back_by_hand(lin, fang, earnest):
    payment = paid(lin, earnest, method="alipay")
    Payment.objects.filter(pk=payment.pk).update(settled_at=timezone.now() - timedelta(days=91))
    with pytest.raises(BankDetailsMissing):
        back(fang, fresh(payment), 100)
    assert back(fang, fresh(payment), 100, **ACCOUNT).route == "by_hand"


def test_a_refund_waits_out_a_provider_that_is_down_for_long(fang, online, monkeypatch):
    refund = back(fang, online, 300)
    remote.set_mood("500")
    with pytest.raises(ProviderDown):
        actions.send_refund(refund.pk)
    remote.set_mood("ok")
    queued = []
    monkeypatch.setattr("portal.payments.actions.events.enqueue", lambda path, *args: queued.append((path, *args)))
    actions.sweep(now=timezone.now() + timedelta(hours=5))
    assert ("portal.payments.tasks.send_refund", refund.pk) in queued
    actions.send_refund(refund.pk)
    assert fresh(refund).state == "succeeded"


def test_a_refund_made_at_the_providers_desk_is_written_down(fang, online, earnest):
    remote.give_back(str(online.uuid), "made-there", 900)
    for _twice in range(2):
        actions.settle_payment(online.uuid)
    found = Refund.objects.get(payment=online)
    assert (found.amount_fen, found.state, fresh(earnest).refunded_fen) == (900, "succeeded", 900)


@pytest.mark.parametrize("who", ["lin", "zhao", "mei", "gao"])
def test_nobody_else_gives_money_back(who, online, request):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        back(person, online, 100)


# Cancellation


def test_a_cancellation_keeps_the_fee_and_gives_the_rest_back(lin, fang, led, booking, online, earnest):
    led.policy.refresh_from_db()
    fee = booking_actions.fee_today(fresh(booking))
    booking_actions.cancel_booking(booking=booking, actor=lin)
    kept = min(fee, earnest.amount_fen)
    assert fresh(earnest).kept_fen == kept
    refunds = Refund.objects.filter(payment=online)
    assert sum(one.amount_fen for one in refunds) == earnest.amount_fen - kept
    penalty = Schedule.objects.filter(subject_id=booking.pk, kind="penalty").first()
    assert (penalty.amount_fen if penalty else 0) == fee - kept


def test_a_fee_above_what_is_held_is_asked_for_as_penalty_and_the_security_deposit_goes_back(
    lin, fang, booking, online
):
    security = due(booking, "security_deposit")
    payment = actions.record_bank_transfer(
        actor=fang, schedule=security, amount_fen=security.amount_fen, received_on=timezone.localdate()
    )
    fee = online.amount_fen + 12345
    with transaction.atomic():
        lacking = actions.settle_cancellation(
            purpose="bookings.deposit", subject_id=booking.pk, fee_fen=fee, actor=lin, reason="取消"
        )
    assert lacking == 12345
    asked = due(booking, "penalty")
    assert (asked.amount_fen, asked.state) == (12345, "due")
    assert (fresh(security).kept_fen, Refund.objects.get(payment=payment).amount_fen) == (0, security.amount_fen)


def test_a_penalty_can_be_paid_after_the_booking_ended(lin, fang, booking, online):
    booking_actions.cancel_booking(booking=booking, actor=lin)
    Schedule.objects.filter(subject_id=booking.pk, kind="penalty").delete()
    with transaction.atomic():
        actions.settle_cancellation(
            purpose="bookings.deposit", subject_id=booking.pk, fee_fen=10**7, actor=lin, reason="取消"
        )
    asked = due(booking, "penalty")
    actions.record_bank_transfer(
        actor=fang, schedule=asked, amount_fen=asked.amount_fen, received_on=timezone.localdate()
    )
    assert fresh(asked).state == "paid"


def test_an_unpaid_booking_that_lapses_gives_part_payments_back(lin, fang, booking, earnest):
    actions.record_bank_transfer(actor=fang, schedule=earnest, amount_fen=100, received_on=timezone.localdate())
    type(booking).objects.filter(pk=booking.pk).update(firm_until=timezone.now() - timedelta(minutes=1))
    booking_actions.expire_lapsed()
    assert Refund.objects.get(payment__schedule=earnest).amount_fen == 100
    assert state(booking) == "expired"


# Disputes


def test_a_dispute_stops_refunds_that_have_not_left(fang, online):
    refund = back(fang, online, 300)
    remote.dispute(session_of(online))
    actions.settle_payment(online.uuid)
    assert fresh(refund).state == "refused"
    assert Dispute.objects.get().state == "open"
    with pytest.raises(TooMuchBack):
        back(fang, fresh(online), 1)
    assert Notice.objects.filter(event="payments.disputed", recipient=fang).count() == 1


def test_a_refund_that_had_left_before_it_was_refused_here_is_in_the_books(fang, online):
    refund = back(fang, online, 300)
    remote.give_back(str(online.uuid), str(refund.uuid), 300)
    actions.refuse_refund(actor=fang, refund=refund, reason="x")
    actions.settle_payment(online.uuid)
    assert (fresh(refund).state, fresh(online).refunded_fen) == ("succeeded", 300)


def test_a_won_dispute_brings_the_money_back(fang, online):
    made = remote.dispute(session_of(online))
    actions.settle_payment(online.uuid)
    FakeObject.objects.filter(pk=made.pk).update(state="won")
    actions.settle_payment(online.uuid)
    assert Dispute.objects.get().state == "won"
    assert back(fang, fresh(online), 100).amount_fen == 100


# Waiving and undoing


def test_a_balance_can_be_waived_with_a_reason_and_earnest_money_cannot(fang, hong, booking, earnest):
    with pytest.raises(NothingDue):
        actions.waive(actor=fang, schedule=earnest, reason="x")
    balance = due(booking, "balance_due")
    actions.waive(actor=fang, schedule=balance, reason="场地故障")
    assert fresh(balance).state == "due", "above the limit one person only asks"
    assert Notice.objects.filter(event="payments.waiver_asked", recipient=hong).exists()
    with pytest.raises(NotApproved):
        actions.waive(actor=fang, schedule=balance, reason="again")
    actions.waive(actor=hong, schedule=balance, reason="同意")
    assert (fresh(balance).state, fresh(balance).open_fen, fresh(balance).reason) == ("waived", 0, "场地故障")


def test_a_small_amount_is_waived_by_one_person_and_small_ones_count_together(fang, booking, settings):
    balance, security = due(booking, "balance_due"), due(booking, "security_deposit")
    settings.REFUND_APPROVAL_LIMIT_FEN = balance.amount_fen + security.amount_fen - 1
    actions.waive(actor=fang, schedule=balance, reason="x")
    assert fresh(balance).state == "waived"
    actions.waive(actor=fang, schedule=security, reason="x")
    assert fresh(security).state == "due"


def test_several_small_refunds_are_one_large_one(lin, fang, hong, booking, online):
    """35,820 yuan went back as four times 9,999.99, each below the limit."""
    balance = paid(lin, due(booking, "balance_due"))
    part = 999_999
    states = [back(fang, payment, part).state for payment in (online, online, balance, balance)]
    assert states[0] != "requested"
    assert set(states[1:]) == {"requested"}
    waiting = Refund.objects.filter(state="requested").first()
    actions.approve_refund(actor=hong, refund=waiting)
    assert back(fang, fresh(balance), 100).state == "requested", "what one person gave back alone still counts"


def test_the_account_cannot_change_after_it_was_approved(fang, hong, transfer, settings):
    settings.REFUND_APPROVAL_LIMIT_FEN = 1
    refund = back(fang, transfer, 500, **ACCOUNT)
    actions.approve_refund(actor=hong, refund=refund)
    with pytest.raises(NotApproved):
        actions.record_refund_sent(actor=fang, refund=fresh(refund), bank_reference="R1", bank_number="9999")
    sent = actions.record_refund_sent(actor=fang, refund=fresh(refund), bank_reference="R1")
    assert (sent.state, sent.bank_number) == ("succeeded", "6001")


def test_whoever_gives_another_account_asks_anew(fang, hong, transfer, settings):
    settings.REFUND_APPROVAL_LIMIT_FEN = 1
    refund = back(fang, transfer, 500, **ACCOUNT)
    changed = actions.approve_refund(actor=hong, refund=refund, bank_number="9999")
    assert (changed.state, changed.requested_by, changed.approved_by) == ("requested", hong, None)
    with pytest.raises(NotApproved):
        actions.approve_refund(actor=hong, refund=fresh(refund))
    assert actions.approve_refund(actor=fang, refund=fresh(refund)).bank_number == "9999"


def test_a_large_refund_that_must_go_by_hand_after_all_is_approved_again(lin, fang, hong, online, settings):
    settings.REFUND_APPROVAL_LIMIT_FEN = 1
    refund = back(fang, online, 500)
    actions.approve_refund(actor=hong, refund=refund)
    remote.set_mood("refuse")
    actions.send_refund(refund.pk)
    again = fresh(refund)
    assert (again.route, again.state, again.approved_by) == ("by_hand", "requested", None)
    with pytest.raises(BankDetailsMissing):
        actions.approve_refund(actor=hong, refund=again)


def test_an_undone_record_makes_the_booking_wait_again(fang, booking, transfer, earnest):
    assert state(booking) == "confirmed"
    actions.undo_bank_transfer(actor=fang, payment=transfer, reason="记错预订")
    assert (state(booking), fresh(earnest).state, fresh(transfer).state) == ("awaiting_deposit", "due", "reversed")
    with pytest.raises(AlreadyDone):
        actions.undo_bank_transfer(actor=fang, payment=transfer, reason="again")


def test_what_went_back_cannot_be_undone(fang, transfer):
    back(fang, transfer, 100, **ACCOUNT)
    with pytest.raises(AlreadyDone):
        actions.undo_bank_transfer(actor=fang, payment=transfer, reason="x")


def test_the_desk_says_whether_the_account_is_another_or_the_refund_is_approved(client, fang, hong, transfer, settings):
    settings.REFUND_APPROVAL_LIMIT_FEN = 1000
    refund = back(fang, transfer, 1001, **ACCOUNT)
    url = reverse("pay:refund_account", args=[refund.uuid])
    client.force_login(hong)
    said = client.post(url, ACCOUNT | {"bank_number": "6222000"}, follow=True).text
    assert "待另一位财务批准" in said
    assert fresh(refund).state == "requested"
    client.force_login(fang)
    said = client.post(url, ACCOUNT | {"bank_number": "6222000"}, follow=True).text
    assert "退款已批准" in said
    assert fresh(refund).state == "approved"
