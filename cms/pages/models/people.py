"""People 作者与嘉宾: records with language pairs, shown on one page (ADR 0017)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.search import index

from cms.pages.shared import LEAD_PANELS, LEAD_SEARCH, Lead, picture_key
from portal.core.bilingual import Bilingual


class Person(index.Indexed, models.Model):
    """Somebody who writes for the newsroom or is spoken with. Both languages, so that no page is mixed."""

    class Kind(models.TextChoices):
        AUTHOR = "author", _("Author")
        GUEST = "guest", _("Guest")

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.AUTHOR)
    name_zh = models.CharField(_("name in Chinese"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60)
    role_zh = models.CharField(_("what they do, in Chinese"), max_length=60)
    role_en = models.CharField(_("what they do, in English"), max_length=90)
    bio_zh = models.TextField(_("about them, in Chinese"), max_length=400, blank=True)
    bio_en = models.TextField(_("about them, in English"), max_length=800, blank=True)
    picture = picture_key(_("picture"))
    is_listed = models.BooleanField(
        _("shown on the page of people"), default=True, help_text=_("Off: only the name stands beside their articles.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    name = Bilingual()
    role = Bilingual()
    bio = Bilingual()

    search_fields: ClassVar = [
        index.SearchField("name_zh"),
        index.SearchField("name_en"),
        index.AutocompleteField("name_zh"),
        index.AutocompleteField("name_en"),
    ]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("order", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="person_is_told_of_in_both_languages",
                condition=Q(bio_zh="", bio_en="") | (~Q(bio_zh="") & ~Q(bio_en="")),
                violation_error_message=_("Write about them in both languages, or in neither."),
            ),
            models.CheckConstraint(
                name="person_has_a_name_in_both_languages",
                condition=~Q(name_zh="") & ~Q(name_en="") & ~Q(role_zh="") & ~Q(role_en=""),
                violation_error_message=_("Name and work are needed in both languages."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        """Return the address of their page in the reader's language; empty for who is not listed."""
        return reverse("pages:person", args=[self.slug]) if self.is_listed else ""


class PeoplePage(Lead, Page):
    """The people of the newsroom, listed."""

    template = "pages/people.html"
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("page of people")
        verbose_name_plural = _("pages of people")
