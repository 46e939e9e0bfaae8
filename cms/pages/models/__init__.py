"""Pages that editors place in the tree. Records (places, stages) are not pages (ADR 0002); `Page` is stock (0003)."""

from .front import GuideIndexPage, GuidePage, HomePage, ServicePage, ServicesIndexPage
from .news import ArticleAuthor, ArticlePage, NewsIndexPage, SectionPage
from .people import PeoplePage, Person
from .press import PressCopy, PressKitPage, PressPage, PressPaper, PressPicture, Rights
from .related import RelatedPage

__all__ = [
    "ArticleAuthor",
    "ArticlePage",
    "GuideIndexPage",
    "GuidePage",
    "HomePage",
    "NewsIndexPage",
    "PeoplePage",
    "Person",
    "PressCopy",
    "PressKitPage",
    "PressPage",
    "PressPaper",
    "PressPicture",
    "RelatedPage",
    "Rights",
    "SectionPage",
    "ServicePage",
    "ServicesIndexPage",
]
