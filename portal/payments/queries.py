"""Reads about money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from portal.accounts.rules import may, roles_of

from .models import (
    BankStatement,
    Dispute,
    InvoiceRequest,
    LedgerEntry,
    LedgerTransaction,
    PayAccount,
    Payment,
    Refund,
    Schedule,
    StatementRow,
)

if TYPE_CHECKING:
    from portal.accounts.models import Organisation, User

RECEIVED = Payment.State.SUCCEEDED


def schedules_of(purpose: str, subject_id: int) -> list[Schedule]:
    """Return what is due for a record with its payments, in order of date; four queries.

    What became void unpaid is left out.
    """
    found = with_money(Schedule.objects.filter(purpose=purpose, subject_id=subject_id).select_related("organisation"))
    return list(found.exclude(state=Schedule.State.VOID, paid_fen=0))


def to_record() -> QuerySet[Schedule]:
    """Return the amounts that the lot's finance waits for, the most urgent first."""
    return Schedule.objects.open().select_related("organisation").order_by("due_at", "pk")


def pay_account() -> PayAccount | None:
    """Return the account in use; one query."""
    return PayAccount.objects.filter(active=True).first()


def companies_with_money(user: User) -> list[int]:
    """Return the ids of the companies whose money this person sees by a role there."""
    return [pk for pk, role in roles_of(user).items() if role in {"owner", "finance"}]


def payments_for(user: User) -> QuerySet[Payment]:
    """Return the payments that this person may see: the lot's finance all, owners and finance their companies'."""
    found = Payment.objects.select_related("schedule__organisation")
    if may(user, "payments.see"):
        return found
    return found.filter(schedule__organisation_id__in=companies_with_money(user))


def schedules_for(user: User) -> QuerySet[Schedule]:
    """Return the amounts due that this person may see, as `payments_for`."""
    found = Schedule.objects.select_related("organisation")
    if may(user, "payments.see"):
        return found
    return found.filter(organisation_id__in=companies_with_money(user))


def invoices_for(user: User) -> QuerySet[InvoiceRequest]:
    """Return the invoice requests that this person may see, as `payments_for`."""
    found = InvoiceRequest.objects.select_related("organisation", "requested_by")
    if may(user, "payments.see"):
        return found
    return found.filter(organisation_id__in=companies_with_money(user))


def with_money(found: QuerySet[Schedule]) -> QuerySet[Schedule]:
    """Return schedules with payments, refunds and slips loaded; four queries whatever their number."""
    shown = Payment.objects.exclude(state__in=(Payment.State.EXPIRED, Payment.State.STARTED)).order_by("pk")
    return found.prefetch_related(Prefetch("payments", shown), "payments__refunds", "slips")


def loose_fen(payment: Payment) -> int:
    """Return what of a payment counts towards nothing and was not given back yet; one query."""
    gone = Refund.objects.filter(payment=payment).exclude(state__in=(Refund.State.FAILED, Refund.State.REFUSED))
    given = gone.aggregate(sum=Sum(F("amount_fen") - F("applied_fen")))["sum"] or 0
    return max(payment.amount_fen - payment.applied_fen - given, 0)


def refundable_fen(payment: Payment) -> int:
    """Return what can go back: not what was kept as a penalty, nor what is in dispute; two queries."""
    return min(payment.refundable_fen, loose_fen(payment) + payment.schedule.held_fen)


@dataclass(frozen=True, slots=True)
class Balance:
    """One account's total, in fen: debits less credits."""

    account: str
    debit_fen: int
    credit_fen: int

    @property
    def fen(self) -> int:
        """Debits less credits."""
        return self.debit_fen - self.credit_fen


def balances(entries: QuerySet[LedgerEntry] | None = None) -> list[Balance]:
    """Return the total of every account that moved, in order of name; two queries."""
    rows = LedgerEntry.objects.all() if entries is None else entries
    debits = dict(rows.values_list("debit").annotate(sum=Sum("amount_fen")).order_by())
    credits_ = dict(rows.values_list("credit").annotate(sum=Sum("amount_fen")).order_by())
    return [Balance(name, debits.get(name, 0), credits_.get(name, 0)) for name in sorted({*debits, *credits_})]


def transactions(**found: Any) -> QuerySet[LedgerTransaction]:
    """Return ledger transactions with their entries; two queries."""
    rows = LedgerTransaction.objects.filter(**found).select_related("organisation", "actor", "payment", "refund")
    return rows.prefetch_related("entries")


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a company's statement: money that came (above zero) or went back (below)."""

    on: date
    reference: str
    kind: str
    what: str
    amount_fen: int
    uuid: str


