"""媒体中心: press kits with files that the editor releases."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page

from cms.pages.shared import BODY_SEARCH, LEAD_PANELS, LEAD_SEARCH, Body, Lead
from media.models import private_storage

MOST_FILES = 40


class Rights(models.TextChoices):
    """What the press may do with a file."""

    FREE = "free", _("Free with the credit")
    EDITORIAL = "editorial", _("For reports about the lot only, with the credit")
    ASK = "ask", _("Ask before each use")


class PressPage(Lead, Body, Page):
    """媒体中心: whom to ask, and the kits."""

    contact = models.TextField(
        _("whom to ask"), max_length=300, blank=True, help_text=_("Name, telephone, mail; one a line.")
    )

    template = "pages/press.html"
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = ["pages.PressKitPage"]
    content_panels = [*Page.content_panels, *LEAD_PANELS, FieldPanel("contact"), FieldPanel("body")]
    search_fields = [*Page.search_fields, *BODY_SEARCH]

    class Meta:
        verbose_name = _("press page")
        verbose_name_plural = _("press pages")

    @property
    def contact_lines(self) -> list[str]:
        """Whom to ask, line by line."""
        return [line.strip() for line in self.contact.splitlines() if line.strip()]


class PressKitPage(Lead, Body, Page):
    """媒体包: documents and pictures about one matter. Publishing it releases its files."""

    date = models.DateField(_("date"), default=timezone.localdate)
    terms = models.TextField(
        _("terms"),
        max_length=400,
        blank=True,
        help_text=_("What holds for all files of the kit, in one or two sentences."),
    )

    template = "pages/press_kit.html"
    parent_page_types: ClassVar[list[str]] = ["pages.PressPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("date"),
        *LEAD_PANELS,
        FieldPanel("terms"),
        MultiFieldPanel(
            [InlinePanel("papers", label=_("Document"), max_num=MOST_FILES)], heading=_("Documents to fetch")
        ),
        MultiFieldPanel(
            [InlinePanel("pictures", label=_("Picture"), max_num=MOST_FILES)], heading=_("Pictures to fetch")
        ),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("press kit")
        verbose_name_plural = _("press kits")


class PressFile(Orderable):
    """What is said of any file of a kit."""

    rights = models.CharField(_("what may be done with it"), max_length=10, choices=Rights, default=Rights.EDITORIAL)
    credit = models.CharField(
        _("credit line"), max_length=120, blank=True, help_text=_("Pictures: left empty, the author of the picture.")
    )
    licence = models.CharField(
        _("licence"), max_length=120, blank=True, help_text=_("Pictures: left empty, the licence of the picture.")
    )

    class Meta(Orderable.Meta):
        abstract = True


class PressPaper(PressFile):
    """A document of a kit. It is fetched by the rule for all documents, so it has to be public there."""

    kit = ParentalKey(PressKitPage, related_name="papers")
    document = models.ForeignKey("media.PortalDocument", models.CASCADE, related_name="+", verbose_name=_("document"))
    label = models.CharField(_("label"), max_length=80)

    panels: ClassVar = [
        FieldPanel("document"),
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("rights"), FieldPanel("credit"), FieldPanel("licence")]),
    ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Raise `ValidationError` for a document that visitors could not fetch."""
        super().clean()
        if self.document_id and not self.document.is_public:
            words = _("Only people of the lot can open this document. Mark it as public first, then choose it again.")
            raise ValidationError({"document": words})


class PressPicture(PressFile):
    """A picture of a kit. What is fetched is a copy made for the press, never the original."""

    kit = ParentalKey(PressKitPage, related_name="pictures")
    image = models.ForeignKey("media.PortalImage", models.CASCADE, related_name="+", verbose_name=_("picture"))
    caption = models.CharField(_("caption"), max_length=160, blank=True)

    panels: ClassVar = [
        FieldPanel("image"),
        FieldPanel("caption"),
        FieldRowPanel([FieldPanel("rights"), FieldPanel("credit"), FieldPanel("licence")]),
    ]

    def __str__(self) -> str:
        return self.caption or str(self.image)


def copy_path(copy: Any, filename: str) -> str:
    """Return a path no one can guess."""
    return f"press/{uuid.uuid4().hex}.jpg"


class PressCopy(models.Model):
    """A picture as the press gets it: a JPEG without metadata, kept private until a public kit names it."""

    image = models.OneToOneField("media.PortalImage", models.CASCADE, related_name="+")
    source_name = models.CharField(max_length=255)
    file = models.FileField(upload_to=copy_path, storage=private_storage)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="press_copy_has_an_area", condition=Q(width__gte=1, height__gte=1, size__gte=1))
        ]

    def __str__(self) -> str:
        return f"{self.image_id} {self.width} × {self.height}"
