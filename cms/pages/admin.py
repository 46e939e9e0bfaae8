"""The newsroom in the admin: people as records, and the report of what lacks a translation."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Locale, Page
from wagtail.permissions import policy_registry
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet

from portal.ui.admin_views import RefusalInForm

from . import actions, queries
from .errors import PersonHasWritten
from .models import Person


class PersonCreateView(RefusalInForm, CreateView):
    def save_instance(self) -> Person:
        return actions.save_person(actor=self.request.user, person=self.form.save(commit=False))


class PersonEditView(RefusalInForm, EditView):
    def save_instance(self) -> Person:
        return actions.save_person(actor=self.request.user, person=self.form.save(commit=False))


class PersonDeleteView(DeleteView):
    def delete_action(self) -> None:
        actions.delete_person(actor=self.request.user, person=self.object)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Say no in words where articles name the person."""
        try:
            answer: HttpResponseBase = super().post(request, *args, **kwargs)
        except PersonHasWritten as refusal:
            messages.error(request, str(refusal))
            return redirect(self.get_success_url())
        return answer


class DeletePeople(DeleteBulkAction):
    """Deleting several at once, through the action too; who is named by articles stays."""

    models: ClassVar[list[type[Person]]] = [Person]

    @classmethod
    def execute_action(cls, objects: list[Person], **kwargs: Any) -> tuple[int, int]:
        editor, gone = kwargs["self"].request.user, 0
        for person in objects:
            if not person.written.exists():
                actions.delete_person(actor=editor, person=person)
                gone += 1
        return gone, 0


class PersonViewSet(SnippetViewSet):
    """Authors and guests."""

    model = Person
    icon = "group"
    menu_label = _("Authors and guests")
    menu_order = 250
    add_to_admin_menu = True
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    delete_view_class = PersonDeleteView
    copy_view_enabled = False
    list_display = ("name_zh", "name_en", "kind", "role_zh", "is_listed")
    list_filter = ("kind", "is_listed")
    search_fields = ("name_zh", "name_en")
    ordering = ("order", "pk")
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name_zh"), FieldPanel("name_en")]),
            FieldRowPanel([FieldPanel("role_zh"), FieldPanel("role_en")]),
            FieldPanel("bio_zh"),
            FieldPanel("bio_en"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("order"), FieldPanel("slug")]),
                    FieldPanel("is_listed"),
                    FieldPanel("picture"),
                ],
                heading=_("On the page of people"),
            ),
        ]
    )


class TranslationsView(PageReportView):
    """Published pages whose other language is missing, not out yet, or older than the original."""

    page_title = _("Translations")
    header_icon = "globe"
    index_url_name = "pages_translations"
    index_results_url_name = "pages_translations_results"
    results_template_name = "pages/admin/translations_results.html"
    any_permission_required: ClassVar = ["add", "change", "publish"]
    list_export: ClassVar = ["title", "locale", "gap", "last_published_at"]

    def get_queryset(self) -> QuerySet[Page]:
        """Return the gaps among the pages this person may change, those asked for alone."""
        policy = policy_registry.get_by_type(Page)
        mine = policy.instances_user_has_permission_for(self.request.user, "change")
        return queries.translation_gaps(self.request.GET.get("gap", "")).filter(pk__in=mine.values("pk"))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the languages, to name the one that is missing."""
        names = {one.pk: one.get_display_name() for one in Locale.objects.all()}
        return {
            **super().get_context_data(*args, **kwargs),
            "asked": self.request.GET.get("gap", ""),
            "gaps": (
                ("", pgettext_lazy("portal", "All")),
                ("missing", _("Missing")),
                ("draft", _("Not out yet")),
                ("older", _("Older")),
            ),
            "other_language": {pk: next((name for one, name in names.items() if one != pk), "") for pk in names},
        }


class TranslationsMenuItem(MenuItem):
    """The way to the report, for those who write pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        allowed: bool = policy_registry.get_by_type(Page).user_has_any_permission(request.user, ["add", "change"])
        return allowed
