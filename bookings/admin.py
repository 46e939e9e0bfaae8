"""Bookings, closures and the audit trail in the Wagtail admin. Writes go through the actions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy
from laces.components import Component
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from portal.accounts.models import Organisation
from portal.accounts.rules import may
from portal.audit.models import Event
from portal.core.day_ranges import DayRange
from portal.payments.models import Payment
from portal.tasks import clock
from portal.ui.admin_views import RefusalInForm

from . import actions, desk
from .forms import ClosureRecordForm
from .models import Booking, Closure


class DeskPanel(Component):
    """The lists of the desk on the admin's home."""

    name = "desk"
    template_name = "bookings/admin/desk.html"
    order = 10

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        return {
            "lists": desk.lists(user),
            "stuck": desk.stuck(),
            "clock_doubted": bool(clock.doubt()),
            "finance": may(user, "payments.record"),
        }


def booking_page(booking: Booking) -> str:
    """Return the page on which a booking is worked on."""
    return booking.get_absolute_url()


class BookingViewSet(ModelViewSet):
    """Every booking; the title leads to its page."""

    model = Booking
    name = "booking_records"
    url_prefix = "booking-records"
    icon = "calendar-alt"
    menu_label = _("Bookings")
    inspect_view_enabled = False
    copy_view_enabled = False
    list_display = (
        TitleColumn("reference", label=_("Reference"), get_url=booking_page),
        Column("organisation", label=_("Company")),
        Column("production", label=_("Production")),
        Column("current_state_label", label=_("State")),
        DateColumn("hold_expires_at", label=_("Hold until")),
        DateColumn("created_at", label=_("Asked")),
    )
    list_filter = ("state",)
    search_fields = ("reference", "production", "organisation__name")
    ordering = ("-pk",)
    form_fields = ("production",)


class ClosureCreateView(RefusalInForm, CreateView):
    """Closing days is an action."""

    def save_instance(self) -> Closure:
        data = self.form.cleaned_data
        return actions.close_days(
            actor=self.request.user,
            resource=data["resource"],
            days=DayRange(data["start"], data["end"]),
            reason=data["reason"],
            reason_en=data["reason_en"],
            over_holds=data["over_holds"],
            message=data["message"],
        )


class ClosureDeleteView(DeleteView):
    """Opening days again is an action."""

    def delete_action(self) -> None:
        actions.reopen_days(actor=self.request.user, closure=self.object)


class ClosureViewSet(ModelViewSet):
    """检修 and events: days out of the calendar."""

    model = Closure
    name = "closures"
    url_prefix = "closures"
    icon = "lock"
    menu_label = _("Closures")
    add_view_class = ClosureCreateView
    delete_view_class = ClosureDeleteView
    copy_view_enabled = False
    list_display = (
        "reason",
        Column("get_kind_display", label=pgettext_lazy("closure", "kind")),
        "resource",
        "start",
        "end",
    )
    list_filter = ("resource", "kind")
    search_fields = ("reason",)
    panels = (
        FieldPanel("resource"),
        FieldRowPanel((FieldPanel("start"), FieldPanel("end"))),
        FieldPanel("reason"),
        FieldPanel("reason_en"),
        FieldPanel("message"),
        FieldPanel("over_holds"),
    )

    def get_form_class(self, for_update: bool = False) -> Any:
        return ClosureRecordForm


class PaymentViewSet(ModelViewSet):
    """Money that was recorded; never changed here."""

    model = Payment
    name = "payments"
    url_prefix = "payments"
    icon = "clipboard-list"
    menu_label = _("Payments")
    copy_view_enabled = False
    list_display = (
        Column("schedule", label=_("For")), Column("get_state_display", label=_("State")), Column("amount_yuan", label=_("Amount")), Column("payer", label=_("Payer")),
        Column("received_on", label=_("Received on")), Column("recorded_by", label=_("Recorded by")),
    )  # fmt: skip
    search_fields = ("schedule__reference", "payer", "bank_reference")
    list_filter = ("provider", "state", "received_on")
    form_fields = ("payer",)


class EventViewSet(ModelViewSet):
    """The audit trail."""

    model = Event
    name = "audit"
    url_prefix = "audit"
    icon = "history"
    menu_label = _("Audit trail")
    copy_view_enabled = False
    list_display = (
        DateColumn("created_at", label=_("When")), Column("words", label=_("action")), Column("actor", label=_("by")),
        Column("subject_label", label=_("what")), Column("request_id", label=_("Request")),
    )  # fmt: skip
    list_filter = ("subject_type", "created_at")
    search_fields = ("action", "subject_label")
    form_fields = ("subject_label",)


class CompanyViewSet(ModelViewSet):
    """Companies; their data is their owners' to change."""

    model = Organisation
    name = "companies"
    url_prefix = "companies"
    icon = "group"
    menu_label = _("Companies")
    copy_view_enabled = False
    list_display = (
        Column("name", label=_("company name")),
        Column("credit_code", label=_("unified social credit code")),
        DateColumn("created_at", label=_("Since")),
    )
    search_fields = ("name", "credit_code")
    form_fields = ("name",)


class DeskGroup(ModelViewSetGroup):
    """The lot's records in the menu."""

    menu_label = _("Desk")
    menu_icon = "desktop"
    menu_order = 90
    items = (BookingViewSet, ClosureViewSet, PaymentViewSet, CompanyViewSet, EventViewSet)
