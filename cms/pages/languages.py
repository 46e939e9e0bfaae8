"""Where the language switch of a page leads."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from .queries import alternates


def prepare(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """Tell the frame which languages the page has; a missing one leads to a page that says so. One query."""
    found = alternates(page, request)
    own = page.locale.language_code
    request.alternates = found  # type: ignore[attr-defined]  # read by cms templates
    paths = {alternate.language: alternate.path for alternate in found}
    other = next(code for code, _name in settings.LANGUAGES if code != own)
    request.has_translation = other in paths  # type: ignore[attr-defined]  # read by portal.ui
    request.other_language_path = paths.get(other) or not_yet_path(page, other)  # type: ignore[attr-defined]


def not_yet_path(page: Page, language: str) -> str:
    """Return the address of "not yet in English" for a page."""
    with translation.override(language):
        return f"{reverse('pages:not_yet')}?page={page.pk}"
