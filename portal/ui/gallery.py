"""Every component with sample content, for lot staff and for the tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from .components import STATE_WORDS, Cell, Crumb
from .staff import works_for_lot

SHANGHAI = ZoneInfo("Asia/Shanghai")


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Production"), help_text=gettext_lazy("As on the permit"))
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    password = forms.CharField(label=gettext_lazy("Password"), widget=forms.PasswordInput, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("film", gettext_lazy("Film")), ("ad", gettext_lazy("Commercial"))]
    )
    days = forms.MultipleChoiceField(
        label=pgettext_lazy("daylight", "Light"),
        choices=[("d", gettext_lazy("Day")), ("n", gettext_lazy("Night"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    rules = forms.BooleanField(label=gettext_lazy("We keep the rules of the lot"))


def sample_context() -> dict[str, Any]:
    """Return what the gallery's components draw."""
    return {
        "cells": [
            Cell(_("Stage"), "LED-1", word=True),
            Cell(_("Size"), "42 × 24 × 7", "m"),
            Cell(_("Pitch"), "2.3", "mm"),
            Cell(_("Brightness"), 1500, "nits"),
            Cell(_("Power"), 800, "kVA", note=_("two feeds")),
        ],
        "small_cells": [Cell(_("Altitude"), 206, "m"), Cell(_("Truck to set"), 98, "m"), Cell(_("Sunset"), "19:54")],
        "steps": [Crumb(_("Home"), "/"), Crumb(_("Stages"), "/"), Crumb("LED-1")],
        "states": list(STATE_WORDS),
        "first": date(2027, 6, 3),
        "end": date(2027, 6, 8),
        "instant": datetime(2027, 6, 3, 18, tzinfo=SHANGHAI),
        "until": datetime.now(SHANGHAI) + timedelta(hours=30),
        "form": SampleForm(),
        "refused": SampleForm({"name": "", "email": "lin.example.cn", "kind": "film"}),
        "page": Paginator(range(95), 10).get_page(3),
    }


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components to the lot's people. Raises 404 for everybody else."""
    if not works_for_lot(request):
        raise Http404
    return render(request, "ui/gallery.html", sample_context())
