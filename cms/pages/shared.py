"""What pages of ours have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from .blocks import BodyBlock

if TYPE_CHECKING:
    from media.models import PortalImage


def picture_key(label: Any) -> models.ForeignKey[PortalImage | None, PortalImage | None]:
    """Return a field that chooses a picture; the page outlives it."""
    return models.ForeignKey(
        "media.PortalImage", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=label
    )


class Lead(models.Model):
    """What every page of ours has: a lead and a picture."""

    lead = models.TextField(
        _("lead"), max_length=300, blank=True, help_text=_("One or two sentences, also shown in lists and searches.")
    )
    picture = picture_key(_("picture"))
    picture_shows_subject = models.BooleanField(
        _("the picture shows the very thing the page speaks of"),
        default=False,
        help_text=_("Off: the caption says that this is a sample picture."),
    )

    class Meta:
        abstract = True

    known_restrictions: Any = None

    def get_view_restrictions(self) -> Any:
        """Return the locks read for this request already, else ask as Wagtail does."""
        if self.known_restrictions is not None and not self.alias_of_id:  # type: ignore[attr-defined]
            return self.known_restrictions
        return super().get_view_restrictions()  # type: ignore[misc]

    @property
    def description(self) -> str:
        """What search engines and shared links show."""
        return self.search_description or self.lead  # type: ignore[attr-defined]


class Body(models.Model):
    """A body of blocks."""

    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    class Meta:
        abstract = True


LEAD_PANELS = [
    FieldPanel("lead"),
    MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_shows_subject")], heading=_("Picture")),
]
LEAD_SEARCH = [index.SearchField("lead")]
BODY_SEARCH = [*LEAD_SEARCH, index.SearchField("body")]
