"""What the admin asks about how a stage is booked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from .models import Resource, Stage


class ResourceForm(WagtailAdminModelForm):
    """How a stage is booked. What bookings stand on (the stage, slots, units there are) is not changed afterwards."""

    units = forms.IntegerField(
        label=_("units"),
        min_value=1,
        max_value=200,
        initial=1,
        help_text=_("One for a stage; nodes or rooms: how many."),
    )

    class Meta:
        model = Resource
        fields = ("stage", "policy", "slots_per_day", "buffer_before", "buffer_after", "active")

    field_order = ("stage", "policy", "units", "slots_per_day", "buffer_before", "buffer_after", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        resource = self.instance
        self.fields["policy"].empty_label = None
        self.fields["stage"].label = Stage._meta.verbose_name
        if resource.pk is None:
            self.fields["stage"].required = True
            return
        self.there = resource.units.count()
        self.initial["units"] = self.there
        for name in ("stage", "slots_per_day"):
            self.fields[name].disabled = True

    def clean_units(self) -> int:
        """Raises `ValidationError` where a unit would go that bookings may stand on."""
        units: int = self.cleaned_data["units"]
        if self.instance.pk is not None and units < self.there:
            message = _("There are %(there)s units. A unit with bookings cannot be taken away.")
            raise ValidationError(message, params={"there": self.there})
        return units
