"""Forms about money: shape and plain checks; the rules are the actions'."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from portal.accounts.models import Organisation, validate_credit_code
from portal.core.money import fen_of
from portal.core.uploads.fields import PICTURES, UploadField

from .bank_files import COLUMNS
from .models import BankFormat, InvoiceRequest

SLIPS = (*sorted(PICTURES), ".pdf")


class YuanField(forms.DecimalField):
    """An amount in yuan with at most two decimals; `cleaned_data` has fen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, min_value=Decimal("0.01"), **options)

    def clean(self, value: Any) -> Any:
        text = str(value or "").replace(",", "").replace("¥", "").replace("￥", "").strip()
        if "e" in text.lower():  # Decimal reads 1E5 as 100,000; nobody writes amounts so
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        amount = super().clean(text)
        return None if amount is None else fen_of(amount)


class SlipForm(forms.Form):
    """A company's proof of a transfer."""

    file = UploadField(label=_("Transfer slip"), kinds=SLIPS, most_mb=10, help_text=_("PDF or a picture, up to 10 MB"))


class RefundForm(forms.Form):
    """How much goes back, why, and to which account where it goes by hand."""

    amount = YuanField(label=_("Amount, ¥"))
    reason = forms.CharField(label=_("Reason"), max_length=300)
    bank_holder = forms.CharField(label=_("Account holder"), max_length=120, required=False)
    bank_name = forms.CharField(label=_("Bank"), max_length=120, required=False)
    bank_number = forms.CharField(label=_("Account number"), max_length=40, required=False)

    def __init__(self, *args: Any, same_way: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if same_way:
            for name in ("bank_holder", "bank_name", "bank_number"):
                del self.fields[name]


class TakeRowForm(forms.Form):
    """What stands in a row of a statement that could not be read."""

    amount = YuanField(label=_("Amount, ¥"))
    booked_on = forms.DateField(label=_("Booked on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    payer = forms.CharField(label=_("Payer"), max_length=120, required=False)
    memo = forms.CharField(label=_("Memo"), max_length=300, required=False)


class AccountForm(forms.Form):
    """The account that money goes to."""

    bank_holder = forms.CharField(label=_("Account holder"), max_length=120)
    bank_name = forms.CharField(label=_("Bank"), max_length=120, required=False)
    bank_number = forms.CharField(label=_("Account number"), max_length=40)


class TransferForm(forms.Form):
    """A transfer that finance made, to an account that stands fast."""

    bank_reference = forms.CharField(label=_("Bank's reference of the transfer"), max_length=80)


class SentForm(forms.Form):
    """A transfer back that finance made by hand."""

    bank_holder = forms.CharField(label=_("Account holder"), max_length=120)
    bank_name = forms.CharField(label=_("Bank"), max_length=120, required=False)
    bank_number = forms.CharField(label=_("Account number"), max_length=40)
    bank_reference = forms.CharField(label=_("Bank's reference of the transfer"), max_length=80)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class StatementForm(forms.Form):
    """A file of the bank."""

    format = forms.ModelChoiceField(BankFormat.objects, label=_("Which bank"), empty_label=None)
    file = UploadField(
        label=_("Statement"),
        kinds=(".csv", ".txt", ".xlsx"),
        most_mb=30,
        help_text=_("CSV (UTF-8 or GBK) or XLSX as the bank exports it"),
    )


class FormatForm(forms.Form):
    """What a bank's columns are called; an empty one uses the common names."""

    name = forms.CharField(label=_("Name of the bank"), max_length=80)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field, label in column_labels().items():
            self.fields[f"c_{field}"] = forms.CharField(
                label=label, max_length=40, required=False, help_text="、".join(COLUMNS[field][:3])
            )

    def columns(self) -> dict[str, str]:
        """Return the mapping as the action takes it."""
        return {field: self.cleaned_data[f"c_{field}"].strip() for field in COLUMNS}


def column_labels() -> dict[str, Any]:
    """Return the fields of a statement with their labels."""
    return {
        "date": _("Date"), "credit": _("Money in"), "debit": _("Money out"), "amount": _("Amount (one column)"),
        "direction": _("In or out"), "payer": _("Payer"), "payer_account": _("Payer's account"),
        "payer_bank": _("Payer's bank"), "memo": _("Memo"), "bank_reference": _("Bank's reference"),
    }  # fmt: skip


class MatchForm(forms.Form):
    """Which amount due a credit is for, by the record's reference."""

    reference = forms.CharField(label=_("Reference of the booking"), max_length=20)


class InvoiceForm(forms.Form):
    """What stands on the invoice; begins with the company's own data."""

    kind = forms.ChoiceField(label=_("Kind"), choices=InvoiceRequest.Kind.choices)
    title = forms.CharField(label=_("Invoice title"), max_length=120)
    tax_number = forms.CharField(
        label=_("Tax number"), required=False, validators=[validate_credit_code],
        help_text=_("the unified social credit code, 18 characters"),
    )  # fmt: skip
    address = forms.CharField(label=_("Registered address and phone"), max_length=200, required=False)
    bank = forms.CharField(label=_("Bank and account number"), max_length=200, required=False)
    email = forms.EmailField(label=_("Send to"))

    def __init__(self, *args: Any, organisation: Organisation, email: str, **options: Any) -> None:
        options.setdefault("initial", {
            "title": organisation.invoice_title or organisation.name, "tax_number": organisation.credit_code or "",
            "address": organisation.address, "email": email,
        })  # fmt: skip
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == "special" and not data.get("tax_number") and "tax_number" not in self.errors:
            self.add_error("tax_number", gettext("A special VAT invoice needs the company's tax number."))
        return data


class IssueForm(forms.Form):
    """An issued invoice."""

    number = forms.CharField(label=_("Invoice number"), max_length=30)
    file = UploadField(
        label=_("Invoice file"), kinds=(".pdf", ".ofd"), most_mb=10, help_text=_("PDF or OFD, up to 10 MB")
    )
