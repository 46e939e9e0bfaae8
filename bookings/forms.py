"""Parsing what people choose; the rules stand in the actions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from portal.core.day_ranges import DayRange
from portal.core.days import validate_day
from portal.core.text import validate_signs
from studios.day_types import DayType
from studios.models import RateCard, Resource

from .models import Booking, Closure

LONGEST = 400


def day_input() -> forms.DateInput:
    """Return a browser's own date field, which reads ISO dates alone, in every language."""
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class PickForm(forms.Form):
    """Days (first and last, as people say them), a day type for each, units and extras."""

    start = forms.DateField(label=gettext_lazy("First day"), widget=day_input(), validators=[validate_day])
    last = forms.DateField(label=gettext_lazy("Last day"), widget=day_input(), validators=[validate_day])
    quantity = forms.IntegerField(label=gettext_lazy("Units"), min_value=1, required=False)
    production = forms.CharField(
        label=gettext_lazy("Production"), max_length=120, required=False, validators=[validate_signs]
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the lot"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, resource: Resource, card: RateCard | None, units: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resource, self.card = resource, card
        cast(forms.IntegerField, self.fields["quantity"]).max_value = units
        if units > 1:
            self.fields["quantity"].validators.append(forms.IntegerField(max_value=units).validators[0])
        else:
            del self.fields["quantity"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, last = data.get("start"), data.get("last")
        if start and last:
            if last < start:
                self.add_error("last", _("The last day lies before the first. Choose one from the first day on."))
            elif (last - start).days >= LONGEST:
                self.add_error("last", _("That is more than a year. Choose fewer days."))
            else:
                data["days"] = DayRange(start, last + timedelta(days=1))
        return data

    def day_types(self, days: DayRange) -> tuple[str, ...]:
        """Return the chosen day type of each day; shoot where nothing (or nonsense) was chosen."""
        known = set(DayType.values)
        chosen = {day: self.data.get(f"t-{day.isoformat()}", "") for day in days}
        return tuple(value if value in known else DayType.SHOOT.value for value in chosen.values())

    def extras(self) -> dict[str, int]:
        """Return the ticked extras by code, one of each per day."""
        offered = [extra.code for extra in self.card.extras.all()] if self.card else []
        return {code: 1 for code in offered if self.data.get(f"x-{code}")}


class CancelForm(forms.Form):
    """Why, and the fee that the reader saw."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, required=False)
    fee = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    side = forms.ChoiceField(
        label=gettext_lazy("For whose reason?"),
        choices=Booking.Side,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Not who presses the button: where the crew did not pay or insure, it is the crew's reason."
        ),
    )

    def __init__(self, *args: Any, lot: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not lot:
            del self.fields["side"]


class ReasonForm(forms.Form):
    """A reason that the other side reads."""

    reason = forms.CharField(label=gettext_lazy("Reason, as the company will read it"), max_length=300)


class QuoteForm(forms.Form):
    """A price agreed by hand, in yuan."""

    total = forms.DecimalField(
        label=gettext_lazy("Price in yuan, tax included"), min_value=1, max_value=10**9, decimal_places=2, required=False,
        help_text=gettext_lazy("Empty: from the rate card"),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("What it covers"), max_length=120, required=False)


class ExtendForm(forms.Form):
    """More time for a hold."""

    hours = forms.IntegerField(label=gettext_lazy("Hours more"), min_value=1, max_value=24 * 30, initial=24)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class DepositForm(forms.Form):
    """A transfer as the bank's statement shows it."""

    amount = forms.DecimalField(label=gettext_lazy("Amount in yuan"), min_value=0, max_digits=14, decimal_places=2)
    received_on = forms.DateField(label=gettext_lazy("Received on"), widget=day_input(), validators=[validate_day])
    payer = forms.CharField(label=gettext_lazy("Payer"), max_length=120, required=False)
    bank_reference = forms.CharField(label=gettext_lazy("Bank's reference"), max_length=80, required=False)

    def clean_received_on(self) -> date:
        from django.utils import timezone

        day: date = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class ClosureRecordForm(WagtailAdminModelForm):
    """Days to take out of the calendar, as the admin edits them: `end` is the day after the last."""

    message = forms.CharField(
        label=gettext_lazy("To the crews that hold these days"),
        help_text=gettext_lazy("They read it beside the reason and the nearest free days."),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        validators=[validate_signs],
    )
    over_holds = forms.BooleanField(
        label=gettext_lazy("Close although crews hold these days, and tell them"),
        required=False,
    )

    class Meta:
        model = Closure
        fields = ("resource", "start", "end", "reason", "reason_en")
        widgets = {"start": AdminDateInput(), "end": AdminDateInput()}
