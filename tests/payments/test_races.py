"""Two people, two machines, one sum of money: one winner, and a control without the locks that loses."""

import itertools
import os
import threading
from contextlib import contextmanager
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from bookings import actions as booking_actions
from portal.core.errors import RuleViolation
from portal.payments import actions
from portal.payments.actions import refunding
from portal.payments.checks import broken_invariants
from portal.payments.models import BankFormat, BankStatement, Payment, Refund, StatementRow
from portal.payments.providers.fake import remote
from tests.bookings.conftest import days, firm
from tests.factories.studios import make_resource

from .conftest import begin, due, fresh, paid, pay, session_of, state

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = int(os.environ.get("MONEY_ROUNDS", "3"))
CLIENTS = 8
NUMBERS = itertools.count()
ACCOUNT = {"bank_holder": "甲", "bank_number": "1"}


@pytest.fixture(autouse=True)
def _system_is_ready(transactional_db):
    """Wagtail's first rows are gone after a flush; the tests of money need none."""


def together(*jobs):
    """Run the jobs in threads that start at once; return what each answered or was refused with."""
    gate, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place, job):
        try:
            gate.wait(10)
            answers[place] = job()
        except (RuleViolation, ValidationError, DatabaseError) as refusal:
            answers[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, job)) for place, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def refused(answers):
    return [one for one in answers if isinstance(one, Exception)]


@contextmanager
def one_round(lin):
    booking = firm(lin, make_resource(slug=f"race-{next(NUMBERS)}"), days())
    yield booking, due(booking, "earnest_money")
    assert broken_invariants() == []


def test_eight_refunds_of_the_whole_have_one_winner(lin, fang):
    for _round in range(ROUNDS):
        with one_round(lin) as (_booking, earnest):
            payment = paid(lin, earnest)
            whole = payment.amount_fen
            refund = partial(actions.request_refund, actor=fang, payment=payment, amount_fen=whole, reason="x")
            answers = together(*[refund] * CLIENTS)
            assert len(refused(answers)) == CLIENTS - 1
            assert sum(one.amount_fen for one in Refund.objects.filter(payment=payment)) == whole


def test_without_the_locks_and_the_constraint_refunds_are_given_twice(lin, fang, monkeypatch):
    """The naive control: check, then write, with nothing between that makes the other wait."""
    with one_round(lin) as (_booking, earnest):
        payment = paid(lin, earnest)
        gate = threading.Barrier(2)

        def naive():
            seen = Payment.objects.get(pk=payment.pk)
            free = seen.amount_fen - sum(one.amount_fen for one in seen.refunds.all())
            gate.wait(10)
            if free >= seen.amount_fen:
                Refund.objects.create(payment=seen, amount_fen=free, route="by_hand", reason="naive")

        together(naive, naive)
        given = Refund.objects.filter(payment=payment)
        assert sum(one.amount_fen for one in given) == 2 * payment.amount_fen
        given.delete()


def test_a_refund_and_a_dispute_never_give_the_same_money_twice(lin, fang, settings):
    settings.REFUND_APPROVAL_LIMIT_FEN = 10**12
    for _round in range(ROUNDS):
        with one_round(lin) as (_booking, earnest):
            payment = paid(lin, earnest)
            session = session_of(payment)

            def refund(payment=payment):
                made = actions.request_refund(actor=fang, payment=payment, amount_fen=payment.amount_fen, reason="x")
                actions.send_refund(made.pk)
                return made

            def dispute(payment=payment, session=session):
                remote.dispute(session)
                return actions.settle_payment(payment.uuid)

            together(refund, dispute)
            actions.settle_payment(payment.uuid)
            back = remote.refunded(str(payment.uuid))
            disputed = sum(one.amount_fen for one in payment.disputes.all())
            assert back + disputed <= payment.amount_fen
            left = Refund.objects.filter(payment=payment, route="by_hand").exclude(state="refused")
            for one in left:
                actions.refuse_refund(actor=fang, refund=one, reason="争议")