def month_range(month: date) -> tuple[datetime, datetime]:
    """Return the half-open span of a month at the lot."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return midnight(month.replace(day=1)), midnight(after)


def midnight(day: date) -> datetime:
    """Return the instant at which a day of the lot begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def account_statement(organisation: Organisation, month: date, *, reference: str = "") -> list[StatementLine]:
    """Return what a company paid and got back in a month (or for one record), in order of time; two queries."""
    start, end = month_range(month)
    paid = Payment.objects.filter(schedule__organisation=organisation, state=RECEIVED).select_related("schedule")
    back = Refund.objects.filter(payment__schedule__organisation=organisation, state=Refund.State.SUCCEEDED)
    back = back.select_related("payment__schedule")
    if reference:
        paid, back = paid.filter(schedule__reference=reference), back.filter(payment__schedule__reference=reference)
    else:
        paid = paid.filter(settled_at__gte=start, settled_at__lt=end)
        back = back.filter(finished_at__gte=start, finished_at__lt=end)
    lines = [
        StatementLine(
            timezone.localdate(one.settled_at or one.created_at), one.schedule.reference, one.schedule.kind, "payment",
            one.amount_fen, str(one.uuid),
        )
        for one in paid
    ]  # fmt: skip
    lines += [
        StatementLine(
            timezone.localdate(one.finished_at or one.created_at), one.payment.schedule.reference,
            one.payment.schedule.kind, "refund", -one.amount_fen, str(one.payment.uuid),
        )
        for one in back
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (line.on, line.reference, -line.amount_fen))


def paid_for(purpose: str, subject_id: int) -> int:
    """Return what was paid for a record's services and not given back, the security deposit left out; in fen."""
    rows = Schedule.objects.filter(purpose=purpose, subject_id=subject_id).exclude(kind=Schedule.Kind.SECURITY_DEPOSIT)
    return sum(one.paid_fen - one.refunded_fen for one in rows)


def invoiced_for(purpose: str, subject_id: int) -> int:
    """Return what is on invoices, issued or asked for; in fen."""
    rows = InvoiceRequest.objects.filter(purpose=purpose, subject_id=subject_id)
    rows = rows.exclude(state=InvoiceRequest.State.REFUSED)
    return rows.aggregate(sum=Sum("amount_fen"))["sum"] or 0


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What came and went on one day by one way."""

    provider: str
    count: int
    in_fen: int
    out_fen: int


def day_totals(day: date) -> list[DayTotal]:
    """Return a day's money by way of paying; two queries."""
    start = midnight(day)
    span = {"gte": start, "lt": start + timedelta(days=1)}
    came = Payment.objects.filter(state=RECEIVED, settled_at__gte=span["gte"], settled_at__lt=span["lt"])
    went = Refund.objects.filter(state=Refund.State.SUCCEEDED, finished_at__gte=span["gte"], finished_at__lt=span["lt"])
    ins: dict[str, dict[str, Any]] = {
        row["provider"]: dict(row)
        for row in came.values("provider").annotate(n=Count("pk"), sum=Sum("amount_fen")).order_by()
    }
    by_way = Q(route=Refund.Route.BY_HAND)
    outs: dict[str, int] = {}
    by_hand = went.filter(by_way).aggregate(sum=Sum("amount_fen"))["sum"]
    if by_hand:
        outs["bank_transfer"] = by_hand
    for row in went.exclude(by_way).values("payment__provider").annotate(sum=Sum("amount_fen")).order_by():
        outs[row["payment__provider"]] = outs.get(row["payment__provider"], 0) + row["sum"]
    return [
        DayTotal(name, ins.get(name, {}).get("n", 0), ins.get(name, {}).get("sum", 0), outs.get(name, 0))
        for name in sorted({*ins, *outs})
    ]


def desk_counts(now: datetime | None = None) -> dict[str, int]:
    """Return how much waits on each list of the finance desk; six queries."""
    return {
        "rows": rows_to_match().count(),
        "overdue": Schedule.objects.overdue(now).count(),
        "refunds": refunds_waiting().count(),
        "disputes": Dispute.objects.filter(state=Dispute.State.OPEN).count(),
        "invoices": InvoiceRequest.objects.filter(state=InvoiceRequest.State.REQUESTED).count(),
        "problems": payments_with_problems().count(),
    }


def rows_to_match() -> QuerySet[StatementRow]:
    """Return credits that wait for a decision, those with a proposal first."""
    waiting = (StatementRow.State.PROPOSED, StatementRow.State.WAITING)
    found = StatementRow.objects.filter(state__in=waiting).select_related("schedule__organisation", "statement")
    return found.order_by("-score", "-booked_on", "pk")


def refunds_waiting() -> QuerySet[Refund]:
    """Return refunds that wait for a person: to approve, or to send by hand."""
    by_hand = Q(state=Refund.State.APPROVED, route=Refund.Route.BY_HAND)
    found = Refund.objects.filter(Q(state=Refund.State.REQUESTED) | by_hand)
    return found.select_related("payment__schedule__organisation", "requested_by").order_by("pk")


def payments_with_problems() -> QuerySet[Payment]:
    """Return payments that the provider and we see differently; a person has to look."""
    return Payment.objects.exclude(problem="").select_related("schedule__organisation").order_by("-pk")


def statements() -> QuerySet[BankStatement]:
    """Return the imported statements, newest first."""
    return BankStatement.objects.select_related("format", "uploaded_by")


def due_for_credit(reference: str, amount_fen: int) -> Schedule | None:
    """Return the amount that a credit with this reference is for: an open one that fits, else the first open one.

    Where nothing is open any more: the earnest money of a lapsed record, so that late money can take its days again or
    goes back. Two queries.
    """
    mine = Schedule.objects.filter(reference=reference).select_related("organisation").order_by("due_at", "pk")
    waiting = list(mine.open())
    fitting = [due for due in waiting if due.open_fen == amount_fen]
    if waiting:
        return (fitting or waiting)[0]
    return mine.filter(state=Schedule.State.VOID, kind=Schedule.Kind.EARNEST_MONEY).last()
