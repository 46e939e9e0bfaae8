"""Synonyms in the admin. Whatever the form saves goes through `portal.search.actions`."""

from __future__ import annotations

from typing import Any, ClassVar

from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet

from . import actions
from .models import Synonym


class SynonymCreateView(CreateView):
    def save_instance(self) -> Synonym:
        return actions.save_synonym(actor=self.request.user, synonym=self.form.save(commit=False))


class SynonymEditView(EditView):
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
