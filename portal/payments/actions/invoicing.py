"""发票: asked for by a company, issued by the lot's finance, sent with its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.payments.errors import AlreadyDone, NothingToInvoice
from portal.payments.messages import tell
from portal.payments.models import InvoiceRequest, Schedule
from portal.payments.purposes import purpose_of
from portal.payments.queries import invoiced_for, paid_for
from portal.tasks.queue import enqueue

if TYPE_CHECKING:
    from portal.accounts.models import User

State = InvoiceRequest.State


def request_invoice(
    *, actor: User, schedule: Schedule, kind: str, title: str, email: str, **details: str
) -> InvoiceRequest:
    """Ask for an invoice over what was paid for a record and is on no invoice yet. A security deposit is none of it.

    `details`: tax_number, address, bank. Raises `PermissionDenied`, `NothingToInvoice`, `ValidationError`.
    """
    require(actor, "payments.pay", schedule.organisation)
    with purpose_of(schedule).claim(schedule.subject_id):
        amount = paid_for(schedule.purpose, schedule.subject_id) - invoiced_for(schedule.purpose, schedule.subject_id)
        if amount <= 0:
            raise NothingToInvoice(_("Nothing was paid yet that is not on an invoice already."))
        request = InvoiceRequest(
            organisation=schedule.organisation, purpose=schedule.purpose, subject_id=schedule.subject_id,
            reference=schedule.reference, kind=kind, title=title, email=email, amount_fen=amount, requested_by=actor,
            **details,
        )  # fmt: skip
        request.full_clean()
        request.save()
        record("payments.invoice_requested", actor=actor, subject=request, amount_fen=amount)
        tell("invoice_requested", schedule, company=False, lot=True, invoice=request)
    return request


def issue_invoice(*, actor: User, invoice: InvoiceRequest, number: str, content: bytes, ending: str) -> InvoiceRequest:
    """The lot's finance issued the invoice: number and file (`ending`: pdf or ofd) are kept and sent.

    Raises `PermissionDenied`, `AlreadyDone`, `ValidationError` for a number used before.
    """
    require(actor, "payments.record")
    with transaction.atomic():
        fresh = _waiting(invoice)
        fresh.number, fresh.state, fresh.issued_by, fresh.issued_at = number, State.ISSUED, actor, timezone.now()
        fresh.file.save(f"invoice.{ending}", ContentFile(content), save=False)
        fresh.full_clean()
        fresh.save()
        record("payments.invoice_issued", actor=actor, subject=fresh, number=number, amount_fen=fresh.amount_fen)
        tell("invoice_issued", _schedule_of(fresh), invoice=fresh)
        enqueue("portal.payments.tasks.send_invoice", fresh.pk)
    return fresh


def refuse_invoice(*, actor: User, invoice: InvoiceRequest, reason: str) -> InvoiceRequest:
    """The lot's finance cannot issue it as asked, with a reason. Raises `AlreadyDone`."""
    require(actor, "payments.record")
    with transaction.atomic():
        fresh = _waiting(invoice)
        fresh.state, fresh.reason = State.REFUSED, reason[:300]
        fresh.save(update_fields=["state", "reason"])
        record("payments.invoice_refused", actor=actor, subject=fresh, reason=reason)
        tell("invoice_refused", _schedule_of(fresh), invoice=fresh, reason=reason)
    return fresh


def _waiting(invoice: InvoiceRequest) -> InvoiceRequest:
    fresh = lock_rows(InvoiceRequest, [invoice.pk])[invoice.pk]
    if fresh.state != State.REQUESTED:
        raise AlreadyDone(_("Somebody dealt with this invoice already."))
    return fresh


def _schedule_of(invoice: InvoiceRequest) -> Schedule:
    found = Schedule.objects.filter(purpose=invoice.purpose, subject_id=invoice.subject_id)
    return found.select_related("organisation").order_by("pk")[0]


def send_invoice(invoice_id: int) -> None:
    """Mail an issued invoice with its file, once. A task."""
    invoice = InvoiceRequest.objects.select_related("requested_by").get(pk=invoice_id)
    if invoice.state != State.ISSUED or invoice.sent_at:
        return
    with translation.override(invoice.requested_by.language):
        text = render_to_string("payments/invoice_mail.txt", {"invoice": invoice}).strip()
    subject, _sep, body = text.partition("\n")
    with invoice.file.storage.open(str(invoice.file.name), "rb") as file:
        content = file.read()
    mail = EmailMessage(subject=subject.strip(), body=body.strip(), to=[invoice.email])
    ending = str(invoice.file.name).rsplit(".", 1)[-1]
    mail.attach(f"{invoice.number}.{ending}", content, "application/pdf" if ending == "pdf" else "application/ofd")
    with transaction.atomic():
        if InvoiceRequest.objects.filter(pk=invoice_id, sent_at=None).update(sent_at=timezone.now()):
            mail.send()
