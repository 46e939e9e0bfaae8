"""What a company sees of its money: what is due, how to pay, receipts, statements, invoices."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.http import MemberRequest
from portal.accounts.models import Organisation
from portal.accounts.rules import may, require
from portal.core import sheets
from portal.core.errors import RuleViolation
from portal.payments import actions, forms, papers, queries
from portal.payments.documents import NoChineseFont, render as render_paper
from portal.payments.errors import ProviderDown
from portal.payments.models import InvoiceRequest, Payment, Schedule, TransferSlip
from portal.payments.providers import BANK_TRANSFER
from portal.payments.purposes import page_of
from portal.ui.http import add_errors

FIRST_YEAR = 2020
SHEETS = {"csv": ("text/csv; charset=utf-8", sheets.as_csv), "xlsx": (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheets.as_xlsx,
)}  # fmt: skip
PAPER_TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}


def posted(request: MemberRequest) -> tuple[Any, Any]:
    """Return data and files of a POST, for a form; nothing for a GET, so that the form is fresh."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


@login_required
@require_safe
def money(request: MemberRequest) -> HttpResponse:
    """Everything that one's company owes and paid, the most urgent first."""
    company = _company(request)
    found = queries.with_money(queries.schedules_for(request.user).filter(organisation=company))
    dues = list(found.exclude(state=Schedule.State.VOID, paid_fen=0).order_by("due_at"))
    open_ = [one for one in dues if one.open_fen]
    context = {
        "company": company, "open": open_, "done": [one for one in dues if not one.open_fen][::-1],
        "open_fen": sum(one.open_fen for one in open_), "paid_fen": sum(one.paid_fen - one.refunded_fen for one in dues),
        "invoices": queries.invoices_for(request.user).filter(organisation=company)[:20],
        "months": _months(), "may_pay": may(request.user, "payments.pay", company),
    }  # fmt: skip
    return render(request, "payments/money.html", context)


def _company(request: MemberRequest) -> Organisation:
    """Return the company one acts for. Raises 404 where one has no part in its money."""
    company = request.organisation
    if company is None or company.pk not in queries.companies_with_money(request.user):
        raise Http404
    return company


def _months() -> list[date]:
    today = timezone.localdate()
    months = [today.year * 12 + today.month - 1 - back for back in range(12)]
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def own_schedule(request: MemberRequest, pk: int) -> Schedule:
    """Return an amount due that the person may see. Raises 404."""
    return get_object_or_404(queries.schedules_for(request.user), pk=pk)


def own_payment(request: MemberRequest, uuid: UUID) -> Payment:
    """Return a payment that the person may see. Raises 404."""
    return get_object_or_404(queries.payments_for(request.user), uuid=uuid)


@login_required
@require_POST
def start(request: MemberRequest, schedule: int) -> HttpResponse:
    """Begin to pay: on to the provider's page, or to the bank details. A provider that is down costs nothing."""
    due = own_schedule(request, schedule)
    require(request.user, "payments.pay", due.organisation)
    provider = request.POST.get("provider", BANK_TRANSFER)[:20]
    try:
        payment = actions.start_payment(actor=request.user, schedule=due, provider=provider)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(page_of(due))
    return _go_and_pay(request, payment)


def _go_and_pay(request: MemberRequest, payment: Payment) -> HttpResponse:
    try:
        payment = actions.open_checkout(payment)
    except ProviderDown as refusal:
        context = _payment_context(request, payment) | {"refusal": refusal, "retry": True}
        return render(request, "payments/payment.html", context, status=503)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(payment)
    if payment.state == Payment.State.OPEN and payment.checkout_url:
        return HttpResponseRedirect(payment.checkout_url)
    return redirect(payment)


