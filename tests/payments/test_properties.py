"""Any sequence of part payments, refunds, refusals, disputes and undoings: sums and signs hold, no fen is lost or made.

Small in the suite; `MONEY_EXAMPLES=1000` for the full size.
"""

import os

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies as st

from portal.core.errors import RuleViolation
from portal.payments import actions
from portal.payments.checks import broken_invariants
from portal.payments.models import Dispute, FakeObject, LedgerEntry, Payment, Refund
from portal.payments.providers.fake import remote
from portal.payments.queries import balances

from .conftest import begin, fresh, session_of

EXAMPLES = int(os.environ.get("MONEY_EXAMPLES", "25"))
STEP = st.tuples(
    st.sampled_from(["transfer", "online", "refund", "send", "by_hand", "refuse", "dispute", "decide", "undo", "look"]),
    st.integers(0, 7),
    st.integers(1, 5_000_000),
)


def one(rows, pick):
    found = list(rows.order_by("pk"))
    return found[pick % len(found)] if found else None


def play(step, pick, fen, *, lin, fang, earnest):
    """Take one step as somebody at a screen would; a no of the rules is fine."""
    received = Payment.objects.filter(schedule=earnest, state="succeeded")
    if step == "transfer":
        actions.record_bank_transfer(
            actor=fang, schedule=earnest, amount_fen=fen, received_on=timezone.localdate(), surplus_ok=pick % 2 == 0
        )
    elif step == "online":
        payment = begin(lin, fresh(earnest))
        remote.pay(session_of(payment), method=("card", "alipay")[pick % 2])
        actions.settle_payment(payment.uuid)
    elif step == "refund" and (payment := one(received, pick)):
        bank = {"bank_holder": "甲", "bank_number": "1"}
        actions.request_refund(actor=fang, payment=payment, amount_fen=fen % payment.amount_fen + 1, reason="x", **bank)
    elif step == "send" and (refund := one(Refund.objects.filter(route="provider"), pick)):
        actions.send_refund(refund.pk)
    elif step == "by_hand" and (refund := one(Refund.objects.filter(route="by_hand"), pick)):
        actions.record_refund_sent(actor=fang, refund=refund, bank_reference="x", bank_holder="甲", bank_number="1")
    elif step == "refuse" and (refund := one(Refund.objects.all(), pick)):
        actions.refuse_refund(actor=fang, refund=refund, reason="x")
    elif step == "dispute" and (payment := one(received.filter(provider="fake"), pick)):
        remote.dispute(session_of(payment))
        actions.settle_payment(payment.uuid)
    elif step == "decide" and (dispute := one(Dispute.objects.filter(state="open"), pick)):
        FakeObject.objects.filter(ref=dispute.provider_ref).update(state=("won", "lost")[pick % 2])
        actions.settle_payment(dispute.payment.uuid)
    elif step == "undo" and (payment := one(received.filter(provider="bank_transfer"), pick)):
        actions.undo_bank_transfer(actor=fang, payment=payment, reason="x")
    elif step == "look" and (payment := one(Payment.objects.filter(provider="fake"), pick)):
        actions.settle_payment(payment.uuid)


@pytest.mark.django_db
def test_no_fen_is_lost_or_made_in_any_order(lin, fang, earnest):
    @given(steps=st.lists(STEP, max_size=14))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    def walk(steps):
        with transaction.atomic():
            for step, pick, fen in steps:
                try:
                    with transaction.atomic():
                        play(step, pick, fen, lin=lin, fang=fang, earnest=earnest)
                except (RuleViolation, ValidationError):
                    continue
            due = fresh(earnest)
            assert broken_invariants() == []
            assert 0 <= due.refunded_fen + due.kept_fen <= due.paid_fen <= due.amount_fen
            totals = {one.account: one.fen for one in balances()}
            assert sum(totals.values()) == 0
            ours = sum(totals.get(name, 0) for name in ("bank", "fake", "cost:fees", "disputed", "cost:disputes"))
            owed = -sum(fen for name, fen in totals.items() if name.startswith("held:") or name in OWED)
            assert ours == owed
            assert all(entry.amount_fen > 0 for entry in LedgerEntry.objects.all())
            for payment in Payment.objects.filter(schedule=due):
                back = sum(one.amount_fen for one in payment.refunds.filter(state="succeeded"))
                assert back <= payment.amount_fen
            transaction.set_rollback(True)

    walk()


OWED = ("unallocated", "refunds_payable", "income:penalty")
