"""Film week's records in the Wagtail admin. Every save goes through an action; sessions are placed on the desk."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CheckboxSelectMultiple
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView, EditView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from portal.core.errors import RuleViolation
from portal.ui.admin_views import RefusalInForm
from portal.ui.stale import CarriesVersion

from . import actions
from .errors import VersionChanged
from .models import (
    AccessCode,
    Edition,
    Film,
    FilmCopy,
    Hall,
    Person,
    Programme,
    ProgrammeSession,
    Registration,
    Travel,
    Venue,
)

ACTIONS: dict[type, Any] = {
    Edition: lambda actor, record, seen: actions.keep_edition(actor=actor, edition=record, seen=seen),
    Hall: lambda actor, record, seen: actions.keep_hall(actor=actor, hall=record, seen=seen),
}


def keep(actor: Any, record: Any, seen: str = "") -> Any:
    """Save a record by its action; `seen` is what the form's reader saw."""
    own = ACTIONS.get(type(record))
    return own(actor, record, seen) if own else actions.keep_record(actor=actor, record_=record, seen=seen)


class RecordForm(CarriesVersion, WagtailAdminModelForm):
    """The form of every shared record: it carries what its reader saw."""


class _Kept(RefusalInForm):
    """Saves by the action; a refusal stands in the form."""

    def save_instance(self: Any) -> Any:
        kept = keep(self.request.user, self.form.save(commit=False), self.form.seen)
        self.form.save_m2m()
        return kept

    def show_refusal(self, form: Any, refusal: RuleViolation | ValidationError) -> None:
        if isinstance(refusal, VersionChanged):
            form.meanwhile(refusal.stored, str(refusal))
        else:
            super().show_refusal(form, refusal)


class RecordCreateView(_Kept, CreateView):
    """Making is an action."""


class RecordEditView(_Kept, EditView):
    """Changing is an action."""


class RecordDeleteView(DeleteView):
    """Removing is an action; a refusal is told above the record."""

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except RuleViolation as refusal:
            messages.error(self.request, str(refusal))
            return redirect(self.get_success_url())

    def delete_action(self) -> None:
        actions.delete_record(actor=self.request.user, record_=self.object)


def _pair(name: str) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(f"{name}_zh"), FieldPanel(f"{name}_en")])


class _Records(ModelViewSet):
    add_view_class = RecordCreateView
    edit_view_class = RecordEditView
    delete_view_class = RecordDeleteView
    copy_view_enabled = False
    icon = "list-ul"

    def get_edit_handler(self) -> Any:
        return ObjectList(self.panels, base_form_class=RecordForm).bind_to_model(self.model)


class EditionViewSet(_Records):
    """Editions."""

    model = Edition
    name = "film_week_editions"
    url_prefix = "film-week/editions"
    icon = "calendar"
    menu_label = _("Editions")
    list_display = ("name_zh", "name_en", "start", "end", "state")
    list_filter = ("state", "kind")
    search_fields = ("name_zh", "name_en", "slug")
    panels = (
        _pair("name"), _pair("summary"), FieldRowPanel([FieldPanel("slug"), FieldPanel("kind"), FieldPanel("state")]),
        FieldRowPanel([FieldPanel("start"), FieldPanel("end")]), _pair("town"),
        FieldPanel("halls", widget=CheckboxSelectMultiple), FieldPanel("picture"), FieldPanel("sample"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("hall_level"), FieldPanel("person_level")]),
                FieldRowPanel([FieldPanel("copy_level"), FieldPanel("travel_level")]),
                FieldPanel("hall_gap_minutes"),
            ],
            heading=_("When two sessions want the same"),
        ),
        FieldRowPanel([FieldPanel("offer_hours"), FieldPanel("companions_most")]),
    )  # fmt: skip


class ProgrammeViewSet(_Records):
    """单元."""

    model = Programme
    name = "film_week_programmes"
    url_prefix = "film-week/programmes"
    menu_label = pgettext_lazy("film week", "Programmes")
    list_display = ("name_zh", "name_en", "edition", "order")
    list_filter = ("edition",)
    search_fields = ("name_zh", "name_en")
    panels = (FieldPanel("edition"), _pair("name"), _pair("summary"), FieldPanel("order"))


class VenueViewSet(_Records):
    """场馆."""

    model = Venue
    name = "film_week_venues"
    url_prefix = "film-week/venues"
    icon = "site"
    menu_label = pgettext_lazy("film week", "Venues")
    list_display = ("name_zh", "name_en", "order")
    search_fields = ("name_zh", "name_en")
    panels = (
        _pair("name"), _pair("address"), _pair("way"), FieldRowPanel([FieldPanel("lat"), FieldPanel("lng"), FieldPanel("order")]),
    )  # fmt: skip


class HallViewSet(_Records):
    """影厅."""

    model = Hall
    name = "film_week_halls"
    url_prefix = "film-week/halls"
    icon = "home"
    menu_label = _("Halls")
    list_display = ("name_zh", "venue", "seats", "opens_at", "closes_at", "resource")
    list_filter = ("venue",)
    search_fields = ("name_zh", "name_en")
    panels = (
        FieldPanel("venue"), _pair("name"), FieldRowPanel([FieldPanel("seats"), FieldPanel("wheelchair_seats"), FieldPanel("order")]),
        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]), _pair("door"), FieldPanel("resource"),
    )  # fmt: skip


