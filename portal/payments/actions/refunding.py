"""Money on its way back: never more than came, by the way it came where that still works, else by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.core.money import yuan
from portal.payments import rules
from portal.payments.errors import AlreadyDone, BankDetailsMissing, NotApproved, ProviderRefused, TooMuchBack
from portal.payments.messages import tell
from portal.payments.models import Account, Payment, Refund, Schedule, StatementRow
from portal.payments.providers import BANK_TRANSFER, account_of, provider_named
from portal.payments.providers.base import RefundFact
from portal.payments.purposes import purpose_of
from portal.payments.queries import loose_fen, refundable_fen
from portal.tasks.queue import enqueue

from .ledger import held, post

if TYPE_CHECKING:
    from portal.accounts.models import User

State = Refund.State
BANK_FIELDS = ("bank_holder", "bank_name", "bank_number")


@contextmanager
def locked(payment: Payment) -> Iterator[Payment]:
    """Lock the record behind a payment, its schedule and the payment, in the order of all locks; yield it fresh."""
    with purpose_of(payment.schedule).claim(payment.schedule.subject_id):
        due = lock_rows(Schedule, [payment.schedule_id])[payment.schedule_id]
        fresh = lock_rows(Payment, [payment.pk])[payment.pk]
        fresh.schedule = due
        yield fresh


@contextmanager
def locked_refund(refund: Refund) -> Iterator[Refund]:
    """Lock all that a refund touches; yield the refund fresh, with its payment and schedule."""
    with locked(refund.payment) as payment:
        fresh = lock_rows(Refund, [refund.pk])[refund.pk]
        fresh.payment = payment
        yield fresh


def request_refund(*, actor: User, payment: Payment, amount_fen: int, reason: str, **bank: str) -> Refund:
    """The lot's finance asks that money goes back; above the limit it waits for a second person.

    `bank`: bank_holder, bank_name, bank_number, needed where the money cannot go back the way it came.
    Raises `PermissionDenied`, `TooMuchBack`, `BankDetailsMissing`.
    """
    require(actor, "payments.refund")
    with locked(payment) as fresh:
        left = refundable_fen(fresh)
        if not 0 < amount_fen <= left:
            raise TooMuchBack(_("At most %(left)s of this payment can go back.") % {"left": yuan(left)}, field="amount")
        if not _same_way(fresh) and not (bank.get("bank_holder") and bank.get("bank_number")):
            raise BankDetailsMissing(
                _("This money cannot go back the way it came. Give the account for a bank transfer."),
                field="bank_number",
            )
        return plan_refund(fresh, amount_fen, reason=reason, requested_by=actor, bank=bank)


def _same_way(payment: Payment) -> bool:
    since = payment.settled_at or payment.created_at
    return payment.provider != BANK_TRANSFER and rules.goes_back_the_same_way(payment.method, since, timezone.now())


def unapproved_fen(due: Schedule) -> int:
    """Return what has gone back, or is on its way, of one record's money without a second person's approval, in fen.

    Several small refunds are one large one: the limit counts them together. What goes back the way it came because a rule
    decided it, and what still waits for approval, is not among them.
    """
    of_record = Refund.objects.filter(
        payment__schedule__purpose=due.purpose, payment__schedule__subject_id=due.subject_id
    )
    alone = of_record.filter(approved_by=None).exclude(state__in=(State.REQUESTED, State.REFUSED, State.FAILED))
    by_rule = Q(requested_by=None, route=Refund.Route.PROVIDER)
    return alone.exclude(by_rule).aggregate(total=Sum("amount_fen"))["total"] or 0


def plan_refund(
    payment: Payment, amount_fen: int, *, reason: str, requested_by: User | None, second: bool = False,
    bank: Mapping[str, str] | None = None,
) -> Refund:  # fmt: skip
    """Reserve the money and write the refund. Under the locks of `locked()`; the caller checked the amount.

    With `second` a second person approves it whatever its size.

    Money that never counted towards an amount due (late, or paid twice) goes first. Where nobody asked (`requested_by`
    is nothing: a rule decided) and the provider takes it back, it goes at once.
    """
    same_way = _same_way(payment)
    applied = max(amount_fen - loose_fen(payment), 0)
    if not same_way and not bank:
        bank = payers_account(getattr(payment, "statement_row", None))
    alone = amount_fen + unapproved_fen(payment.schedule)
    small = not second and not rules.needs_second_person(alone, settings.REFUND_APPROVAL_LIMIT_FEN)
    refund = Refund(
        payment=payment, amount_fen=amount_fen, applied_fen=applied, reason=reason[:300], requested_by=requested_by,
        route=Refund.Route.PROVIDER if same_way else Refund.Route.BY_HAND,
        state=State.APPROVED if small or (same_way and requested_by is None and not second) else State.REQUESTED,
        **(bank or {}),
    )  # fmt: skip
    refund.full_clean()
    refund.save()
    _reserve(refund)
    record("payments.refund_planned", actor=requested_by, subject=refund, amount_fen=amount_fen, reason=reason)
    tell("refund_planned", payment.schedule, lot=refund.state == State.REQUESTED or not same_way, refund=refund)
    if same_way and refund.state == State.APPROVED:
        enqueue("portal.payments.tasks.send_refund", refund.pk)
    return refund


def _reserve(refund: Refund, *, step: str = "planned") -> None:
    """Take a refund's money out of what is held, so that nobody gives it back twice."""
    payment, due = refund.payment, refund.payment.schedule
    payment.refunded_fen += refund.amount_fen
    payment.save(update_fields=["refunded_fen"])
    _count_back(due, refund.applied_fen)
    post(
        "refund_planned", key=f"refund:{refund.uuid}:{step}", schedule=due, payment=payment, refund=refund,
        actor=refund.requested_by,
        moves=[
            (held(due.kind), Account.REFUNDS, refund.applied_fen),
            (Account.UNALLOCATED, Account.REFUNDS, refund.amount_fen - refund.applied_fen),
        ],
    )  # fmt: skip


