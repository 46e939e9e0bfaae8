"""Stages in the admin. Whatever the form saves goes through `studios.actions`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList, TabbedInterface
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from portal.ui.admin_views import RefusalInForm

from . import actions
from .forms import ResourceForm
from .models import BookingPolicy, Resource, Stage
from .queries import Hidden, why_hidden
from .sheet import GROUPS, SOURCE_WORDS


class FilledJSONField(forms.JSONField):
    """JSON that may be left empty: what is kept then is the field's own beginning, since the database takes no NULL."""

    def __init__(self, *, beginning: Callable[[], Any], **options: Any) -> None:
        self.beginning = beginning
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """Return what was typed. Raises `ValidationError`."""
        cleaned = super().clean(value)
        return self.beginning() if cleaned is None else cleaned


def known_sources(value: Any) -> None:
    """Raises `ValidationError` for anything but `{field: published, computed or example}`, which no page could show."""
    if not isinstance(value, dict) or not all(isinstance(one, str) and one in SOURCE_WORDS for one in value.values()):
        words = ", ".join(SOURCE_WORDS)
        raise ValidationError(
            _('Write {"floor_area_m2": "published"}; the words are %(words)s.'), params={"words": words}
        )


def known_bands(value: Any) -> None:
    """Raises `ValidationError` for anything but `[{"days": 14, "percent": 20}, …]` with whole days and 0–100 percent."""
    right = isinstance(value, list) and all(
        isinstance(band, dict)
        and band.keys() == {"days", "percent"}
        and all(type(number) is int and number >= 0 for number in band.values())
        and band["percent"] <= 100
        for band in value
    )
    if not right:
        raise ValidationError(_('Write [{"days": 14, "percent": 20}, {"days": 0, "percent": 100}].'))


CHECKS = {"sources": [known_sources], "cancellation_bands": [known_bands]}


def filled(field: models.JSONField) -> dict[str, Any]:
    """Return how every JSON field of the admin is asked for."""
    beginning = field.default if callable(field.default) and not field.null else type(None)
    return {"form_class": FilledJSONField, "beginning": beginning, "validators": CHECKS.get(field.name, [])}


register_form_field_override(models.JSONField, override=filled)


class StageCreateView(RefusalInForm, CreateView):
    def save_instance(self) -> Stage:
        return actions.keep_stage(actor=self.request.user, stage=self.form.save(commit=False))


def missing(stage: Stage) -> dict[str, Any] | None:
    """Return why a stage that is published has no page (`text`) and where that is mended (`href`, `label`), or nothing."""
    match why_hidden(stage):
        case Hidden.NO_TERMS if BookingPolicy.objects.exists():
            return {
                "text": _("It is published, but nobody has said how it is booked: its page answers 404."),
                "href": f"{reverse('resource_records:add')}?stage={stage.pk}",
                "label": _("Say how it is booked"),
            }
        case Hidden.NO_TERMS:
            return {
                "text": _("It is published, but there are no terms of booking yet: its page answers 404."),
                "href": reverse("policy_records:add"),
                "label": _("Write terms of booking"),
            }
        case Hidden.NOT_BOOKABLE:
            return {
                "text": _("It is published, but its booking is switched off: its page answers 404."),
                "href": reverse("resource_records:edit", args=[stage.resource.pk]),
                "label": _("Switch its booking on"),
            }
    return None


class StageEditView(RefusalInForm, EditView):
    """The sheet of a stage; a published one without a page says why."""

    def save_instance(self) -> Stage:
        return actions.keep_stage(actor=self.request.user, stage=self.form.save(commit=False))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stage = Stage.objects.get(pk=self.object.pk)  # as it is kept, not as it was typed
        return super().get_context_data(**kwargs) | {"missing": missing(stage)}


def _pair(name: str) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(f"{name}_zh"), FieldPanel(f"{name}_en")])