class TravelViewSet(_Records):
    """Ways between venues."""

    model = Travel
    name = "film_week_travel"
    url_prefix = "film-week/travel"
    icon = "arrow-right"
    menu_label = _("Ways between venues")
    list_display = ("one", "other", "minutes")
    panels = (FieldRowPanel([FieldPanel("one"), FieldPanel("other"), FieldPanel("minutes")]),)


class FilmViewSet(_Records):
    """影片."""

    model = Film
    name = "film_week_films"
    url_prefix = "film-week/films"
    icon = "media"
    menu_label = _("Films")
    list_display = ("title_zh", "title_en", "year", "runtime_min")
    search_fields = ("title_zh", "title_en", "director_zh", "director_en")
    panels = (
        _pair("title"), FieldRowPanel([FieldPanel("slug"), FieldPanel("year"), FieldPanel("runtime_min")]), _pair("genre"), _pair("country"),
        _pair("director"), _pair("spoken"), _pair("synopsis"), _pair("advice"), FieldPanel("picture"),
        FieldRowPanel([FieldPanel("shows_film"), FieldPanel("sample")]),
    )  # fmt: skip


class CopyViewSet(_Records):
    """片源."""

    model = FilmCopy
    name = "film_week_copies"
    url_prefix = "film-week/copies"
    icon = "copy"
    menu_label = _("Film copies")
    list_display = ("film", "label", "format", "key_from", "key_until")
    list_filter = ("format",)
    search_fields = ("label", "film__title_zh", "film__title_en")
    panels = (
        FieldPanel("film"), FieldRowPanel([FieldPanel("label"), FieldPanel("format")]), _pair("picture"), _pair("subtitles"),
        FieldRowPanel([FieldPanel("key_from"), FieldPanel("key_until")]),
    )  # fmt: skip


class PersonViewSet(_Records):
    """嘉宾."""

    model = Person
    name = "film_week_guests"
    url_prefix = "film-week/guests"
    icon = "user"
    menu_label = _("Guests")
    list_display = ("name_zh", "name_en", "work_zh")
    search_fields = ("name_zh", "name_en", "work_zh", "work_en")
    panels = (_pair("name"), _pair("work"), _pair("bio"), FieldPanel("sample"))


class AccessCodeViewSet(_Records):
    """Codes that open a quota."""

    model = AccessCode
    name = "film_week_codes"
    url_prefix = "film-week/codes"
    icon = "key"
    menu_label = _("Access codes")
    list_display = ("code", "audience", "edition")
    list_filter = ("edition", "audience")
    search_fields = ("code",)
    panels = (FieldPanel("edition"), FieldRowPanel([FieldPanel("code"), FieldPanel("audience")]))


def session_page(session: ProgrammeSession) -> str:
    """Return the page on which a session is worked on."""
    return reverse("events:edit_session", args=[session.pk])


class SessionViewSet(ModelViewSet):
    """Every session; the title leads to the desk."""

    model = ProgrammeSession
    name = "film_week_sessions"
    url_prefix = "film-week/sessions"
    icon = "date"
    menu_label = pgettext_lazy("film week", "Sessions")
    inspect_view_enabled = False
    copy_view_enabled = False
    list_display = (
        TitleColumn("title_zh", label=_("title in Chinese"), get_url=session_page),
        Column("hall", label=_("hall")),
        DateColumn("starts_at", label=_("starts at")),
        Column("get_state_display", label=_("state")),
    )
    list_filter = ("edition", "kind", "state")
    search_fields = ("title_zh", "title_en", "slug")
    ordering = ("starts_at",)
    form_fields = ("title_zh",)

    def get_queryset(self, request: Any) -> Any:
        return ProgrammeSession.objects.select_related("hall__venue")


def visitors_page(registration: Registration) -> str:
    """Return the list of visitors the registration stands in."""
    return f"{reverse('events:visitors', args=[registration.session_id])}?q={registration.code}"


class RegistrationViewSet(ModelViewSet):
    """Every registration; changed by its holder's link alone."""

    model = Registration
    name = "film_week_registrations"
    url_prefix = "film-week/registrations"
    icon = "group"
    menu_label = _("Registrations")
    inspect_view_enabled = False
    copy_view_enabled = False
    list_display = (
        TitleColumn("name", label=pgettext_lazy("person", "name"), get_url=visitors_page),
        Column("spoken_code", label=_("code")),
        Column("session", label=pgettext_lazy("film week", "session")),
        Column("seats", label=pgettext_lazy("film week", "people")),
        Column("get_state_display", label=_("state")),
        DateColumn("created_at", label=_("registered at")),
    )
    list_filter = ("state", "session__edition")
    search_fields = ("name", "email", "code")
    ordering = ("-pk",)
    form_fields = ("name",)

    def get_queryset(self, request: Any) -> Any:
        return Registration.objects.select_related("session")


class FilmWeekGroup(ModelViewSetGroup):
    """One entry of the menu."""

    menu_label = _("Film week")
    menu_icon = "calendar"
    menu_name = "film-week"
    menu_order = 115
    items = (
        EditionViewSet, SessionViewSet, RegistrationViewSet, ProgrammeViewSet, VenueViewSet, HallViewSet, TravelViewSet, FilmViewSet, CopyViewSet,
        PersonViewSet, AccessCodeViewSet,
    )  # fmt: skip
