"""The admin's form of a press kit: what cannot be fetched is refused beside the field, before it goes out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm


class PressKitForm(WagtailAdminPageForm):
    """Asks that each document of the kit is public."""

    def clean(self) -> dict[str, Any]:
        """Add an error to each document that visitors could not fetch."""
        cleaned: dict[str, Any] = super().clean()
        papers = self.formsets.get("papers")
        for form in papers.forms if papers else ():
            document = getattr(form, "cleaned_data", {}).get("document")
            if document and not form.cleaned_data.get("DELETE") and not document.is_public:
                form.add_error(
                    "document",
                    _("Only people of the lot can open this document. Mark it as public first, then choose it again."),
                )
        return cleaned
