"""Stages in the admin. Whatever the form saves goes through `studios.actions`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList, TabbedInterface
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.viewsets.model import ModelViewSet

from portal.ui.admin_views import RefusalInForm

from . import actions
from .models import Stage
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


def filled(field: models.JSONField) -> dict[str, Any]:
    """Return how every JSON field of the admin is asked for."""
    checks = [known_sources] if field.name == "sources" else []
    beginning = field.default if callable(field.default) and not field.null else type(None)
    return {"form_class": FilledJSONField, "beginning": beginning, "validators": checks}


register_form_field_override(models.JSONField, override=filled)


class StageCreateView(RefusalInForm, CreateView):
    def save_instance(self) -> Stage:
        return actions.keep_stage(actor=self.request.user, stage=self.form.save(commit=False))


class StageEditView(RefusalInForm, EditView):
    def save_instance(self) -> Stage:
        return actions.keep_stage(actor=self.request.user, stage=self.form.save(commit=False))


def _pair(name: str) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(f"{name}_zh"), FieldPanel(f"{name}_en")])


class StageViewSet(ModelViewSet):
    """Stages and facilities with their sheets."""

    model = Stage
    name = "stage_records"
    url_prefix = "stage-records"
    icon = "media"
    menu_label = _("Stages")
    menu_order = 95
    add_to_admin_menu = True
    copy_view_enabled = False
    add_view_class = StageCreateView
    edit_view_class = StageEditView
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