def payers_account(row: StatementRow | None) -> dict[str, str]:
    """Return the account that the bank's statement names for a credit, where it names one."""
    if row is None or not row.payer_account:
        return {}
    return {"bank_holder": row.payer, "bank_name": row.payer_bank, "bank_number": row.payer_account[:40]}


def _count_back(due: Schedule, fen: int) -> None:
    """Count what goes back (or, below zero, stays after all) on the amount due."""
    due.refunded_fen += fen
    if fen > 0 and due.held_fen == 0 and due.state == Schedule.State.PAID:
        due.state = Schedule.State.REFUNDED
    elif fen < 0 and due.state == Schedule.State.REFUNDED:
        due.state = Schedule.State.PAID
    due.save(update_fields=["refunded_fen", "state"])


def approve_refund(*, actor: User, refund: Refund, **bank: str) -> Refund:
    """A second person of the lot's finance approves amount and account together.

    Whoever gives another account than the one that is written here asks anew: then somebody else approves.
    Raises `PermissionDenied`, `NotApproved`, `BankDetailsMissing`, `AlreadyDone`.
    """
    require(actor, "payments.refund")
    with locked_refund(refund) as fresh:
        if fresh.state != State.REQUESTED:
            raise AlreadyDone(_("Somebody decided about this refund already."))
        if fresh.requested_by_id == actor.pk:
            raise NotApproved(_("Whoever asked for a refund cannot approve it. A second person of finance has to."))
        if _other_account(fresh, bank):
            fresh.requested_by = actor
            _write_account(fresh, bank)
            fresh.save(update_fields=["requested_by", *BANK_FIELDS])
            record("payments.refund_account_set", actor=actor, subject=fresh)
            tell("refund_planned", fresh.payment.schedule, company=False, lot=True, refund=fresh)
            return fresh
        if fresh.route == Refund.Route.BY_HAND and not (fresh.bank_holder and fresh.bank_number):
            raise BankDetailsMissing(_("Give the account that the money goes to."), field="bank_number")
        fresh.state, fresh.approved_by = State.APPROVED, actor
        fresh.full_clean()
        fresh.save(update_fields=["state", "approved_by"])
        record("payments.refund_approved", actor=actor, subject=fresh, amount_fen=fresh.amount_fen)
        if fresh.route == Refund.Route.PROVIDER:
            enqueue("portal.payments.tasks.send_refund", fresh.pk)
    return fresh