def test_eight_recordings_of_the_same_transfer_count_once(lin, fang):
    for number in range(ROUNDS):
        with one_round(lin) as (booking, earnest):

            def record(earnest=earnest, number=number):
                return actions.record_bank_transfer(
                    actor=fang, schedule=earnest, amount_fen=earnest.amount_fen, received_on=timezone.localdate(),
                    bank_reference=f"R{number}",
                )  # fmt: skip

            answers = together(*[record] * CLIENTS)
            assert len(refused(answers)) == CLIENTS - 1
            assert (fresh(earnest).paid_fen, state(booking)) == (earnest.amount_fen, "confirmed")


def test_eight_settlements_of_one_payment_count_once(lin):
    for _round in range(ROUNDS):
        with one_round(lin) as (booking, earnest):
            payment = begin(lin, earnest)
            pay(payment)
            answers = together(*[partial(actions.settle_payment, payment.uuid)] * CLIENTS)
            assert {type(one).__name__ for one in refused(answers)} <= {"Busy", "ProviderDown"}
            assert (fresh(earnest).paid_fen, state(booking)) == (earnest.amount_fen, "confirmed")


def test_payment_and_cancellation_end_with_the_money_kept_or_given_back(lin):
    for _round in range(ROUNDS):
        with one_round(lin) as (booking, earnest):
            payment = begin(lin, earnest)
            pay(payment)
            together(
                partial(actions.settle_payment, payment.uuid),
                partial(booking_actions.cancel_booking, booking=booking, actor=lin),
            )
            actions.settle_payment(payment.uuid)
            after, settled = fresh(earnest), fresh(payment)
            if state(booking) == "cancelled":
                assert settled.refunded_fen + after.kept_fen == payment.amount_fen
            else:
                assert after.paid_fen == payment.amount_fen


def test_two_imports_of_the_same_rows_write_each_once(lin, fang):
    bank = BankFormat.objects.create(name="b")
    head = "交易日期,贷方发生额,对方户名,附言,交易流水号"
    lines = [f"2026-11-02,{n}.00,甲,x,N{n}" for n in range(1, 41)]
    ids = []
    for name in ("a", "b"):
        data = "\n".join([head, *lines, f"# {name}"]).encode()
        made = actions.import_statement(actor=fang, format=bank, content=data, name=name)
        BankStatement.objects.filter(pk=made.pk).update(state="reading")
        ids.append(made.pk)
    together(*[lambda pk=pk: actions.read_statement(pk) for pk in ids])
    assert StatementRow.objects.count() == 40


def test_eight_people_match_one_row_once(lin, fang):
    bank = BankFormat.objects.create(name="b")
    with one_round(lin) as (_booking, earnest):
        data = f"交易日期,贷方发生额,对方户名,附言,交易流水号\n2026-11-02,1.00,甲,{earnest.reference},S".encode()
        statement = actions.import_statement(actor=fang, format=bank, content=data, name="a")
        BankStatement.objects.filter(pk=statement.pk).update(state="reading")
        actions.read_statement(statement.pk)
        row = StatementRow.objects.get()
        answers = together(*[lambda: actions.match_row(actor=fang, row=row, schedule=earnest)] * CLIENTS)
        assert len(refused(answers)) == CLIENTS - 1
        assert fresh(earnest).paid_fen == 100


def test_two_approvals_send_the_money_once(lin, fang, settings):
    settings.REFUND_APPROVAL_LIMIT_FEN = 0
    from tests.conftest import person

    others = [person(f"f{n}@demo.example", "财务", group="Lot finance") for n in range(2)]
    with one_round(lin) as (_booking, earnest):
        payment = paid(lin, earnest)
        refund = actions.request_refund(actor=fang, payment=payment, amount_fen=500, reason="x")
        answers = together(*[lambda who=who: actions.approve_refund(actor=who, refund=refund) for who in others])
        assert len(refused(answers)) == 1
        together(*[lambda: actions.send_refund(refund.pk)] * 4)
        assert remote.refunded(str(payment.uuid)) == 500
        assert fresh(refund).state == refunding.State.SUCCEEDED


def test_the_lock_is_what_decides(lin, fang):
    """Past the check of the action, the constraint still refuses to give more than came."""
    with one_round(lin) as (_booking, earnest):
        payment = paid(lin, earnest)
        with pytest.raises(DatabaseError), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(refunded_fen=payment.amount_fen + 1)
