"""Writing to the ledger: the only door, called by the other actions under their locks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection

from portal.payments.models import Account, LedgerEntry, LedgerTransaction

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.payments.models import Payment, Refund, Schedule

Move = tuple[str, str, int]


def post(
    kind: str,
    *,
    key: str,
    moves: Iterable[Move],
    schedule: Schedule,
    payment: Payment | None = None,
    refund: Refund | None = None,
    actor: User | None = None,
) -> LedgerTransaction | None:
    """Write one transaction: each move is (debit, credit, fen); empty moves are left out, all empty writes nothing.

    `key` is unique: the same thing is never posted twice (an `IntegrityError` tells of a fault).
    Raises `RuntimeError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("post() needs a transaction")
    entries = [(debit, credit, amount) for debit, credit, amount in moves if amount]
    if not entries:
        return None
    made = LedgerTransaction.objects.create(
        key=key, kind=kind, purpose=schedule.purpose, subject_id=schedule.subject_id, reference=schedule.reference,
        organisation_id=schedule.organisation_id, payment=payment, refund=refund, actor=actor,
    )  # fmt: skip
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=made, debit=debit, credit=credit, amount_fen=amount)
        for debit, credit, amount in entries
    )
    return made


def held(kind: str) -> str:
    """Return the account that holds money of a kind (`earnest_money` → `held:earnest_money`)."""
    return Account(f"held:{kind}").value
