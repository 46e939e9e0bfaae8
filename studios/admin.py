"""Stages in the admin. Whatever the form saves goes through `studios.actions`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList, TabbedInterface
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.viewsets.model import ModelViewSet

from . import actions
from .models import Stage
from .sheet import GROUPS


class StageCreateView(CreateView):
    def save_instance(self) -> Stage:
        return actions.keep_stage(actor=self.request.user, stage=self.form.save(commit=False))


class StageEditView(EditView):
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
