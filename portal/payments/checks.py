"""The invariants of the money on the live database, and what the machine needs."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.checks import Warning as SystemWarning, register
from django.db.models import Sum

from .models import Account, LedgerEntry, LedgerTransaction, Payment, Refund, Schedule
from .queries import balances

GONE = (Refund.State.FAILED, Refund.State.REFUSED)


def broken_invariants() -> list[str]:
    """Return a sentence for each broken invariant; nothing where all hold. About ten queries, whatever the size."""
    return [
        *ledger_sums_to_zero(), *transactions_have_entries(), *payments_in_ledger(), *schedules_agree(),
        *payments_agree(), *held_accounts_agree(), *refunds_in_ledger(),
    ]  # fmt: skip


def ledger_sums_to_zero() -> list[str]:
    """Debits and credits of the whole ledger are the same."""
    total = sum(balance.fen for balance in balances())
    return [f"the ledger sums to {total}, not to zero"] if total else []


def transactions_have_entries() -> list[str]:
    """No transaction is empty."""
    return [f"transaction {one.key} has no entry" for one in LedgerTransaction.objects.filter(entries=None)]


def payments_in_ledger() -> list[str]:
    """Every received payment came in exactly once, with its own amount, to its provider's account."""
    came: dict[int, int] = defaultdict(int)
    rows = LedgerEntry.objects.filter(transaction__kind="payment").exclude(debit=Account.FEES)
    for payment, amount in rows.values_list("transaction__payment_id", "amount_fen"):
        came[payment] += amount
    found = [
        f"payment {payment.uuid} is not in the ledger with its amount"
        for payment in Payment.objects.filter(state__in=("succeeded", "reversed"))
        if came.pop(payment.pk, 0) != payment.amount_fen
    ]
    return found + [f"the ledger has money of payment {pk}, which was not received" for pk in came]


def schedules_agree() -> list[str]:
    """What counts as paid on an amount due is what its payments count for; what went back is what its refunds say."""
    paid = _sums(Payment.objects.filter(state="succeeded"), "schedule_id", "applied_fen")
    back = _sums(Refund.objects.exclude(state__in=GONE), "payment__schedule_id", "applied_fen")
    lost = _sums(
        LedgerEntry.objects.filter(transaction__kind="dispute_lost", debit__startswith="held:"),
        "transaction__payment__schedule_id", "amount_fen",
    )  # fmt: skip
    found = []
    for due in Schedule.objects.all():
        if due.paid_fen != paid.get(due.pk, 0):
            found.append(f"{due.reference} {due.kind}: {due.paid_fen} paid, its payments say {paid.get(due.pk, 0)}")
        gone = back.get(due.pk, 0) + lost.get(due.pk, 0)
        if due.refunded_fen != gone:
            found.append(f"{due.reference} {due.kind}: {due.refunded_fen} given back, its refunds say {gone}")
        if due.state == Schedule.State.PAID and due.paid_fen != due.amount_fen:
            found.append(f"{due.reference} {due.kind} is called paid with {due.paid_fen} of {due.amount_fen}")
    return found


def payments_agree() -> list[str]:
    """What a payment gave back, or has reserved for it, is the sum of its refunds, and never more than came."""
    back = _sums(Refund.objects.exclude(state__in=GONE), "payment_id", "amount_fen")
    return [
        f"payment {payment.uuid}: {payment.refunded_fen} back, its refunds say {back.get(payment.pk, 0)}"
        for payment in Payment.objects.filter(state__in=("succeeded", "reversed"))
        if payment.refunded_fen != back.get(payment.pk, 0) or payment.refunded_fen > payment.amount_fen
    ]


def held_accounts_agree() -> list[str]:
    """Each account of money held is what the amounts due still hold, kind by kind: the four kinds never mix."""
    in_ledger = {one.account: -one.fen for one in balances()}
    held: dict[str, int] = defaultdict(int)
    for due in Schedule.objects.all():
        held[f"held:{due.kind}"] += due.held_fen
    accounts = {*held, *(name for name in in_ledger if name.startswith("held:"))}
    return [
        f"{name}: the ledger holds {in_ledger.get(name, 0)}, the amounts due {held.get(name, 0)}"
        for name in sorted(accounts)
        if in_ledger.get(name, 0) != held.get(name, 0)
    ]


def refunds_in_ledger() -> list[str]:
    """What waits on the account of refunds is what refunds on their way say."""
    waiting = Refund.objects.filter(state__in=Refund.WAITING).aggregate(sum=Sum("amount_fen"))["sum"] or 0
    payable = -sum(one.fen for one in balances() if one.account == Account.REFUNDS)
    return [] if waiting == payable else [f"refunds on their way: the ledger says {payable}, the refunds {waiting}"]


def _sums(rows: Any, by: str, what: str) -> dict[int, int]:
    return dict(rows.values_list(by).annotate(sum=Sum(what)).order_by())


def register_system_checks() -> None:
    """Have `manage.py check` warn where documents cannot be set in Chinese."""
    register(chinese_font)


def chinese_font(app_configs: Any = None, **kwargs: Any) -> list[SystemWarning]:
    """Warn where no font has Chinese characters: receipts are then offered as a print page only."""
    from .documents import has_chinese_font

    if has_chinese_font():
        return []
    text = "No font with Chinese characters was found; receipts are offered as a page to print."
    return [SystemWarning(text, hint="Install one, on Debian: apt install fonts-noto-cjk", id="payments.W001")]
