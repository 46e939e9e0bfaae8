"""What falls due, what is waived, what a cancellation keeps, and who is reminded. Every amount in fen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.payments import rules
from portal.payments.errors import NotApproved, NothingDue
from portal.payments.messages import tell
from portal.payments.models import Account, Payment, Schedule
from portal.payments.purposes import purpose_of
from portal.tasks.queue import enqueue

from .compensating import propose_compensation
from .ledger import held, post
from .refunding import plan_refund

if TYPE_CHECKING:
    from portal.accounts.models import Organisation, User

KEPT_IN_ORDER = (Schedule.Kind.EARNEST_MONEY, Schedule.Kind.ADVANCE_PAYMENT, Schedule.Kind.BALANCE)
"""A fee is kept from these; the security deposit 押金 answers for damage only and always goes back."""
REMIND_BEFORE = timedelta(days=3)


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
    """Nothing more is expected for a record: its open amounts become void, open checkout pages are closed.

    What was paid in part stays written down. Returns how many amounts became void.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("void_due() needs a transaction")
    waiting = Schedule.objects.open().filter(purpose=purpose, subject_id=subject_id)
    for payment in Payment.objects.filter(schedule__in=waiting, state=Payment.State.OPEN):
        enqueue("portal.payments.tasks.close_checkout", payment.pk)
    return waiting.update(state=Schedule.State.VOID)


def reopen_due(*, purpose: str, subject_id: int) -> int:
    """Money is expected for a record again: what became void is due as before. In the caller's transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("reopen_due() needs a transaction")
    void = Schedule.objects.filter(purpose=purpose, subject_id=subject_id, state=Schedule.State.VOID)
    part = void.filter(paid_fen__gt=0).update(state=Schedule.State.PART_PAID)
    return part + void.filter(paid_fen=0).update(state=Schedule.State.DUE)


def waive(*, actor: User, schedule: Schedule, reason: str) -> Schedule:
    """The lot does not ask for the rest of an amount, with a reason. Earnest money cannot be waived: it makes 定档.

    Above the limit of refunds (all waivers of the record together) the first call asks, and another person's call does it:
    money that is not asked for is as gone as money that is given back.
    Raises `PermissionDenied`, `NothingDue`, `NotApproved` (one's own asking).
    """
    require(actor, "payments.record")
    with purpose_of(schedule).claim(schedule.subject_id):
        due = lock_rows(Schedule, [schedule.pk])[schedule.pk]
        if due.state not in Schedule.OPEN or due.kind == Schedule.Kind.EARNEST_MONEY:
            raise NothingDue(_("This amount cannot be waived."))
        if rules.needs_second_person(_waived_fen(due), settings.REFUND_APPROVAL_LIMIT_FEN):
            if due.waiver_asked_by_id is None:
                due.waiver_asked_by, due.reason = actor, reason
                due.save(update_fields=["waiver_asked_by", "reason"])
                record("payments.waiver_asked", actor=actor, subject=due, amount_fen=due.open_fen, reason=reason)
                tell("waiver_asked", due, company=False, lot=True, reason=reason, by=actor)
                return due
            if due.waiver_asked_by_id == actor.pk:
                raise NotApproved(_("Whoever asked for a waiver cannot approve it. A second person of finance has to."))
        due.state, due.reason = Schedule.State.WAIVED, due.reason or reason
        due.save(update_fields=["state", "reason"])
        record("payments.waived", actor=actor, subject=due, amount_fen=due.amount_fen - due.paid_fen, reason=reason)
        tell("waived", due, reason=reason)
    return due


def _waived_fen(due: Schedule) -> int:
    """Return what would have been waived of one record in all, with the rest of this amount, in fen."""
    waived = Schedule.objects.filter(
        purpose=due.purpose, subject_id=due.subject_id, state=Schedule.State.WAIVED
    ).values_list("amount_fen", "paid_fen")
    return due.open_fen + sum(amount - paid for amount, paid in waived)


def settle_cancellation(
    *, purpose: str, subject_id: int, fee_fen: int, actor: User | None, reason: str, doubled_fen: int = 0,
    second: bool = False,
) -> int:  # fmt: skip
    """Close the money of a cancelled record: keep the fee from what is held, give the rest back, ask for what lacks.

    `doubled_fen`: what the lot owes beside it, proposed as a compensation. With `second` every refund waits for a second
    person (force majeure: nobody alone says that it was). Runs in the caller's transaction, under its locks. Returns what is
    still asked for as penalty 违约金, in fen.
    """
    void_due(purpose=purpose, subject_id=subject_id)
    ids = Schedule.objects.filter(purpose=purpose, subject_id=subject_id).values_list("pk", flat=True)
    dues = list(lock_rows(Schedule, ids).values())
    by_kind = {due.kind: due for due in dues if due.held_fen}
    kept = rules.keep_from([(kind, by_kind[kind].held_fen) for kind in KEPT_IN_ORDER if kind in by_kind], fee_fen)
    for kind, amount in kept.items():
        due = by_kind[kind]
        due.kept_fen += amount
        due.save(update_fields=["kept_fen"])
        post(
            "penalty_kept", key=f"kept:{due.pk}:{due.kept_fen}", schedule=due, actor=actor,
            moves=[(held(kind), Account.PENALTY_INCOME, amount)],
        )  # fmt: skip
    if doubled_fen:
        earnest = by_kind[Schedule.Kind.EARNEST_MONEY]
        propose_compensation(actor=actor, schedule=earnest, amount_fen=doubled_fen, reason=reason)
    for due in dues:
        give_back_what_is_held(due, reason=reason, second=second)
    lacking = fee_fen - sum(kept.values())
    if lacking > 0 and dues:
        sample = dues[0]
        make_due(
            purpose=purpose, subject_id=subject_id, reference=sample.reference, organisation=sample.organisation,
            kind=Schedule.Kind.PENALTY, amount_fen=lacking,
            due_at=timezone.now() + timedelta(days=settings.PENALTY_DUE_DAYS),
        )  # fmt: skip
    return max(lacking, 0)


def give_back_what_is_held(due: Schedule, *, reason: str, second: bool = False) -> None:
    """Plan refunds for all that an amount still holds, the newest payment first. Under the locks."""
    rest = due.held_fen
    ids = Payment.objects.filter(schedule=due, state=Payment.State.SUCCEEDED).values_list("pk", flat=True)
    for payment in sorted(lock_rows(Payment, ids).values(), key=lambda one: -one.pk):
        part = min(rest, payment.refundable_fen, payment.applied_fen)
        if part > 0:
            plan_refund(payment, part, reason=reason, requested_by=None, second=second)
            rest -= part


def remind(*, now: datetime | None = None) -> int:
    """Tell companies what falls due within three days and what is overdue, each once. Returns how many were looked at."""
    now = now or timezone.now()
    soon = Schedule.objects.open().filter(due_at__lte=now + REMIND_BEFORE, due_at__gt=now - timedelta(days=30))
    count = 0
    for due in soon.select_related("organisation")[:500]:
        late = due.overdue_at(now)
        with transaction.atomic():
            tell("overdue" if late else "due_soon", due, lot=late, once_key=f"{'late' if late else 'soon'}:{due.pk}")
        count += 1
    return count
