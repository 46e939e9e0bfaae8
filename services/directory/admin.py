"""Vendors in the Wagtail admin: the queue, one click from the entry's check. Writes go through the actions."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from laces.components import Component
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from portal.ui.admin_views import RefusalInForm

from . import actions
from .forms import VendorRecordForm
from .models import Vendor

SHOWN = 12


class QueuePanel(Component):
    """What waits to be checked, on the admin's home."""

    name = "directory_queue"
    template_name = "directory/admin/queue.html"
    order = 20

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        waiting = Vendor.objects.waiting()
        return {"rows": list(waiting[:SHOWN]), "total": waiting.count()}


def review_page(vendor: Vendor) -> str:
    """Return the page on which an entry is checked."""
    return reverse("directory:review", args=[vendor.slug])


class VendorEditView(RefusalInForm, EditView):
    """Correcting words is an action; states have their own steps."""

    def get_object(self, queryset: Any = None) -> Vendor:
        vendor: Vendor = super().get_object(queryset)
        if vendor.state == Vendor.State.DRAFT:
            raise Http404
        return vendor

    def save_instance(self) -> Vendor:
        return actions.edit_as_staff(actor=self.request.user, vendor=self.form.save(commit=False))


class VendorIndexView(IndexView):
    """The list with its companies in the same query; drafts are their people's own."""

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().exclude(state=Vendor.State.DRAFT).select_related("organisation")


class VendorViewSet(ModelViewSet):
    """Every entry, those sent last first; the title leads to its check."""

    model = Vendor
    name = "vendor_records"
    url_prefix = "vendor-records"
    icon = "group"
    menu_label = _("Vendors")
    menu_name = "vendors"
    menu_order = 115
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    index_view_class = VendorIndexView
    edit_view_class = VendorEditView
    list_display = (
        TitleColumn("name_zh", label=pgettext_lazy("vendor", "Name"), get_url=review_page),
        Column("get_state_display", label=_("State")),
        Column("get_kind_display", label=pgettext_lazy("vendor", "Kind")),
        Column("organisation", label=_("kept by company")),
        Column("get_needs_check_display", label=_("changed since it was checked")),
        DateColumn("submitted_at", label=_("sent for checking")),
        DateColumn("last_verified_on", label=_("verified on")),
    )
    list_filter = ("state", "needs_check", "kind", "invoice", "is_sample")
    search_fields = ("name_zh", "name_en", "credit_code", "slug")
    ordering = ("-submitted_at", "-pk")
    list_per_page = 50
    panels = (
        FieldRowPanel((FieldPanel("name_zh"), FieldPanel("name_en"))),
        FieldRowPanel((FieldPanel("kind"), FieldPanel("credit_code"))),
        FieldRowPanel((FieldPanel("summary_zh"), FieldPanel("summary_en"))),
        FieldPanel("description_zh"),
        FieldPanel("description_en"),
        FieldPanel("categories"),
        FieldPanel("coverage"),
        FieldRowPanel((FieldPanel("radius_km"), FieldPanel("popularity"))),
        FieldPanel("languages"),
        MultiFieldPanel(
            (
                FieldRowPanel((FieldPanel("price_from_fen"), FieldPanel("price_to_fen"), FieldPanel("price_basis"))),
                FieldRowPanel((FieldPanel("tax_included"), FieldPanel("invoice"))),
                FieldRowPanel((FieldPanel("minimum_zh"), FieldPanel("minimum_en"))),
            ),
            heading=_("Price"),
        ),
    )
    base_form_class = VendorRecordForm

    def get_edit_handler(self) -> Any:
        handler = super().get_edit_handler()
        handler.base_form_class = VendorRecordForm
        return handler
