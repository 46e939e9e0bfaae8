"""What pages tell machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from .models import ArticlePage, Person

HTML_LANGUAGE = {"zh-hans": "zh-Hans", "en": "en"}


def article_data(page: ArticlePage, picture_path: str, authors: Sequence[Person] = ()) -> dict[str, Any]:
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
    if authors:
        data["author"] = [person_data(one) for one in authors]
    if picture_path:
        data["image"] = absolute(picture_path)
    return data


def person_data(person: Person) -> dict[str, Any]:
    """Return schema.org's Person, with the address of their page where they have one."""
    path = person.get_absolute_url()
    data: dict[str, Any] = {"@type": "Person", "name": person.name, "jobTitle": person.role}
    return {**data, "url": absolute(path)} if path else data


def absolute(path: str) -> str:
    """Return an address with scheme and host."""
    return path if path.startswith("https://") else f"{settings.PORTAL_BASE_URL}{path}"
