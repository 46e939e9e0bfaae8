"""Home, services and guides."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms.pages.blocks.links import validate_address
from cms.pages.shared import BODY_SEARCH, LEAD_PANELS, LEAD_SEARCH, Body, Lead, picture_key

from .related import RELATED_PANEL


class HomePage(Lead, Page):
    """The first page: a photograph by day and by night, one search, what is free, services, news."""

    headline_1 = models.CharField(_("headline, first line"), max_length=30)
    headline_2 = models.CharField(_("headline, second line"), max_length=30, blank=True)
    night_picture = picture_key(_("picture under a dark scheme"))
    search_hints = models.CharField(
        _("searches to try"), max_length=120, blank=True, help_text=_("Up to five, parted by commas.")
    )
    week_when = models.CharField(_("film week: when and where"), max_length=60, blank=True)
    week_title = models.CharField(_("film week: title"), max_length=40, blank=True)
    week_text = models.TextField(_("film week: text"), max_length=300, blank=True)
    week_path = models.CharField(_("film week: address"), max_length=200, blank=True, validators=[validate_address])
    week_picture = picture_key(_("film week: picture"))
    news_picture = picture_key(_("picture beside the news"))

    template = "pages/home.html"
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("headline_1"), FieldPanel("headline_2")], heading=_("Headline")),
        FieldPanel("lead"),
        MultiFieldPanel([FieldPanel("picture"), FieldPanel("night_picture")], heading=_("Photograph")),
        FieldPanel("search_hints"),
        MultiFieldPanel(
            [
                FieldPanel("week_when"),
                FieldPanel("week_title"),
                FieldPanel("week_text"),
                FieldPanel("week_path"),
                FieldPanel("week_picture"),
            ],
            heading=_("Film week"),
        ),
        FieldPanel("news_picture"),
    ]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @property
    def hints(self) -> list[str]:
        """The searches to try, one by one."""
        return [hint.strip() for hint in self.search_hints.replace("，", ",").split(",") if hint.strip()][:5]


class ServicesIndexPage(Lead, Page):
    """一站式服务: the six services of the desk."""

    template = "pages/services_index.html"
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = ["pages.ServicePage"]
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("list of services")
        verbose_name_plural = _("lists of services")


class ServicePage(Lead, Body, Page):
    """One service of the desk: what is offered, how to ask."""

    class Heading(models.TextChoices):
        PLACES = "places", _("Location coordination")
        WARDROBE = "wardrobe", _("Costume, make-up and props")
        CAST = "cast", _("Casting")
        HOSPITALITY = "hospitality", _("Hotels and catering")
        POST = "post", _("Post-production")
        PUBLICITY = "publicity", _("Publicity")

    heading = models.CharField(_("heading"), max_length=12, choices=Heading)
    offers = models.TextField(
        _("what is offered"), max_length=300, help_text=_("One a line; the first four stand on the home page.")
    )
    how_to_ask = models.TextField(_("how to ask"), max_length=500, blank=True)
    ask_label = models.CharField(_("words on the button"), max_length=30, blank=True)
    ask_path = models.CharField(_("where the button leads"), max_length=200, blank=True, validators=[validate_address])

    template = "pages/service.html"
    parent_page_types: ClassVar[list[str]] = ["pages.ServicesIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("heading"),
        *LEAD_PANELS,
        FieldPanel("offers"),
        MultiFieldPanel(
            [FieldPanel("how_to_ask"), FieldPanel("ask_label"), FieldPanel("ask_path")], heading=_("How to ask")
        ),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, *BODY_SEARCH, index.FilterField("heading")]

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="service_button_has_words_and_an_address",
                condition=Q(ask_label="", ask_path="") | (~Q(ask_label="") & ~Q(ask_path="")),
                violation_error_message=_("A button needs its words and its address."),
            )
        ]

    @property
    def offer_list(self) -> list[str]:
        """What is offered, one by one."""
        return [line.strip() for line in self.offers.splitlines() if line.strip()]


class GuideIndexPage(Lead, Page):
    """The guides."""

    template = "pages/guide_index.html"
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = ["pages.GuidePage"]
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("list of guides")
        verbose_name_plural = _("lists of guides")


class GuidePage(Lead, Body, Page):
    """办事指南: how something is done here."""

    checked_on = models.DateField(_("last checked on"), null=True, blank=True)

    template = "pages/guide.html"
    parent_page_types: ClassVar[list[str]] = ["pages.GuideIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *Page.content_panels,
        *LEAD_PANELS,
        FieldPanel("checked_on"),
        FieldPanel("body"),
        RELATED_PANEL,
    ]
    search_fields = [*Page.search_fields, *BODY_SEARCH]

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
