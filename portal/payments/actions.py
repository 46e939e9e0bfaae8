"""Money that is due and money that came. Every amount in fen."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.core.money import yuan

from .errors import NothingDue, WrongAmount
from .models import Payment, Schedule
from .purposes import purpose_of

if TYPE_CHECKING:
    from portal.accounts.models import Organisation, User


def make_due(
    *,
    purpose: str,
    subject_id: int,
    reference: str,
    organisation: Organisation,
    kind: str,
    amount_fen: int,
    due_at: datetime,
) -> Schedule:
    """Write that an amount falls due. Runs in the caller's transaction, under its locks."""
    if not connection.in_atomic_block:
        raise RuntimeError("make_due() needs a transaction")
    schedule = Schedule(
        purpose=purpose, subject_id=subject_id, reference=reference, organisation=organisation,
        kind=kind, amount_fen=amount_fen, due_at=due_at,
    )  # fmt: skip
    schedule.full_clean(validate_unique=False)
    schedule.save()
    return schedule


def void_due(*, purpose: str, subject_id: int) -> int:
    """Nothing more is expected for a record: its open amounts become void. Returns how many."""
    if not connection.in_atomic_block:
        raise RuntimeError("void_due() needs a transaction")
    waiting = Schedule.objects.filter(purpose=purpose, subject_id=subject_id, state=Schedule.State.DUE)
    return waiting.update(state=Schedule.State.VOID)


def record_bank_transfer(
    *, actor: User, schedule: Schedule, amount_fen: int, received_on: date, payer: str = "", bank_reference: str = ""
) -> Payment:
    """The lot's finance saw a transfer on the account. Settles the schedule when the amount is complete.

    Raises `PermissionDenied`, `NothingDue`, `WrongAmount`, and what the purpose says no with.
    """
    require(actor, "payments.record")
    purpose = purpose_of(schedule)
    with purpose.claim(schedule.subject_id):
        due = lock_rows(Schedule, [schedule.pk])[schedule.pk]
        purpose.require_payable(due)
        if due.state not in {Schedule.State.DUE, Schedule.State.PART_PAID}:
            raise NothingDue(_("This amount is not open any more."))
        if not 0 < amount_fen <= due.open_fen:
            limit = {"open": yuan(due.open_fen)}
            raise WrongAmount(_("Between ¥0.01 and %(open)s is open here.") % limit, field="amount")
        payment = Payment(
            schedule=due, amount_fen=amount_fen, payer=payer, bank_reference=bank_reference,
            received_on=received_on, recorded_by=actor,
        )  # fmt: skip
        payment.full_clean()
        payment.save()
        due.paid_fen += amount_fen
        due.state = Schedule.State.PAID if due.open_fen == 0 else Schedule.State.PART_PAID
        due.save(update_fields=["paid_fen", "state"])
        record("payments.recorded", actor=actor, subject=payment, amount_fen=amount_fen, reference=due.reference)
        if due.state == Schedule.State.PAID:
            purpose.paid(due, payment, actor)
    return payment
