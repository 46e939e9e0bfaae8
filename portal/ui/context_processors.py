"""What base layouts need on every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import get_language_from_path

from .navigation import entries


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Return navigation, the address of this page in the other language, and lot-wide facts.

    Two queries for signed-in people (unread notices, groups), none for visitors.
    """
    language = (translation.get_language() or "zh-hans").lower()
    other = "en" if language != "en" else "zh-hans"
    path = request.path_info
    in_path = get_language_from_path(path)
    other_path = f"/{other}/" + path.split("/", 2)[2] if in_path and path.count("/") > 1 else f"/{other}/"
    return {
        "navigation": [entry for entry in map(_link, entries()) if entry],
        "language": language,
        "other_language": other,
        "other_language_path": other_path,
        "outbox_page": settings.OUTBOX_PAGE,
        "icp_number": settings.ICP_NUMBER,
        "base_url": settings.PORTAL_BASE_URL,
    }


def _link(entry: Any) -> dict[str, Any] | None:
    try:
        return {"label": entry.label, "href": reverse(entry.url_name)}
    except NoReverseMatch:
        return None
