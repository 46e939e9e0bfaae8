"""What pages tell machines."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from .models import ArticlePage

HTML_LANGUAGE = {"zh-hans": "zh-Hans", "en": "en"}


def article_data(page: ArticlePage, picture_path: str) -> dict[str, Any]:
    """Return schema.org's NewsArticle of a page."""
    base = settings.PORTAL_BASE_URL
    language = page.locale.language_code
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.title,
        "description": page.description,
        "datePublished": page.date.isoformat(),
        "dateModified": (page.last_published_at or page.latest_revision_created_at or page.date).isoformat(),
        "inLanguage": HTML_LANGUAGE[language],
        "mainEntityOfPage": f"{base}{page.url}",
        "publisher": {"@type": "Organization", "name": settings.LOT_NAME["en" if language == "en" else "zh"]},
    }
    if picture_path:
        data["image"] = absolute(picture_path)
    return data


def absolute(path: str) -> str:
    """Return an address with scheme and host."""
    return path if path.startswith("https://") else f"{settings.PORTAL_BASE_URL}{path}"
