"""The desk of the lot's finance: to match, overdue, refunds, disputes, invoices, the day's totals, the ledger."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.http import MemberRequest
from portal.core.errors import RuleViolation
from portal.payments import actions, forms, papers, queries
from portal.payments.models import (
    Account,
    Compensation,
    Dispute,
    InvoiceRequest,
    Payment,
    Refund,
    Schedule,
)
from portal.payments.providers import BANK_TRANSFER
from portal.ui.http import add_errors

from .guards import answer, filled, finance, reasoned
from .paying import form_page, posted

BANK_FIELDS = ("bank_holder", "bank_name", "bank_number")


@finance
@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """What waits today, and what came and went."""
    today = timezone.localdate()
    totals = queries.day_totals(today)
    context = {
        "counts": queries.desk_counts(), "today": today,
        "totals": [{"way": papers.way_label(one.provider), "row": one} for one in totals],
        "in_fen": sum(one.in_fen for one in totals), "out_fen": sum(one.out_fen for one in totals),
        "rows": queries.rows_to_match()[:5], "refunds": queries.refunds_waiting()[:5],
        "overdue": Schedule.objects.overdue().select_related("organisation").order_by("due_at")[:5],
        "expected": queries.to_record()[:8], "problems": queries.payments_with_problems()[:5],
    }  # fmt: skip
    return render(request, "payments/desk.html", context)


@finance
@require_safe
def refunds(request: MemberRequest) -> HttpResponse:
    """Refunds that wait for a person, and the last ones done."""
    rest = Refund.objects.exclude(pk__in=queries.refunds_waiting().values("pk"))
    context = {
        "waiting": queries.refunds_waiting(),
        "compensations": Compensation.objects.select_related("schedule__organisation", "proposed_by")[:50],
        "page": Paginator(rest.select_related("payment__schedule__organisation"), 20).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "payments/refunds.html", context)


@finance
@require_http_methods(["GET", "POST"])
def ask_for_refund(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Give money of a payment back."""
    payment = get_object_or_404(queries.payments_for(request.user), uuid=uuid)
    left = queries.refundable_fen(payment)
    same_way = payment.provider != BANK_TRANSFER
    form = forms.RefundForm(posted(request)[0], same_way=same_way, initial={"amount": f"{left / 100:.2f}"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        bank = {name: data[name] for name in ("bank_holder", "bank_name", "bank_number") if name in data}
        try:
            actions.request_refund(
                actor=request.user, payment=payment, amount_fen=data["amount"], reason=data["reason"], **bank
            )
        except RuleViolation as refusal:
            if refusal.code == "bank_details_missing" and same_way:
                form = forms.RefundForm(request.POST, same_way=False)
                form.full_clean()
            add_errors(form, refusal)
        else:
            messages.success(request, _("The refund is on its way, or waits for a second person."))
            return redirect(payment)
    return form_page(
        request, form, heading=_("Give money back"), action=_("Give this money back"), back=payment.get_absolute_url(),
        note=f"{payment.schedule.reference} · {payment.schedule.get_kind_display()} · {payment.amount_yuan}",
    )  # fmt: skip


@finance
@require_POST
def approve_refund(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The second person agrees."""
    refund = get_object_or_404(Refund.objects.select_related("payment__schedule"), uuid=uuid)
    return answer(
        request, lambda: actions.approve_refund(actor=request.user, refund=refund), done=_("Approved."),
        back=reverse("pay:refunds"),
    )  # fmt: skip


def account_outcome(refund: Refund) -> str:
    """Say what became of a refund whose account was sent."""
    if refund.state == Refund.State.REQUESTED:
        return _("Kept. Another person of finance approves it now.")
    return _("The account is the one asked for. The refund is approved.")


@finance
@require_http_methods(["GET", "POST"])
def refund_account(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Say to which account a refund goes. Another account has to be approved by another person; the one asked for is approved."""
    refund = get_object_or_404(Refund.objects.select_related("payment__schedule"), uuid=uuid)
    known = {name: getattr(refund, name) for name in BANK_FIELDS}
    form = forms.AccountForm(posted(request)[0], initial=known)
    return filled(
        request,
        form,
        lambda data: actions.approve_refund(actor=request.user, refund=refund, **data),
        done=account_outcome,
        heading=_("Account of this refund"),
        action=_("Keep this account"),
        back=reverse("pay:refunds"),
        note=f"{refund.payment.schedule.reference} · {refund.payment.schedule.organisation}",
    )


@finance
@require_http_methods(["GET", "POST"])
def approve_compensation(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """A second person approves what the lot owes beside the money back, with the account."""
    found = get_object_or_404(Compensation.objects.select_related("schedule__organisation"), uuid=uuid)
    form = forms.AccountForm(posted(request)[0])
    return filled(
        request,
        form,
        lambda data: actions.approve_compensation(actor=request.user, compensation=found, **data),
        done=_("Approved."),
        heading=_("Approve this compensation"),
        action=_("Approve the compensation"),
        back=reverse("pay:refunds"),
        note=compensation_note(found),
    )


@finance
@require_http_methods(["GET", "POST"])
def refuse_compensation(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """It is not owed here."""
    found = get_object_or_404(Compensation.objects.select_related("schedule__organisation"), uuid=uuid)
    return reasoned(
        request, lambda reason: actions.refuse_compensation(actor=request.user, compensation=found, reason=reason),
        heading=_("Refuse this compensation"), action=_("Refuse the compensation"), back=reverse("pay:refunds"),
        note=compensation_note(found),
    )  # fmt: skip


@finance
@require_http_methods(["GET", "POST"])
def compensation_paid(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The transfer was made at the bank."""
    found = get_object_or_404(Compensation.objects.select_related("schedule__organisation"), uuid=uuid)
    form = forms.TransferForm(posted(request)[0])
    return filled(
        request,
        form,
        lambda data: actions.record_compensation_paid(actor=request.user, compensation=found, **data),
        done=_("Written down; the company is told."),
        heading=_("Transfer made"),
        action=_("The money has left"),
        back=reverse("pay:refunds"),
        note=f"{compensation_note(found)} · {found.bank_holder} {found.bank_name} {found.bank_number}",
    )


def compensation_note(found: Compensation) -> str:
    """Return whose compensation it is, and how much."""
    return f"{found.schedule.reference} · {found.schedule.organisation} · {found.amount_yuan}"


@finance
@require_http_methods(["GET", "POST"])
def refuse_refund(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The money stays."""
    refund = get_object_or_404(Refund.objects.select_related("payment__schedule"), uuid=uuid)
    return reasoned(
        request, lambda reason: actions.refuse_refund(actor=request.user, refund=refund, reason=reason),
        heading=_("Refuse this refund"), action=_("Refuse the refund"), back=reverse("pay:refunds"),
        note=refund.payment.schedule.reference,
    )  # fmt: skip


@finance
@require_http_methods(["GET", "POST"])
def refund_sent(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The transfer back was made at the bank."""
    refund = get_object_or_404(Refund.objects.select_related("payment__schedule"), uuid=uuid)
    known = {name: getattr(refund, name) for name in BANK_FIELDS}
    form = forms.SentForm(posted(request)[0], initial=known)
    return filled(
        request,
        form,
        lambda data: actions.record_refund_sent(actor=request.user, refund=refund, **data),
        done=_("Written down; the company is told."),
        heading=_("Transfer made"),
        action=_("The money has left"),
        back=reverse("pay:refunds"),
        note=f"{refund.payment.schedule.reference} · {refund.payment.schedule.organisation}",
    )


@finance
@require_safe
def disputes(request: MemberRequest) -> HttpResponse:
    """Disputes, the open ones first."""
    found = Dispute.objects.select_related("payment__schedule__organisation").order_by("-state", "-pk")
    return render(request, "payments/disputes.html", {"page": Paginator(found, 20).get_page(request.GET.get("page"))})


@finance
@require_safe
def invoices(request: MemberRequest) -> HttpResponse:
    """Invoice requests, the waiting ones first."""
    found = InvoiceRequest.objects.select_related("organisation").order_by("-state", "pk")
    return render(request, "payments/invoices.html", {"page": Paginator(found, 20).get_page(request.GET.get("page"))})


@finance
@require_http_methods(["GET", "POST"])
def issue_invoice(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Attach number and file; they are sent."""
    invoice = get_object_or_404(InvoiceRequest.objects.select_related("organisation"), uuid=uuid)
    form = forms.IssueForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            actions.issue_invoice(
                actor=request.user, invoice=invoice, number=form.cleaned_data["number"].strip(),
                content=upload.read(), ending=upload.kind,
            )  # fmt: skip
        except (RuleViolation, ValidationError) as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Issued and sent."))
            return redirect("pay:invoices")
    return form_page(
        request, form, heading=_("Issue the invoice"), action=_("Issue and send"), back=reverse("pay:invoices"),
        note=f"{invoice.reference} · {invoice.title} · {invoice.get_kind_display()} · {invoice.tax_number}",
    )  # fmt: skip


@finance
@require_http_methods(["GET", "POST"])
def refuse_invoice(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The invoice cannot be issued as asked."""
    invoice = get_object_or_404(InvoiceRequest, uuid=uuid)
    return reasoned(
        request, lambda reason: actions.refuse_invoice(actor=request.user, invoice=invoice, reason=reason),
        heading=_("Refuse this request"), action=_("Refuse and tell the company"), back=reverse("pay:invoices"),
        note=f"{invoice.reference} · {invoice.title}",
    )  # fmt: skip


@finance
@require_safe
def ledger(request: MemberRequest) -> HttpResponse:
    """The ledger: accounts with their totals, and the entries of one account, record or day."""
    account, reference = request.GET.get("account", ""), request.GET.get("reference", "")[:20]
    found = queries.transactions()
    if account in Account.values:
        found = found.filter(Q(entries__debit=account) | Q(entries__credit=account)).distinct()
    if reference:
        found = found.filter(reference=reference)
    if day := _day(request.GET.get("day", "")):
        found = found.filter(created_at__date=day)
    context = {
        "page": Paginator(found, 30).get_page(request.GET.get("page")), "account": account, "reference": reference,
        "day": day, "balances": [{"label": Account(one.account).label, "row": one} for one in queries.balances()],
        "kinds": ledger_kinds(),
    }  # fmt: skip
    return render(request, "payments/ledger.html", context)


def ledger_kinds() -> dict[str, str]:
    """Return what kinds of transactions there are, in words."""
    return {
        "payment": _("money received"), "payment_undone": _("record undone"), "refund_planned": _("refund reserved"),
        "refund_paid": _("refund paid"), "refund_ended": _("refund not made"), "refund_came_back": _("refund came back"),
        "penalty_kept": _("kept as penalty"), "dispute_opened": _("dispute opened"), "dispute_won": _("dispute won"),
        "dispute_lost": _("dispute lost"), "compensation_owed": _("compensation owed"),
        "compensation_paid": _("compensation paid"), "compensation_dropped": _("compensation dropped"),
    }  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@finance
@require_http_methods(["GET", "POST"])
def undo_payment(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Take a transfer back out that was recorded for the wrong amount."""
    payment = get_object_or_404(Payment.objects.select_related("schedule", "statement_row"), uuid=uuid)
    row = getattr(payment, "statement_row", None)

    def run(reason: str) -> object:
        if row is not None:
            return actions.undo_match(actor=request.user, row=row, reason=reason)
        return actions.undo_bank_transfer(actor=request.user, payment=payment, reason=reason)

    return reasoned(
        request, run, heading=_("Undo this record"), action=_("Undo the record"), back=payment.get_absolute_url(),
        note=f"{payment.schedule.reference} · {payment.amount_yuan}",
    )  # fmt: skip


@finance
@require_http_methods(["GET", "POST"])
def waive(request: MemberRequest, schedule: int) -> HttpResponse:
    """Do not ask for the rest of an amount."""
    due = get_object_or_404(Schedule.objects.select_related("organisation", "waiver_asked_by"), pk=schedule)
    return reasoned(
        request, lambda reason: actions.waive(actor=request.user, schedule=due, reason=reason),
        heading=_("Waive this amount"), action=_("Waive the amount"), back=reverse("pay:desk"),
        note=" · ".join([due.reference, due.get_kind_display(), str(due.organisation), *asked_by(due)]),
    )  # fmt: skip


def asked_by(due: Schedule) -> list[str]:
    """Return who asked for a waiver and why, where it waits for a second person."""
    if due.waiver_asked_by is None:
        return []
    return [_("%(person)s asked for this: %(reason)s") % {"person": due.waiver_asked_by, "reason": due.reason}]
