"""What the lot owes beside the money it gives back: proposed by a rule, approved by a second person, paid by transfer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.payments.errors import AlreadyDone, BankDetailsMissing, NotApproved
from portal.payments.messages import tell
from portal.payments.models import Account, Compensation, Schedule
from portal.payments.purposes import purpose_of

from .ledger import post

if TYPE_CHECKING:
    from portal.accounts.models import User

State = Compensation.State


@contextmanager
def _locked(compensation: Compensation) -> Iterator[Compensation]:
    """Lock all that a compensation touches, in the order of all locks; yield it fresh."""
    due = compensation.schedule
    with purpose_of(due).claim(due.subject_id):
        lock_rows(Schedule, [due.pk])
        yield lock_rows(Compensation, [compensation.pk])[compensation.pk]


def propose_compensation(*, actor: User | None, schedule: Schedule, amount_fen: int, reason: str) -> Compensation:
    """Write what the lot owes beside the money back. In the caller's transaction, under its locks; finance is told."""
    made = Compensation(schedule=schedule, amount_fen=amount_fen, reason=reason[:300], proposed_by=actor)
    made.full_clean(validate_constraints=False)
    made.save()
    record("payments.compensation_proposed", actor=actor, subject=made, amount_fen=amount_fen, reason=reason)
    tell("compensation_proposed", schedule, company=False, lot=True, compensation=made)
    return made


def approve_compensation(
    *, actor: User, compensation: Compensation, bank_holder: str, bank_number: str, bank_name: str = ""
) -> Compensation:
    """A second person of the lot's finance approves amount and account; from now on the lot owes it.

    Raises `PermissionDenied`, `AlreadyDone`, `NotApproved` (one's own proposal), `BankDetailsMissing`.
    """
    require(actor, "payments.refund")
    with _locked(compensation) as fresh:
        if fresh.state != State.PROPOSED:
            raise AlreadyDone(_("Somebody decided about this compensation already."))
        if fresh.proposed_by_id == actor.pk:
            raise NotApproved(_("Whoever cancelled cannot approve the compensation. A second person has to."))
        if not (bank_holder and bank_number):
            raise BankDetailsMissing(_("Give the account that the money goes to."), field="bank_number")
        fresh.bank_holder, fresh.bank_name, fresh.bank_number = bank_holder, bank_name, bank_number
        fresh.state, fresh.approved_by = State.APPROVED, actor
        fresh.full_clean(validate_constraints=False)
        fresh.save()
        _post(fresh, "compensation_owed", actor, Account.COMPENSATION, Account.COMPENSATION_OWED)
        record("payments.compensation_approved", actor=actor, subject=fresh, amount_fen=fresh.amount_fen)
    return fresh


def refuse_compensation(*, actor: User, compensation: Compensation, reason: str) -> Compensation:
    """The law does not ask for it here, say counsel or the contract. Not after it was paid. Raises `AlreadyDone`."""
    require(actor, "payments.refund")
    with _locked(compensation) as fresh:
        if fresh.state not in Compensation.WAITING:
            raise AlreadyDone(_("Somebody decided about this compensation already."))
        if fresh.state == State.APPROVED:
            _post(fresh, "compensation_dropped", actor, Account.COMPENSATION_OWED, Account.COMPENSATION)
        fresh.state, fresh.finished_at = State.REFUSED, timezone.now()
        fresh.save(update_fields=["state", "finished_at"])
        record("payments.compensation_refused", actor=actor, subject=fresh, reason=reason)
    return fresh


def record_compensation_paid(*, actor: User, compensation: Compensation, bank_reference: str) -> Compensation:
    """The transfer to the approved account was made. Raises `NotApproved`, `AlreadyDone`."""
    require(actor, "payments.refund")
    with _locked(compensation) as fresh:
        if fresh.state == State.PROPOSED:
            raise NotApproved(_("A second person of finance has to approve this compensation first."))
        if fresh.state != State.APPROVED:
            raise AlreadyDone(_("Somebody decided about this compensation already."))
        fresh.state, fresh.bank_reference, fresh.finished_at = State.PAID, bank_reference, timezone.now()
        fresh.full_clean(validate_constraints=False)
        fresh.save()
        _post(fresh, "compensation_paid", actor, Account.COMPENSATION_OWED, Account.BANK)
        record("payments.compensation_paid", actor=actor, subject=fresh, amount_fen=fresh.amount_fen)
        tell("compensation_paid", fresh.schedule, compensation=fresh)
    return fresh


def _post(compensation: Compensation, kind: str, actor: User, debit: str, credit: str) -> None:
    post(
        kind, key=f"{kind}:{compensation.uuid}", schedule=compensation.schedule, actor=actor,
        moves=[(debit, credit, compensation.amount_fen)],
    )  # fmt: skip
