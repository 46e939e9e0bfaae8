"""Forms of shared records: each carries what its reader saw; nobody's change is lost, nothing typed is lost either."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext

from portal.core.versions import fingerprint

FIELD = "seen"


class CarriesVersion(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """A model form with a hidden field `seen`: the fingerprint of the record as its reader saw it.

    Where the action refuses, call `meanwhile` with the stored record: beside each field that differs stands what the
    other saved, what was typed stays, and saving once more is meant.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[FIELD] = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
        self.initial[FIELD] = fingerprint(self.instance)

    @property
    def seen(self) -> str:
        """What the reader saw; empty where the form came without it."""
        return str(self.cleaned_data.get(FIELD) or "")

    def meanwhile(self, stored: models.Model, message: str) -> None:
        """Say what somebody else saved, beside each field that is another now, and let the next attempt through."""
        self.add_error(None, message)
        now = forms.models.model_to_dict(stored)
        typed = forms.models.model_to_dict(self.instance)
        for name in self.fields:
            if name in now and name in typed and now[name] != typed[name]:
                self.add_error(
                    name, gettext("Saved by somebody else meanwhile: %(value)s") % {"value": _shown(stored, name)}
                )
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix(FIELD)] = fingerprint(stored)
        self.data = data


def _shown(record: models.Model, name: str) -> Any:
    display = getattr(record, f"get_{name}_display", None)
    value = display() if display else getattr(record, name)
    return value if value not in (None, "") else "—"
