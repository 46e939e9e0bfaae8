"""The ledger: balanced by its shape, never changed, and a check that finds what does not fit."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.payments import actions
from portal.payments.checks import broken_invariants
from portal.payments.models import LedgerEntry, LedgerTransaction, Payment, Refund, Schedule
from portal.payments.queries import balances

from .conftest import fresh, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(lin, fang, earnest):
    payment = paid(lin, earnest)
    actions.request_refund(actor=fang, payment=payment, amount_fen=900, reason="x")
    return payment


def test_debits_and_credits_are_the_same_and_kinds_do_not_mix(moved, earnest):
    totals = {one.account: one.fen for one in balances()}
    assert sum(totals.values()) == 0
    assert totals["held:earnest_money"] == -(earnest.amount_fen - 900)
    assert totals["refunds_payable"] == -900
    assert "held:balance_due" not in totals


@pytest.mark.parametrize("statement", ["UPDATE {} SET amount_fen = 1", "UPDATE {} SET debit = 'bank'"])
def test_the_database_refuses_to_change_an_entry(moved, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("payments_ledgerentry"))


def test_an_entry_moves_something_between_two_accounts(moved):
    header = LedgerTransaction.objects.first()
    for facts in ({"amount_fen": 0}, {"credit": "bank"}):
        entry = {"debit": "bank", "credit": "fake", "amount_fen": 5} | facts
        with pytest.raises(DatabaseError), transaction.atomic():
            LedgerEntry.objects.create(transaction=header, **entry)


def test_a_saved_transaction_is_never_saved_again(moved):
    with pytest.raises(RuntimeError):
        LedgerTransaction.objects.first().save()


def test_the_same_thing_is_never_posted_twice(moved):
    known = LedgerTransaction.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerTransaction.objects.create(key=known.key, kind="x")


@pytest.mark.parametrize(
    ("model", "change", "words"),
    [
        (Schedule, {"paid_fen": 1000}, "its payments say"), (Schedule, {"refunded_fen": 1}, "its refunds say"),
        (Payment, {"refunded_fen": 1}, "its refunds say"), (Refund, {"state": "refused"}, "refunds on their way"),
    ],
)  # fmt: skip
def test_check_ledger_finds_what_does_not_fit(moved, earnest, model, change, words):
    with transaction.atomic():
        rows = model.objects.filter(pk=earnest.pk) if model is Schedule else model.objects.all()
        rows.update(**change)
        assert any(words in line for line in broken_invariants())
        with pytest.raises(CommandError):
            call_command("check_ledger")
        transaction.set_rollback(True)


def test_check_ledger_finds_money_that_no_payment_brought(moved):
    with transaction.atomic():
        header = LedgerTransaction.objects.create(key="stray", kind="payment")
        LedgerEntry.objects.create(transaction=header, debit="bank", credit="unallocated", amount_fen=7)
        assert any("was not received" in line for line in broken_invariants())
        transaction.set_rollback(True)


def test_check_ledger_says_how_much_it_looked_at(moved):
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert "2 ledger transactions checked" in out.getvalue()


def test_recorded_money_is_in_the_books_of_the_day(fang, earnest):
    from portal.payments.queries import day_totals

    actions.record_bank_transfer(actor=fang, schedule=earnest, amount_fen=321, received_on=timezone.localdate())
    (only,) = day_totals(timezone.localdate())
    assert (only.provider, only.count, only.in_fen, only.out_fen) == ("bank_transfer", 1, 321, 0)
    assert fresh(earnest).state == "part_paid"
