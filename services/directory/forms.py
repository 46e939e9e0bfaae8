"""Parsing what people type about vendors."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from portal.accounts import credit_code
from portal.accounts.models import validate_credit_code
from portal.core.text import validate_signs
from portal.core.uploads.fields import UploadField
from portal.payments.forms import YuanField

from . import vocabulary
from .models import Check, Credit, Paper, Vendor, VendorContact

SORTS = [("relevance", gettext_lazy("Best match")), ("newest", pgettext_lazy("sorting", "Newest"))]
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
BLANK_ROWS, MOST_ROWS = 3, 60


def said(choices: Any) -> Any:
    """Return choices as the beginning of a line, in the reader's language."""
    return lambda: [(value, capfirst(label)) for value, label in choices.choices]


class DayField(forms.DateField):
    """A day of this century, typed or chosen."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not FIRST_DAY <= day < LAST_DAY:
            raise ValidationError(_("Choose a day from 2000 to 2099."))
        return day


class TermsField(forms.MultipleChoiceField):
    """Several values of a vocabulary, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(choices=lambda: choices_of(name), **options)


def choices_of(name: str) -> list[tuple[str, Any]]:
    """Return the choices of a vocabulary; categories stand under their headings."""
    if name != "categories":
        return [(term.key, str(term)) for term in vocabulary.LISTS[name].values()]
    return [
        (
            str(heading),
            [(key, str(one)) for key, one in vocabulary.CATEGORIES.items() if one.heading == heading.key],
        )
        for heading in vocabulary.HEADING.values()
    ]


class CodeField(forms.CharField):
    """A unified social credit code, spaces and small letters forgiven."""

    def clean(self, value: Any) -> str:
        text = credit_code.normalised(str(value or "")[:60])
        text = super().clean(text)
        if text:
            validate_credit_code(text)
        return text