def _other_account(refund: Refund, bank: dict[str, str]) -> bool:
    """Return whether `bank` names another account than the refund does. What is left empty stays as it is."""
    return any(bank.get(name) and bank[name] != getattr(refund, name) for name in BANK_FIELDS)


def _write_account(refund: Refund, bank: dict[str, str]) -> None:
    for name in BANK_FIELDS:
        setattr(refund, name, bank.get(name) or getattr(refund, name))


def refuse_refund(*, actor: User, refund: Refund, reason: str) -> Refund:
    """The lot's finance decides against a refund that has not left. Raises `AlreadyDone`."""
    require(actor, "payments.refund")
    with locked_refund(refund) as fresh:
        if fresh.state not in {State.REQUESTED, State.APPROVED}:
            raise AlreadyDone(_("This refund is on its way already."))
        _end(fresh, State.REFUSED, problem=reason, actor=actor)
    return fresh


def record_refund_sent(
    *,
    actor: User,
    refund: Refund,
    bank_reference: str,
    bank_holder: str = "",
    bank_name: str = "",
    bank_number: str = "",
) -> Refund:
    """The lot's finance made the transfer back by hand. Raises `NotApproved`, `BankDetailsMissing`, `AlreadyDone`."""
    require(actor, "payments.refund")
    with locked_refund(refund) as fresh:
        if fresh.state in {State.SUCCEEDED, State.REFUSED}:
            raise AlreadyDone(_("Somebody decided about this refund already."))
        if fresh.state == State.REQUESTED:
            raise NotApproved(_("A second person of finance has to approve this refund first."))
        if fresh.route != Refund.Route.BY_HAND:
            raise AlreadyDone(_("This refund goes back by itself."))
        bank = {"bank_holder": bank_holder, "bank_name": bank_name, "bank_number": bank_number}
        if fresh.approved_by_id and _other_account(fresh, bank):
            raise NotApproved(
                _(
                    "The account was approved as it stands here. Refuse this refund and ask for one to the other account."
                ),
                field="bank_number",
            )
        _write_account(fresh, bank)
        if not (fresh.bank_holder and fresh.bank_number):
            raise BankDetailsMissing(_("Give the account that the money went to."), field="bank_number")
        fresh.bank_reference = bank_reference
        _arrived(fresh, actor=actor)
    return fresh


def send_refund(refund_id: int) -> None:
    """Send an approved refund to the provider and write down what it says. A task; safe to run twice.

    Raises `ProviderDown` (the task is tried again, with the same key).
    """
    refund = Refund.objects.select_related("payment__schedule").get(pk=refund_id)
    if refund.state not in {State.APPROVED, State.SENT} or refund.route != Refund.Route.PROVIDER:
        return
    provider = provider_named(refund.payment.provider)
    try:
        fact = provider.refund(refund)
    except ProviderRefused as refusal:
        with locked_refund(refund) as fresh:
            if fresh.state == State.APPROVED:
                _by_hand(fresh, problem=str(refusal))
        return
    with locked_refund(refund) as fresh:
        apply_refund_fact(fresh, fact)


def _by_hand(refund: Refund, *, problem: str) -> None:
    """The provider will not take it: the money goes back by transfer, and finance is told."""
    refund.route, refund.problem = Refund.Route.BY_HAND, problem[:300]
    refund.approved_by = None  # nobody has seen the account yet to which it goes now
    large = rules.needs_second_person(
        refund.amount_fen + unapproved_fen(refund.payment.schedule), settings.REFUND_APPROVAL_LIMIT_FEN
    )
    refund.state = State.REQUESTED if large else State.APPROVED
    refund.save(update_fields=["route", "problem", "approved_by", "state"])
    record("payments.refund_by_hand", actor=None, subject=refund, problem=problem)
    tell("refund_by_hand", refund.payment.schedule, company=False, lot=True, refund=refund)


def apply_refund_fact(refund: Refund, fact: RefundFact) -> None:
    """Write what the provider says about a refund. Under the locks; repeating changes nothing, late news of less neither."""
    if refund.route == Refund.Route.BY_HAND:
        return
    if refund.state == State.SUCCEEDED and fact.state != "failed":
        return
    if refund.state in {State.REFUSED, State.FAILED}:
        if fact.state == "failed":
            return
        refund.state, refund.finished_at = State.SENT, None  # it had left before it was refused here
        _reserve(refund, step="left_all_the_same")
        record("payments.refund_left_all_the_same", actor=None, subject=refund, amount_fen=refund.amount_fen)
    if not refund.provider_ref:
        refund.provider_ref = fact.ref
        refund.save(update_fields=["provider_ref"])
    if fact.state == "succeeded":
        _arrived(refund, actor=None)
    elif fact.state == "failed":
        _came_back(refund)
    elif refund.state == State.APPROVED:
        refund.state = State.SENT
        refund.save(update_fields=["state"])


