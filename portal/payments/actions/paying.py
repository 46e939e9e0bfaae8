"""Money on its way in: started, paid at a provider, recorded by hand, counted once, undone with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.errors import RuleViolation
from portal.core.locking import lock_rows
from portal.core.money import yuan
from portal.payments import rules
from portal.payments.errors import (
    AlreadyDone,
    NothingDue,
    ProviderRefused,
    TooLateForCheckout,
    WrongAmount,
)
from portal.payments.messages import tell
from portal.payments.models import Account, Dispute, Payment, Refund, Schedule, TransferSlip
from portal.payments.providers import BANK_TRANSFER, account_of, few_at_once, provider_named
from portal.payments.providers.base import DisputeFact, Outcome
from portal.payments.purposes import purpose_of
from portal.tasks.queue import enqueue

from .ledger import held, post
from .refunding import apply_refund_fact, drop_unsent, found_refund, locked, plan_refund

if TYPE_CHECKING:
    from portal.accounts.models import User

State = Payment.State


def start_payment(*, actor: User, schedule: Schedule, provider: str, client_key: str = "") -> Payment:
    """Begin to pay what is open of an amount: the row exists before anybody is called.

    A payment that is under way by the same provider is answered again, so that a second click pays nothing twice.
    Raises `PermissionDenied`, `NothingDue`, `ProviderNotOffered`, `TooLateForCheckout`, what the purpose says no with.
    """
    require(actor, "payments.pay", schedule.organisation)
    online = provider_named(provider) if provider != BANK_TRANSFER else None
    purpose = purpose_of(schedule)
    now = timezone.now()
    with purpose.claim(schedule.subject_id):
        due = lock_rows(Schedule, [schedule.pk])[schedule.pk]
        if not due.open_fen:
            raise NothingDue(_("This amount is not open any more."))
        purpose.require_payable(due)
        for known in Payment.objects.filter(schedule=due, provider=provider, state__in=Payment.UNDER_WAY).order_by(
            "-pk"
        ):
            if known.amount_fen == due.open_fen and _still_good(known):
                return known
        expires = None
        if online is not None:
            expires = rules.checkout_expiry(now, purpose.deadline(due))
            if expires is None:
                raise TooLateForCheckout(
                    _("Less than half an hour is left, too little for a payment page. Call the lot's finance.")
                )
        payment = Payment(
            schedule=due, provider=provider, amount_fen=due.open_fen, expires_at=expires, started_by=actor,
            live=online.live() if online else True,
        )  # fmt: skip
        payment.full_clean()
        payment.save()
        record("payments.started", actor=actor, subject=payment, amount_fen=payment.amount_fen, provider=provider)
    return payment


def _still_good(payment: Payment) -> bool:
    """Return whether a payment under way can be gone on with: its page lives, or can still be made with the same key."""
    if payment.provider == BANK_TRANSFER or payment.expires_at is None:
        return True
    room = timedelta(minutes=1) if payment.state == State.OPEN else rules.SHORTEST_CHECKOUT + timedelta(seconds=20)
    return payment.expires_at - timezone.now() > room


def open_checkout(payment: Payment) -> Payment:
    """Get the page on which the payer pays. Calls the provider, outside any transaction; safe to repeat.

    Raises `ProviderDown` (nothing is lost: the next try uses the same key) and `ProviderRefused`.
    """
    if payment.state != State.STARTED or payment.provider == BANK_TRANSFER:
        return payment
    provider = provider_named(payment.provider)
    path = reverse("pay:returned", args=[payment.uuid])
    words = purpose_of(payment.schedule).title(payment.schedule.subject_id)
    title = words["en"] if translation.get_language() == "en" else words["zh"]
    kind = payment.schedule.get_kind_display()
    try:
        with few_at_once():
            page = provider.open(
                payment, return_url=settings.PORTAL_BASE_URL + path,
                description=f"{payment.schedule.reference} {kind} {title}"[:200],
            )  # fmt: skip
    except ProviderRefused as refusal:
        with transaction.atomic():
            fresh = lock_rows(Payment, [payment.pk])[payment.pk]
            if fresh.state == State.STARTED:
                fresh.state, fresh.problem = State.FAILED, ""
                fresh.save(update_fields=["state", "problem"])
                record("payments.checkout_refused", actor=None, subject=fresh, reason=str(refusal))
        raise
    with transaction.atomic():
        fresh = lock_rows(Payment, [payment.pk])[payment.pk]
        if fresh.state == State.STARTED:
            fresh.state, fresh.provider_ref, fresh.checkout_url, fresh.live = State.OPEN, page.ref, page.url, page.live
            fresh.save(update_fields=["state", "provider_ref", "checkout_url", "live"])
            record("payments.checkout_opened", actor=None, subject=fresh, amount_fen=fresh.amount_fen)
    return fresh


def close_checkout(payment_id: int) -> None:
    """End an open page whose money is not wanted any more. A task; what was paid meanwhile is found by fetching."""
    payment = Payment.objects.select_related("schedule").get(pk=payment_id)
    if payment.state == State.OPEN:
        provider_named(payment.provider).close(payment)
        settle_payment(payment.uuid)


def settle_payment(uuid: UUID | str) -> Payment:
    """Ask the provider how a payment stands and write that down: the one door for return page, webhook and sweeper.

    Idempotent: only what the provider says now counts, and repeating it changes nothing. Raises `ProviderDown`,
    `ProviderRefused`, `Payment.DoesNotExist`.
    """
    payment = Payment.objects.select_related("schedule").get(uuid=uuid)
    if payment.provider == BANK_TRANSFER or not payment.provider_ref:
        return payment
    provider = provider_named(payment.provider)
    with few_at_once():
        outcome = provider.fetch(payment)
    with locked(payment) as fresh:
        problem = _mismatch(fresh, outcome)
        if problem:
            fresh.looked_at = timezone.now()
            fresh.save(update_fields=["looked_at"])
            if fresh.problem != problem:
                fresh.problem = problem
                fresh.save(update_fields=["problem"])
                record("payments.mismatch", actor=None, subject=fresh, problem=problem)
            return fresh
        _write_outcome(fresh, outcome)
        fresh.money_ref, fresh.looked_at = outcome.money_ref or fresh.money_ref, timezone.now()
        fresh.save(update_fields=["money_ref", "looked_at"])
        if fresh.state == State.SUCCEEDED:
            _write_disputes(fresh, outcome.disputes)
            _write_refunds(fresh, outcome)
    return fresh


def _mismatch(payment: Payment, outcome: Outcome) -> str:
    """Return what is wrong with a provider's answer: another's payment, amount, currency or mode."""
    if outcome.ref != payment.provider_ref or outcome.owner != str(payment.uuid):
        return "another payment"
    if outcome.live != payment.live:
        return "another mode"
    if outcome.state == "paid" and outcome.currency.lower() != "cny":
        return f"currency {outcome.currency[:3]}"
    if outcome.state == "paid" and outcome.amount_fen != payment.amount_fen:
        return f"amount {outcome.amount_fen}"
    return ""


def _write_outcome(payment: Payment, outcome: Outcome) -> None:
    if payment.state not in Payment.UNDER_WAY and not (payment.state != State.SUCCEEDED and outcome.state == "paid"):
        return
    if outcome.state == "paid":
        payment.method, payment.fee_fen, payment.payer = outcome.method[:30], outcome.fee_fen, outcome.payer[:120]
        payment.settled_at = outcome.paid_at or timezone.now()
        payment.received_on = timezone.localdate(payment.settled_at)
        credit_payment(payment, actor=None)
    elif outcome.state in {"failed", "expired"}:
        payment.state = State.FAILED if outcome.state == "failed" else State.EXPIRED
        payment.save(update_fields=["state"])
        record(f"payments.checkout_{outcome.state}", actor=None, subject=payment, amount_fen=payment.amount_fen)
        if outcome.state == "failed":
            tell("failed", payment.schedule, payment=payment, once_key=f"failed:{payment.pk}")


def credit_payment(payment: Payment, *, actor: User | None, **bank: str) -> None:
    """Count money that is here: towards the amount due where it is welcome, the rest goes back. Under the locks.

    `bank` is the account that it came from, where the bank's statement names it (see `plan_refund`).

    Money that came after the days were lost: the purpose tries to take them again; else all of it goes back.
    """
    due, purpose = payment.schedule, purpose_of(payment.schedule)
    welcome = _welcome(due)
    applied = min(payment.amount_fen, due.amount_fen - due.paid_fen) if welcome else 0
    payment.state, payment.applied_fen, payment.problem = State.SUCCEEDED, applied, ""
    payment.settled_at = payment.settled_at or timezone.now()
    payment.save()
    asset = account_of(payment.provider)
    post(
        "payment", key=f"payment:{payment.uuid}", schedule=due, payment=payment, actor=actor,
        moves=[
            (asset, held(due.kind), applied),
            (asset, Account.UNALLOCATED, payment.amount_fen - applied),
            (Account.FEES, asset, payment.fee_fen),
        ],
    )  # fmt: skip
    due.paid_fen += applied
    if applied:
        due.state = Schedule.State.PAID if due.paid_fen == due.amount_fen else Schedule.State.PART_PAID
    due.save(update_fields=["paid_fen", "state"])
    record("payments.recorded", actor=actor, subject=payment, amount_fen=payment.amount_fen, reference=due.reference)
    told = False
    if due.state == Schedule.State.PAID and applied:
        told = purpose.paid(due, payment, actor)
        _close_others(payment)
    if applied and not told:
        tell("received", due, payment=payment, once_key=f"received:{payment.pk}")
    if applied < payment.amount_fen:
        reason = _("Paid although nothing was open any more") if not applied else _("Paid more than was open")
        tell("unexpected", due, lot=True, payment=payment, surplus_fen=payment.amount_fen - applied)
        plan_refund(payment, payment.amount_fen - applied, reason=reason, requested_by=None, bank=bank)


def _welcome(due: Schedule) -> bool:
    """Return whether money for an amount counts; where it does not any more, try to make it welcome again."""
    purpose = purpose_of(due)
    if due.state in Schedule.OPEN:
        try:
            purpose.require_payable(due)
        except RuleViolation:
            pass
        else:
            return True
    if due.state not in {*Schedule.OPEN, Schedule.State.VOID} or not purpose.rescue(due):
        return False
    due.refresh_from_db()
    return due.state in Schedule.OPEN


def _close_others(payment: Payment) -> None:
    """Pages of the same amount are not wanted any more."""
    for other in Payment.objects.filter(schedule=payment.schedule, state=State.OPEN).exclude(pk=payment.pk):
        enqueue("portal.payments.tasks.close_checkout", other.pk)


def _write_disputes(payment: Payment, facts: tuple[DisputeFact, ...]) -> None:
    """Record disputes and what became of them: the provider took the money back until it is decided."""
    asset = account_of(payment.provider)
    for fact in facts:
        dispute, new = Dispute.objects.get_or_create(
            provider_ref=fact.ref,
            defaults={
                "payment": payment, "amount_fen": fact.amount_fen, "reason": fact.reason[:120],
                "respond_by": fact.respond_by,
            },
        )  # fmt: skip
        if new:
            drop_unsent(payment, reason=_("The payer disputes the charge."))
            post(
                "dispute_opened", key=f"dispute:{dispute.pk}:open", schedule=payment.schedule, payment=payment,
                moves=[(Account.DISPUTED, asset, fact.amount_fen)],
            )  # fmt: skip
            record("payments.disputed", actor=None, subject=payment, amount_fen=fact.amount_fen, reason=fact.reason)
            tell("disputed", payment.schedule, company=False, lot=True, dispute=dispute, payment=payment)
        if fact.state != dispute.state and dispute.state == Dispute.State.OPEN:
            _decide_dispute(dispute, payment, won=fact.state == "won")


def _decide_dispute(dispute: Dispute, payment: Payment, *, won: bool) -> None:
    due, asset = payment.schedule, account_of(payment.provider)
    dispute.state = Dispute.State.WON if won else Dispute.State.LOST
    dispute.save(update_fields=["state"])
    counted = 0 if won else min(dispute.amount_fen, due.held_fen)
    if won:
        moves = [(asset, Account.DISPUTED, dispute.amount_fen)]
    else:
        moves = [
            (held(due.kind), Account.DISPUTED, counted), (Account.LOSSES, Account.DISPUTED, dispute.amount_fen - counted),
        ]  # fmt: skip
        due.refunded_fen += counted
        due.save(update_fields=["refunded_fen"])
    post(
        "dispute_won" if won else "dispute_lost", key=f"dispute:{dispute.pk}:{dispute.state}", schedule=due,
        payment=payment, moves=moves,
    )  # fmt: skip
    record("payments.dispute_decided", actor=None, subject=payment, state=dispute.state, amount_fen=dispute.amount_fen)


def _write_refunds(payment: Payment, outcome: Outcome) -> None:
    known = {str(one.uuid): one for one in Refund.objects.filter(payment=payment)}
    for fact in outcome.refunds:
        refund = known.get(fact.uuid)
        if refund is None:
            found_refund(payment, fact)
        else:
            refund.payment = payment
            apply_refund_fact(refund, fact)


def record_bank_transfer(
    *,
    actor: User,
    schedule: Schedule,
    amount_fen: int,
    received_on: date,
    payer: str = "",
    bank_reference: str = "",
    surplus_ok: bool = False,
    **bank: str,
) -> Payment:
    """The lot's finance saw a transfer on the account. Settles the schedule when the amount is complete.

    With `surplus_ok` (the bank's statement says so) more than is open is taken, and the rest planned to go back to
    the account in `bank`.
    Raises `PermissionDenied`, `NothingDue`, `WrongAmount`, and what the purpose says no with.
    """
    require(actor, "payments.record")
    purpose = purpose_of(schedule)
    with purpose.claim(schedule.subject_id):
        due = lock_rows(Schedule, [schedule.pk])[schedule.pk]
        if not surplus_ok:
            purpose.require_payable(due)
            if not due.open_fen:
                raise NothingDue(_("This amount is not open any more."))
        if amount_fen <= 0 or (amount_fen > due.open_fen and not surplus_ok):
            limit = {"open": yuan(due.open_fen)}
            raise WrongAmount(_("Between ¥0.01 and %(open)s is open here.") % limit, field="amount")
        started = (
            Payment.objects.filter(schedule=due, provider=BANK_TRANSFER, state=State.STARTED).order_by("pk").first()
        )
        payment = lock_rows(Payment, [started.pk])[started.pk] if started else Payment(provider=BANK_TRANSFER)
        payment.schedule, payment.amount_fen, payment.payer = due, amount_fen, payer
        payment.bank_reference, payment.received_on, payment.recorded_by = bank_reference, received_on, actor
        payment.full_clean()
        payment.save()
        credit_payment(payment, actor=actor, **bank)
    return payment


def undo_bank_transfer(*, actor: User, payment: Payment, reason: str) -> Payment:
    """A transfer was recorded for the wrong amount due: take it back out, with a reason.

    Raises `PermissionDenied`, `AlreadyDone`, and what the purpose says no with (a crew that is on stage already).
    """
    require(actor, "payments.record")
    with locked(payment) as fresh:
        given = Refund.objects.filter(payment=fresh).exclude(state=Refund.State.REFUSED).exists()
        if fresh.provider != BANK_TRANSFER or fresh.state != State.SUCCEEDED or given or fresh.schedule.kept_fen:
            raise AlreadyDone(_("This payment cannot be undone any more: money of it went back or was kept."))
        due, applied = fresh.schedule, fresh.applied_fen
        due.paid_fen -= applied
        due.state = Schedule.State.PART_PAID if due.paid_fen else Schedule.State.DUE
        due.save(update_fields=["paid_fen", "state"])
        fresh.state, fresh.applied_fen = State.REVERSED, 0
        fresh.save(update_fields=["state", "applied_fen"])
        post(
            "payment_undone", key=f"payment:{fresh.uuid}:undone", schedule=due, payment=fresh, actor=actor,
            moves=[
                (held(due.kind), Account.BANK, applied),
                (Account.UNALLOCATED, Account.BANK, fresh.amount_fen - applied),
            ],
        )  # fmt: skip
        record("payments.undone", actor=actor, subject=fresh, amount_fen=fresh.amount_fen, reason=reason)
        purpose_of(due).withdrawn(due, actor)
        tell("undone", due, payment=fresh, reason=reason)
    return fresh


def upload_slip(*, actor: User, schedule: Schedule, content: bytes, kind: str, name: str) -> TransferSlip:
    """Keep a company's proof of a transfer for the lot's finance. `content` was examined by the form.

    Raises `PermissionDenied`, `NothingDue`.
    """
    require(actor, "payments.pay", schedule.organisation)
    with transaction.atomic():
        due = lock_rows(Schedule, [schedule.pk])[schedule.pk]
        if not due.open_fen:
            raise NothingDue(_("This amount is not open any more."))
        if TransferSlip.objects.filter(schedule=due).count() >= settings.SLIPS_PER_AMOUNT:
            raise AlreadyDone(_("Enough slips are here already. The lot's finance looks at them."), field="file")
        slip = TransferSlip(schedule=due, name=name[:120], kind=kind, uploaded_by=actor)
        slip.file.save(f"slip.{kind.rsplit('/', 1)[-1]}", ContentFile(content), save=False)
        slip.full_clean()
        slip.save()
        record("payments.slip_uploaded", actor=actor, subject=slip)
        tell("slip_uploaded", due, company=False, lot=True, slip=slip)
    return slip