class YuanOrNothing(YuanField):
    """An amount in yuan; empty is nothing. `cleaned_data` has fen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_value=Decimal(20_000_000), **options)


class BasicsForm(forms.Form):
    """The first step: who you are."""

    kind = forms.ChoiceField(
        label=gettext_lazy("You are"), choices=said(Vendor.Kind), widget=forms.RadioSelect, initial="company"
    )
    name_zh = forms.CharField(
        label=gettext_lazy("Name in Chinese"),
        max_length=60,
        validators=[validate_signs],
        help_text=gettext_lazy("As on the business licence."),
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=90, required=False, validators=[validate_signs]
    )
    credit_code = CodeField(
        label=gettext_lazy("Unified social credit code"),
        required=False,
        max_length=18,
        widget=forms.TextInput(attrs={"class": "input input--code", "autocapitalize": "characters"}),
        help_text=gettext_lazy("Needed for companies. People without a company leave it empty."),
    )
    categories = TermsField("categories", label=gettext_lazy("What you do"))
    keep_mine = forms.BooleanField(label=gettext_lazy("None of these: keep mine"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Vendor.Kind.PERSON:
            cleaned["credit_code"] = ""
            self.errors.pop("credit_code", None)
        if cleaned.get("kind") == Vendor.Kind.COMPANY and not cleaned.get("credit_code") and "credit_code" in cleaned:
            self.add_error("credit_code", _("A company has a code of 18 characters. It stands on the licence."))
        return cleaned


class OfferForm(forms.Form):
    """The second step: what you offer, where, and for how much."""

    summary_zh = forms.CharField(label=gettext_lazy("One line in Chinese"), max_length=120, required=False)
    summary_en = forms.CharField(label=gettext_lazy("One line in English"), max_length=200, required=False)
    description_zh = forms.CharField(
        label=gettext_lazy("More about it in Chinese"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    description_en = forms.CharField(
        label=gettext_lazy("More about it in English"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    coverage = TermsField("coverage", label=gettext_lazy("Where you come to"), required=False)
    radius_km = forms.IntegerField(
        label=gettext_lazy("Or within so many km"), required=False, min_value=1, max_value=3000
    )
    languages = TermsField("languages", label=gettext_lazy("Languages"), required=False)
    price_from = YuanOrNothing(label=gettext_lazy("Price from, ¥"), help_text=gettext_lazy("Empty: on request."))
    price_to = YuanOrNothing(label=gettext_lazy("Price up to, ¥"))
    price_basis = forms.ChoiceField(label=gettext_lazy("This price is for"), choices=said(Vendor.Basis))
    tax_included = forms.BooleanField(label=gettext_lazy("Tax is included"), required=False)
    invoice = forms.ChoiceField(label=gettext_lazy("Invoice you give"), choices=said(Vendor.Invoice))
    minimum_zh = forms.CharField(label=gettext_lazy("Smallest order in Chinese"), max_length=60, required=False)
    minimum_en = forms.CharField(label=gettext_lazy("Smallest order in English"), max_length=90, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("price_from"), cleaned.get("price_to")
        if high is not None and "price_from" in cleaned and (low is None or high < low):
            self.add_error("price_to", _("The highest price is not below the lowest."))
        return cleaned

    def fields_of_vendor(self) -> dict[str, Any]:
        """Return the cleaned values under the names the entry has for them."""
        data = dict(self.cleaned_data)
        data["price_from_fen"], data["price_to_fen"] = data.pop("price_from"), data.pop("price_to")
        return data


class PaperForm(forms.Form):
    """A licence or an insurance policy."""

    kind = forms.ChoiceField(label=pgettext_lazy("vendor", "Kind of paper"), choices=said(Paper.Kind))
    title = forms.CharField(
        label=gettext_lazy("Name of the paper"),
        max_length=80,
        help_text=gettext_lazy("Business licence, operator's licence, public liability insurance …"),
    )
    number = forms.CharField(label=pgettext_lazy("paper", "Number"), max_length=60)
    expires_on = DayField(
        label=gettext_lazy("Valid until"), required=False, help_text=gettext_lazy("Empty: without end.")
    )
    insured = YuanOrNothing(label=gettext_lazy("Sum insured, ¥"))
    file = forms.FileField(
        label=gettext_lazy("PDF or photograph"),
        required=False,
        help_text=gettext_lazy("Only the lot's verifier sees it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Paper.Kind.INSURANCE and not cleaned.get("expires_on") and "expires_on" in cleaned:
            self.add_error("expires_on", _("An insurance policy has a last day."))
        return cleaned


class PictureForm(forms.Form):
    """A picture of one's work, with its rights."""

    file = forms.FileField(label=gettext_lazy("Picture"))
    subject = forms.CharField(label=gettext_lazy("What it shows"), max_length=160)
    credit = forms.CharField(label=gettext_lazy("Photographer or owner of the rights"), max_length=120)
    may_show = forms.BooleanField(
        label=gettext_lazy("We may show it: it is ours, or its owner agrees"),
        error_messages={"required": gettext_lazy("Without the right to show it the picture cannot stand here.")},
    )


class AvatarForm(forms.Form):
    """A mark or portrait."""

    avatar = forms.FileField(label=gettext_lazy("Mark or portrait"))


class CreditForm(forms.Form):
    """One work."""

    title_zh = forms.CharField(label=gettext_lazy("Title in Chinese"), max_length=80)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=120, required=False)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1905, max_value=2100)
    role_zh = forms.CharField(label=gettext_lazy("What you did, in Chinese"), max_length=120, required=False)
    role_en = forms.CharField(label=gettext_lazy("What you did, in English"), max_length=160, required=False)


class SpanForm(forms.Form):
    """Days that are taken."""

    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is not before the first."))
        return cleaned


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]  # takes no parameter at run time
    """Rows of which the filled ones are kept, sixty at most."""

    def clean(self) -> None:
        if not any(self.errors) and sum(1 for _row in kept_rows(self)) > MOST_ROWS:
            raise ValidationError(_("At most %(count)s rows."), params={"count": MOST_ROWS}, code="too_many")


def rows_of(form: type[forms.Form]) -> Any:
    """Return a formset of such rows, with a few blank ones."""
    most = MOST_ROWS + BLANK_ROWS
    return forms.formset_factory(form, Rows, extra=BLANK_ROWS, max_num=most, absolute_max=80, can_delete=True)


CreditFormSet = rows_of(CreditForm)
SpanFormSet = rows_of(SpanForm)