class StageViewSet(ModelViewSet):
    """Stages and facilities with their sheets."""

    model = Stage
    name = "stage_records"
    url_prefix = "stage-records"
    icon = "media"
    menu_label = _("Stages")
    copy_view_enabled = False
    add_view_class = StageCreateView
    edit_view_class = StageEditView
    edit_template_name = "studios/admin/stage.html"
    list_display = ("name_zh", "name_en", "kind", "floor_area_m2", "published")
    list_filter = ("kind", "published")
    search_fields = ("name_zh", "name_en", "slug")
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldRowPanel(
                        [FieldPanel("slug"), FieldPanel("kind"), FieldPanel("order"), FieldPanel("published")]
                    ),
                    *(_pair(name) for name in ("name", "summary", "description", "equipment")),
                    InlinePanel(
                        "photos", heading=_("Pictures"), panels=[FieldPanel("image"), FieldPanel("shows_stage")]
                    ),
                ],
                heading=_("stage"),
            ),
            ObjectList(
                [FieldPanel(name) for _title, fields in GROUPS for name, _unit in fields]
                + [FieldPanel("power_tariff_fen_kwh"), FieldPanel("sources"), _pair("source_note")],
                heading=_("Technical sheet"),
            ),
            ObjectList([InlinePanel("surfaces", heading=_("LED surfaces"))], heading=_("LED surfaces")),
        ]
    )


class ResourceCreateView(RefusalInForm, CreateView):
    """How a stage is booked; `?stage=5` chooses it."""

    def get_initial(self) -> dict[str, Any]:
        stage = self.request.GET.get("stage", "")
        return super().get_initial() | ({"stage": stage} if stage.isdecimal() else {})

    def save_instance(self) -> Resource:
        data = self.form.cleaned_data
        return actions.keep_resource(
            actor=self.request.user, resource=self.form.save(commit=False), units=data["units"]
        )


class ResourceEditView(RefusalInForm, EditView):
    def save_instance(self) -> Resource:
        data = self.form.cleaned_data
        return actions.keep_resource(
            actor=self.request.user, resource=self.form.save(commit=False), units=data["units"]
        )


class ResourceViewSet(ModelViewSet):
    """How each stage is booked. Without it a stage has no page."""

    model = Resource
    name = "resource_records"
    url_prefix = "resource-records"
    icon = "calendar-check"
    menu_label = _("How they are booked")
    copy_view_enabled = False
    add_view_class = ResourceCreateView
    edit_view_class = ResourceEditView
    list_display = ("name_zh", "name_en", "kind", "policy", "active")
    list_filter = ("kind", "active")
    search_fields = ("name_zh", "name_en")

    def get_form_class(self, for_update: bool = False) -> type[ResourceForm]:
        return ResourceForm


class PolicyCreateView(RefusalInForm, CreateView):
    def save_instance(self) -> BookingPolicy:
        return actions.keep_policy(actor=self.request.user, policy=self.form.save(commit=False))


class PolicyEditView(RefusalInForm, EditView):
    def save_instance(self) -> BookingPolicy:
        return actions.keep_policy(actor=self.request.user, policy=self.form.save(commit=False))


class PolicyViewSet(ModelViewSet):
    """Terms of booking. A booking keeps those on which it was made."""

    model = BookingPolicy
    name = "policy_records"
    url_prefix = "policy-records"
    icon = "form"
    menu_label = _("Terms of booking")
    copy_view_enabled = False
    add_view_class = PolicyCreateView
    edit_view_class = PolicyEditView
    list_display = ("name_zh", "name_en", "hold_hours", "earnest_percent", "advance_percent")
    search_fields = ("name_zh", "name_en")
    panels = (
        _pair("name"),
        FieldRowPanel([FieldPanel("hold_hours"), FieldPanel("holds_per_company"), FieldPanel("challenge_hours")]),
        FieldRowPanel([FieldPanel("quote_valid_hours"), FieldPanel("hours_to_pay"), FieldPanel("earnest_percent")]),
        FieldRowPanel([FieldPanel("advance_percent"), FieldPanel("advance_days_before")]),
        FieldRowPanel([FieldPanel("balance_days_before"), FieldPanel("security_deposit_fen")]),
        FieldPanel("cancellation_bands"),
        FieldRowPanel([FieldPanel("earliest_days"), FieldPanel("latest_days"), FieldPanel("longest_days")]),
    )


class StageGroup(ModelViewSetGroup):
    """Stages and on what terms they are booked."""

    menu_label = _("Stages")
    menu_icon = "media"
    menu_order = 95
    items = (StageViewSet, ResourceViewSet, PolicyViewSet)
