"""Pages that an editor puts beside a page."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import InlinePanel, PageChooserPanel
from wagtail.models import Orderable

MOST_RELATED = 6


class RelatedPage(Orderable):
    """One page that readers of another should see. Readers get it in their language, or not at all."""

    source = ParentalKey("wagtailcore.Page", related_name="related_links")
    page = models.ForeignKey("wagtailcore.Page", models.CASCADE, related_name="+", verbose_name=_("page"))

    panels: ClassVar = [PageChooserPanel("page")]

    class Meta(Orderable.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                name="related_page_is_another_page",
                condition=~Q(source=F("page")),
                violation_error_message=_("Choose another page than this one."),
            )
        ]

    def __str__(self) -> str:
        return str(self.page)


RELATED_PANEL = InlinePanel(
    "related_links",
    heading=_("Related pages"),
    label=_("Related page"),
    max_num=MOST_RELATED,
    help_text=_("Shown beside the text in the reader's language. More of the same category follows by itself."),
)
