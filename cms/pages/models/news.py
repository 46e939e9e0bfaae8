"""News: the list, its sections and its articles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page
from wagtail.search import index

from cms.pages.shared import BODY_SEARCH, LEAD_PANELS, LEAD_SEARCH, Body, Lead

from .related import RELATED_PANEL

MOST_AUTHORS = 6


class NewsIndexPage(Lead, Page):
    """片场动态: the news, those of its sections included."""

    template = "pages/news_index.html"
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = ["pages.ArticlePage", "pages.SectionPage"]
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("list of news")
        verbose_name_plural = _("lists of news")


class SectionPage(Lead, Page):
    """栏目: a part of the news with articles and a feed of its own."""

    template = "pages/section.html"
    parent_page_types: ClassVar[list[str]] = ["pages.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = ["pages.ArticlePage"]
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")


class ArticlePage(Lead, Body, Page):
    """One piece of news."""

    class Category(models.TextChoices):
        """What it is about. A closed list (ADR 0017): it is also a facet, a filter and a word in two languages."""

        NOTICE = "notice", _("Notice")
        LOT = "lot", _("The lot")
        PERMITS = "permits", _("Permits")
        CRAFT = "craft", _("Craft")
        PEOPLE = "people", _("People")
        WEEK = "week", _("Film week")

    date = models.DateField(_("date"), default=timezone.localdate)
    category = models.CharField(_("category"), max_length=10, choices=Category, default=Category.LOT)
    source = models.CharField(
        _("where the facts come from"),
        max_length=160,
        blank=True,
        help_text=_("A newspaper and its date, or the desk."),
    )

    template = "pages/article.html"
    parent_page_types: ClassVar[list[str]] = ["pages.NewsIndexPage", "pages.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("date"), FieldPanel("category"), FieldPanel("source")], heading=_("About")),
        InlinePanel("authors", heading=_("Authors"), label=_("Author"), max_num=MOST_AUTHORS),
        *LEAD_PANELS,
        FieldPanel("body"),
        RELATED_PANEL,
    ]
    search_fields = [
        *Page.search_fields,
        *BODY_SEARCH,
        index.FilterField("date"),
        index.FilterField("category"),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes: ClassVar = [
            models.Index(fields=["-date"], name="article_newest_first"),
            models.Index(fields=["category", "-date"], name="article_newest_of_category"),
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Say what kind of page this is to whoever shows the shared link."""
        return {**super().get_context(request, *args, **kwargs), "og_type": "article"}


class ArticleAuthor(Orderable):
    """Who wrote an article, in order. A person who wrote something cannot be deleted."""

    page = ParentalKey(ArticlePage, related_name="authors")
    person = models.ForeignKey("pages.Person", models.PROTECT, related_name="written", verbose_name=_("person"))

    panels: ClassVar = [FieldPanel("person")]

    class Meta(Orderable.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page", "person"],
                name="article_names_an_author_once",
                violation_error_message=_("This person is named already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)
