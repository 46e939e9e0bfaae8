from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import validate_credit_code
from portal.payments.purposes import page_of

from .money import new_path, private_storage


def invoice_path(instance: Any, filename: str) -> str:
    """Return where an invoice is kept."""
    return new_path("payments/invoices", filename)


class InvoiceRequest(models.Model):
    """发票: a company asks for an invoice over what it paid for one record; the lot's finance issues it."""

    class Kind(models.TextChoices):
        SPECIAL = "special", _("special VAT invoice")
        ORDINARY = "ordinary", _("ordinary invoice")

    class State(models.TextChoices):
        REQUESTED = "requested", _("asked for")
        ISSUED = "issued", _("issued")
        REFUSED = "refused", _("refused")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("company")
    )
    purpose = models.CharField(max_length=40)
    subject_id = models.PositiveBigIntegerField()
    reference = models.CharField(_("reference"), max_length=20, db_index=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SPECIAL)
    title = models.CharField(_("invoice title"), max_length=120)
    tax_number = models.CharField(_("tax number"), max_length=18, validators=[validate_credit_code], blank=True)
    address = models.CharField(_("registered address and phone"), max_length=200, blank=True)
    bank = models.CharField(_("bank and account number"), max_length=200, blank=True)
    email = models.EmailField(_("send to"))
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED, db_index=True)
    number = models.CharField(_("invoice number"), max_length=30, blank=True)
    file = models.FileField(_("invoice file"), storage=private_storage, upload_to=invoice_path, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("asked for on"), auto_now_add=True)

    class Meta:
        verbose_name = _("invoice request")
        verbose_name_plural = _("invoice requests")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(name="an_invoice_is_above_zero", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="a_special_invoice_has_a_tax_number", condition=~Q(kind="special") | ~Q(tax_number=""),
                violation_error_message=_("A special VAT invoice needs the company's tax number."),
            ),
            models.UniqueConstraint(fields=("number",), condition=~Q(number=""), name="invoice_number_used_once"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def page(self) -> str:
        """The page of the record it is for, in the reader's language."""
        return page_of(self)

    @property
    def state_key(self) -> str:
        """The design system's key of the state."""
        return {"issued": "firm", "refused": "past"}.get(self.state, "deposit")
