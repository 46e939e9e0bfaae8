"""Parsing what people type about places."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from . import vocabulary
from .models import Location
from .models.saved import LONGEST_QUERY
from .rules import lacks_text
from .sun import FURTHEST

SORTS = [
    ("relevance", gettext_lazy("Best match")),
    ("newest", pgettext_lazy("sorting", "Newest")),
    ("distance", gettext_lazy("Nearest")),
]


class SunForm(forms.Form):
    """A day to see the sun's path of."""

    date = forms.DateField(required=False)

    def clean_date(self) -> datetime.date | None:
        """Raises `ValidationError` for a day no table of the sun is good for."""
        day = self.cleaned_data["date"]
        if day is not None and not FURTHEST[0] <= day < FURTHEST[1]:
            raise forms.ValidationError(_("Choose a day from 1900 to 2199."))
        return day


class SaveSearchForm(forms.Form):
    """A name for a search."""

    name = forms.CharField(label=gettext_lazy("Name of the search"), max_length=80)
    by_mail = forms.BooleanField(
        label=gettext_lazy("Tell me by mail when a new place fits"),
        help_text=gettext_lazy("Each place once, one mail a day at most. Every mail has a link that ends them."),
        required=False,
        initial=True,
    )
    query = forms.CharField(max_length=LONGEST_QUERY, required=False, widget=forms.HiddenInput)


class LocationForm(WagtailAdminModelForm):
    """A place in the admin: vocabularies as boxes to tick."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, terms in vocabulary.LISTS.items():
            if name in self.fields:
                before = self.fields[name]
                self.fields[name] = forms.MultipleChoiceField(
                    label=before.label,
                    required=False,
                    choices=[(term.key, str(term)) for term in terms.values()],
                    widget=forms.CheckboxSelectMultiple,
                )

        for name, terms in vocabulary.SINGLES.items():
            if name in self.fields:
                said = [(term.key, str(term)) for term in terms.values()]
                self.fields[name] = forms.ChoiceField(
                    label=self.fields[name].label, required=False, choices=[("", _("nobody looked")), *said]
                )

    def clean(self) -> dict[str, Any]:
        """Raises no error itself; a published place without a description gets one beside the field."""
        cleaned = super().clean()
        text = Location(
            description_zh=cleaned.get("description_zh", ""), description_en=cleaned.get("description_en", "")
        )
        if cleaned.get("state") == Location.State.PUBLISHED and lacks_text(text):
            self.add_error("description_zh", _("Write a description before you publish the place."))
        return cleaned
