"""Synonyms in the admin, and the page of figures. Whatever a form saves goes through `portal.search.actions`."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet

from portal.accounts.rules import may
from portal.ui.admin_views import RefusalInForm

from . import actions, engines, notes
from .explain import explain
from .models import Synonym
from .query import LONGEST_TEXT
from .rules import EDIT_SYNONYMS
from .spec import specs
from .standing import engine_standing


class SynonymCreateView(RefusalInForm, CreateView):
    def get_initial(self) -> dict[str, Any]:
        """Begin with a word that found nothing, where the page of figures sends one."""
        return {**super().get_initial(), "words": self.request.GET.get("words", "")[:100]}

    def save_instance(self) -> Synonym:
        return actions.save_synonym(actor=self.request.user, synonym=self.form.save(commit=False))


class SynonymEditView(RefusalInForm, EditView):
    def save_instance(self) -> Synonym:
        return actions.save_synonym(actor=self.request.user, synonym=self.form.save(commit=False))


class SynonymDeleteView(DeleteView):
    def delete_action(self) -> None:
        actions.delete_synonym(actor=self.request.user, synonym=self.object)


class DeleteSynonyms(DeleteBulkAction):
    """Deleting several at once, through the action too."""

    models: ClassVar[list[type[Synonym]]] = [Synonym]

    @classmethod
    def execute_action(cls, objects: list[Synonym], **kwargs: Any) -> tuple[int, int]:
        editor = kwargs["self"].request.user
        for synonym in objects:
            actions.delete_synonym(actor=editor, synonym=synonym)
        return len(objects), 0


class SynonymViewSet(SnippetViewSet):
    """Words that mean the same to a scout."""

    model = Synonym
    icon = "search"
    add_to_settings_menu = True
    add_view_class = SynonymCreateView
    edit_view_class = SynonymEditView
    delete_view_class = SynonymDeleteView
    copy_view_enabled = False
    list_display = ("words",)
    search_fields = ("words",)


class AskForm(forms.Form):
    """A text to be looked into."""

    q = forms.CharField(label=_("Query"), max_length=LONGEST_TEXT, required=False, strip=True)
    kind = forms.ChoiceField(label=_("Among"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(spec.kind, spec.title or spec.kind) for spec in specs()]  # type: ignore[attr-defined]  # a choice field


class FiguresView(WagtailAdminTemplateMixin, TemplateView):
    """How the search stands, what was asked in vain or slowly, and what a query becomes."""

    page_title = _("Search figures")
    header_icon = "search"
    template_name = "search/admin/figures.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in those who may teach the search words."""
        if not may(request.user, EDIT_SYNONYMS):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here, this page last."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the page shows. An engine that is away costs a second."""
        form = AskForm(self.request.GET if "q" in self.request.GET else None)
        asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
        kind = asked.get("kind") or specs()[0].kind
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "explained": explain(kind, asked["q"]) if asked.get("q") else None,
            "engines": [engine_standing(one) for one in engines.all_engines()],
            "open": engines.current().remote and engines.breaker_of(settings.SEARCH_URL).is_open,
            "in_vain": notes.in_vain(),
            "slow": notes.slow(),
            "titles": {spec.kind: spec.title or spec.kind for spec in specs()},
            "add": "wagtailsnippets_search_synonym:add",
            "list": "wagtailsnippets_search_synonym:list",
        }


class FiguresMenuItem(MenuItem):
    """The way there, for those who may."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, EDIT_SYNONYMS)