@login_required
@require_POST
def retry(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Try the provider again with the same key."""
    payment = own_payment(request, uuid)
    require(request.user, "payments.pay", payment.schedule.organisation)
    return _go_and_pay(request, payment)


@login_required
@require_safe
def returned(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Back from the provider's page: ask the provider how it went, and say so."""
    payment = own_payment(request, uuid)
    try:
        payment = actions.settle_payment(payment.uuid)
    except RuleViolation as refusal:
        return render(
            request, "payments/payment.html", _payment_context(request, payment) | {"refusal": refusal}, status=200
        )
    return redirect(payment)


@login_required
@require_safe
def payment_detail(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """One payment: how it stands and what the payer does next."""
    return render(request, "payments/payment.html", _payment_context(request, own_payment(request, uuid)))


def _payment_context(request: MemberRequest, payment: Payment) -> dict[str, Any]:
    due = payment.schedule
    lot = may(request.user, "payments.refund")
    return {
        "payment": payment, "due": due, "home": page_of(due), "way": papers.way_label(payment.provider),
        "refunds": list(payment.refunds.all()), "disputes": list(payment.disputes.all()),
        "account": queries.pay_account() if payment.provider == BANK_TRANSFER and due.open_fen else None,
        "may_pay": may(request.user, "payments.pay", due.organisation), "lot": lot,
        "refundable_fen": queries.refundable_fen(payment) if lot else 0,
        "ledger": queries.transactions(payment=payment) if lot else (),
        "may_undo": lot and payment.provider == BANK_TRANSFER and payment.state == Payment.State.SUCCEEDED,
    }  # fmt: skip


@login_required
@require_safe
def receipt(request: MemberRequest, uuid: UUID, form: str) -> HttpResponse:
    """The receipt as PDF, or as a page to print where this machine has no Chinese font."""
    payment = own_payment(request, uuid)
    if payment.state != Payment.State.SUCCEEDED:
        raise Http404
    return _paper(request, papers.receipt(payment), form, f"receipt-{payment.schedule.reference}")


def _paper(request: MemberRequest, paper: Any, form: str, name: str, *, sheets: bool = False) -> HttpResponse:
    if form == "pdf":
        try:
            return _file(render_paper(paper), "application/pdf", f"{name}.pdf", inline=True)
        except NoChineseFont:
            messages.info(request, _("This machine has no Chinese font for PDF files. Print this page instead."))
    return render(request, "payments/paper.html", {"paper": paper, "sheets": sheets})


def _file(content: bytes, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    name = "".join(sign for sign in name if sign.isprintable())  # a name asked for in the address may have any sign
    response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_safe
def statement(request: MemberRequest) -> HttpResponse:
    """A company's statement: of a month, or of one record (`reference`), as page, PDF, CSV or XLSX."""
    company = _statement_company(request)
    reference = request.GET.get("reference", "")[:20]
    month = _month(request.GET.get("month", ""))
    lines = queries.account_statement(company, month, reference=reference)
    form = request.GET.get("as", "page")
    name = f"statement-{reference or month.strftime('%Y-%m')}"
    if form in SHEETS:
        kinds = dict(Schedule.Kind.choices)
        rows = [
            [
                line.on.isoformat(),
                line.reference,
                str(kinds[line.kind]),
                papers.what_label(line.what),
                line.amount_fen / 100,
                line.uuid,
            ]
            for line in lines
        ]
        header = [_("Date"), _("Reference"), _("Kind"), _("What"), _("Amount, ¥"), _("Payment")]
        return _file(SHEETS[form][1](header, rows), SHEETS[form][0], f"{name}.{form}")
    paper = papers.statement(company, lines, month=None if reference else month, reference=reference)
    return _paper(request, paper, form, name, sheets=True)


def _statement_company(request: MemberRequest) -> Organisation:
    """Return whose statement is asked for: one's own, or for the lot's finance any company's."""
    asked = request.GET.get("company", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 10 and may(request.user, "payments.see"):
        return get_object_or_404(Organisation, pk=int(asked))
    return _company(request)


def _month(text: str) -> date:
    this = timezone.localdate().replace(day=1)
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return this
    return asked if FIRST_YEAR <= asked.year <= this.year else this


@login_required
@require_http_methods(["GET", "POST"])
def slip(request: MemberRequest, schedule: int) -> HttpResponse:
    """Upload the proof of a transfer, so that finance finds the money sooner."""
    due = own_schedule(request, schedule)
    require(request.user, "payments.pay", due.organisation)
    form = forms.SlipForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            actions.upload_slip(
                actor=request.user, schedule=due, kind=upload.kind, content=upload.read(), name=upload.name
            )
        except RuleViolation as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Thank you. The lot's finance has your slip and looks for the money."))
            return redirect(page_of(due))
    return form_page(
        request, form, heading=_("Upload a transfer slip"), action=_("Upload the slip"), back=page_of(due),
        note=f"{due.reference} · {due.get_kind_display()}",
    )  # fmt: skip


def form_page(
    request: MemberRequest, form: Any, *, heading: str, action: str, back: str, note: str = "", danger: bool = False
) -> HttpResponse:
    """Draw one form on a page of its own; 422 where it has errors."""
    context = {"form": form, "heading": heading, "action": action, "back": back, "note": note, "danger": danger}
    return render(request, "payments/form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def slip_file(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """An uploaded slip, for the company's own money people and the lot's finance."""
    found = get_object_or_404(TransferSlip, uuid=uuid, schedule__in=queries.schedules_for(request.user))
    with found.file.storage.open(str(found.file.name), "rb") as file:
        return _file(file.read(), PAPER_TYPES[found.kind], f"slip-{found.pk}.{found.kind}")


@login_required
@require_http_methods(["GET", "POST"])
def ask_for_invoice(request: MemberRequest, schedule: int) -> HttpResponse:
    """Ask for an invoice over what was paid for a record."""
    due = own_schedule(request, schedule)
    require(request.user, "payments.pay", due.organisation)
    form = forms.InvoiceForm(posted(request)[0], organisation=due.organisation, email=request.user.email)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_invoice(actor=request.user, schedule=due, **form.cleaned_data)
        except (RuleViolation, ValidationError) as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The lot's finance has your request. The invoice comes by mail."))
            return redirect(page_of(due))
    return form_page(
        request, form, heading=_("Ask for an invoice"), action=_("Ask for this invoice"), back=page_of(due),
        note=due.reference,
    )  # fmt: skip


@login_required
@require_safe
def invoice_file(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """An issued invoice's file."""
    invoice = get_object_or_404(queries.invoices_for(request.user), uuid=uuid, state=InvoiceRequest.State.ISSUED)
    ending = str(invoice.file.name).rsplit(".", 1)[-1]
    with invoice.file.storage.open(str(invoice.file.name), "rb") as file:
        return _file(
            file.read(), PAPER_TYPES.get(ending, "application/octet-stream"), f"invoice-{invoice.number}.{ending}"
        )