def kept_rows(formset: Any) -> Iterator[dict[str, Any]]:
    """Yield the filled rows of a valid formset that are not to go."""
    for form in formset:
        if form.has_changed() or form.initial:
            data = {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
            if data and not form.cleaned_data.get("DELETE"):
                yield data


def credits_of(formset: Any, vendor: Vendor) -> list[Credit]:
    """Return the works of a valid formset, unsaved."""
    return [Credit(vendor=vendor, **row) for row in kept_rows(formset)]


def spans_of(formset: Any) -> list[tuple[date, date]]:
    """Return the days of a valid formset, half-open."""
    return [(row["first"], row["last"] + timedelta(days=1)) for row in kept_rows(formset)]


class ContactForm(forms.Form):
    """How a vendor is reached; never shown to strangers."""

    person = forms.CharField(label=gettext_lazy("Contact person"), max_length=60, validators=[validate_signs])
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254, required=False)
    wechat = forms.CharField(label=gettext_lazy("WeChat"), max_length=40, required=False)
    keep_mine = forms.BooleanField(label=gettext_lazy("The number is ours too: keep it"), required=False)

    def clean_phone(self) -> str:
        """Raises `ValidationError` for what is no phone number."""
        phone = unicodedata.normalize("NFKC", self.cleaned_data["phone"]).strip()
        if phone and (sum(one.isdigit() for one in phone) < 5 or not set(phone) <= set("0123456789+-() ")):
            raise ValidationError(_("A phone number has digits, and + - ( ) at most."))
        return phone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("phone") and not cleaned.get("email") and not self.errors:
            self.add_error("phone", _("Give a phone number or an e-mail address."))
        return cleaned

    @staticmethod
    def initial_of(contact: VendorContact | None) -> dict[str, str]:
        """Return what is known."""
        names = ("person", "phone", "email", "wechat")
        return {name: getattr(contact, name) for name in names} if contact else {}


class InquiryForm(forms.Form):
    """A message to a vendor."""

    sender_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=60,
        validators=[validate_signs],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    sender_email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        help_text=gettext_lazy(
            "Their answer goes there. Unless you are signed in with it, we ask you by mail to confirm it."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    production = forms.CharField(label=gettext_lazy("Production"), max_length=80, required=False)
    first_day = DayField(label=gettext_lazy("First day"), required=False)
    last_day = DayField(label=gettext_lazy("Last day"), required=False)
    text = forms.CharField(
        label=gettext_lazy("What you need"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is not before the first."))
        return cleaned


class CheckForm(forms.Form):
    """One thing the verifier looked at."""

    thing = forms.ChoiceField(label=gettext_lazy("What you looked at"))
    passed = forms.TypedChoiceField(
        label=gettext_lazy("Found"),
        choices=[("yes", gettext_lazy("right")), ("no", gettext_lazy("not right"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("Note, shown on the page"), max_length=200, required=False)
    valid_until = DayField(
        label=gettext_lazy("Look again by"), required=False, help_text=gettext_lazy("Empty: in a year.")
    )

    def __init__(self, *args: Any, papers: list[Paper], has_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = {f"paper-{paper.pk}": paper for paper in papers}
        things: list[tuple[str, Any]] = [
            (key, f"{capfirst(one.get_kind_display())} · {one}") for key, one in self.papers.items()
        ]
        if has_code:
            things.insert(0, (Check.Kind.CREDIT_CODE.value, capfirst(Check.Kind.CREDIT_CODE.label)))
        things.append((Check.Kind.VISIT.value, capfirst(Check.Kind.VISIT.label)))
        self.fields["thing"].choices = things  # type: ignore[attr-defined]

    def what(self) -> dict[str, Any]:
        """Return the kind of check and the paper."""
        thing = self.cleaned_data["thing"]
        paper = self.papers.get(thing)
        return {"kind": Check.Kind.PAPER if paper else thing, "paper": paper}


class ReasonForm(forms.Form):
    """Why an entry goes back or is suspended."""

    reason = forms.CharField(
        label=gettext_lazy("Why, in words they can act on"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class WhyForm(forms.Form):
    """Why the verifier needs the contact data."""

    why = forms.CharField(label=gettext_lazy("What you need it for"), max_length=200)


class SheetForm(forms.Form):
    """A sheet of vendors."""

    file = UploadField(kinds=(".xlsx",), most_mb=20, label=gettext_lazy("XLSX file"), max_length=200)


class VendorRecordForm(WagtailAdminModelForm):
    """An entry in the admin: vocabularies as boxes to tick."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in vocabulary.LISTS:
            if name in self.fields:
                self.fields[name] = TermsField(name, label=self.fields[name].label, required=False)
