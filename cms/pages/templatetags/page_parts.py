"""Small parts of page templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from cms.pages.metadata import absolute, article_data
from cms.pages.models import ArticlePage
from cms.pages.slots import way_to
from media.models import PortalImage
from media.templatetags.pictures import picture_url
from portal.ui.components import Crumb
from portal.ui.structured import json_ld

register = template.Library()


@register.simple_tag
def path_to(page: Any) -> list[Crumb]:
    """Return the crumbs of a page: one query."""
    return way_to(page)


@register.simple_tag
def share_picture(image: PortalImage | None) -> str:
    """Return the absolute address of the picture for shared links, or nothing."""
    path = picture_url(image, 960)
    return absolute(path) if path else ""


@register.simple_tag(takes_context=True)
def article_json(context: dict[str, Any], page: ArticlePage) -> SafeString:
    """Return the article's JSON-LD, safe inside a script element."""
    picture: Any = page.picture
    data = article_data(page, picture_url(picture, 960), getattr(context.get("request"), "authors", ()))
    return json_ld(data)


@register.simple_tag
def feed_of(page: Any) -> str:
    """Return the address of a section's feed; nothing for a page that has no address yet."""
    path = page.get_url() if page.pk else None
    return f"{path}feed.xml" if path else ""


@register.filter
def snippet_of(hit: Any, language: str) -> Any:
    """Return what a hit says around the words found, in the reader's language alone."""
    return hit.snippet.get("en" if language == "en" else "zh", "")


@register.filter
def lang_code(code: str) -> str:
    """Return the language tag for HTML: zh-hans → zh-Hans."""
    return "zh-Hans" if code == "zh-hans" else code
