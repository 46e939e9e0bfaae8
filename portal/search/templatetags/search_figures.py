"""Names of kinds on the page of figures."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def title_of(titles: Mapping[str, Any], kind: str) -> str:
    """Return a kind's title; the search over everything has no kind."""
    return str(titles.get(kind) or kind or gettext("Everything"))