def _arrived(refund: Refund, *, actor: User | None) -> None:
    refund.state, refund.finished_at = State.SUCCEEDED, timezone.now()
    refund.save()
    source = account_of(BANK_TRANSFER if refund.route == Refund.Route.BY_HAND else refund.payment.provider)
    due = refund.payment.schedule
    post(
        "refund_paid", key=f"refund:{refund.uuid}:paid:{refund.route}", schedule=due, payment=refund.payment, refund=refund, actor=actor,
        moves=[(Account.REFUNDS, source, refund.amount_fen)],
    )  # fmt: skip
    record("payments.refunded", actor=actor, subject=refund, amount_fen=refund.amount_fen)
    tell("refunded", due, refund=refund, once_key=f"refunded:{refund.pk}")


def _came_back(refund: Refund) -> None:
    """A refund failed at the provider (a closed card): the money is with us again and goes back by hand."""
    if refund.state == State.SUCCEEDED:
        post(
            "refund_came_back", key=f"refund:{refund.uuid}:back", schedule=refund.payment.schedule,
            payment=refund.payment, refund=refund,
            moves=[(account_of(refund.payment.provider), Account.REFUNDS, refund.amount_fen)],
        )  # fmt: skip
    refund.state, refund.finished_at = State.APPROVED, None
    refund.save(update_fields=["state", "finished_at"])
    _by_hand(refund, problem=str(_("The provider could not deliver the money.")))


def _end(refund: Refund, state: str, *, problem: str, actor: User | None) -> None:
    """A refund does not happen: what was reserved is free again."""
    payment, due = refund.payment, refund.payment.schedule
    refund.state, refund.problem, refund.finished_at = state, problem[:300], timezone.now()
    refund.save(update_fields=["state", "problem", "finished_at"])
    payment.refunded_fen -= refund.amount_fen
    payment.save(update_fields=["refunded_fen"])
    _count_back(due, -refund.applied_fen)
    post(
        "refund_ended", key=f"refund:{refund.uuid}:ended", schedule=due, payment=payment, refund=refund, actor=actor,
        moves=[
            (Account.REFUNDS, held(due.kind), refund.applied_fen),
            (Account.REFUNDS, Account.UNALLOCATED, refund.amount_fen - refund.applied_fen),
        ],
    )  # fmt: skip
    record("payments.refund_refused", actor=actor, subject=refund, amount_fen=refund.amount_fen, reason=problem)


def drop_unsent(payment: Payment, *, reason: str) -> None:
    """Money in dispute is not ours to give: refunds that have not left are ended. Under the locks."""
    for refund in Refund.objects.filter(payment=payment, state__in=(State.REQUESTED, State.APPROVED)):
        refund.payment = payment
        _end(refund, State.REFUSED, problem=reason, actor=None)


def found_refund(payment: Payment, fact: RefundFact) -> None:
    """A refund made at the provider's own desk: written down as it is. Under the locks."""
    if fact.state == "failed" or Refund.objects.filter(payment=payment, provider_ref=fact.ref).exists():
        return
    amount = min(fact.amount_fen, payment.amount_fen - payment.refunded_fen, refundable_fen(payment))
    if amount < fact.amount_fen:
        payment.problem = str(_("More was paid back at the provider than is held here."))
        payment.save(update_fields=["problem"])
    if amount <= 0:
        return
    applied = max(amount - loose_fen(payment), 0)
    refund = Refund.objects.create(
        payment=payment, amount_fen=amount, applied_fen=applied, state=State.SENT, route=Refund.Route.PROVIDER,
        reason=str(_("Paid back at the provider's own desk")), provider_ref=fact.ref,
    )  # fmt: skip
    _reserve(refund)
    record("payments.refund_found", actor=None, subject=refund, amount_fen=amount)
    apply_refund_fact(refund, fact)
