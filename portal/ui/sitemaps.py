"""Records in the site map: an app says from `ready()` which of its records everybody may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, Model, QuerySet
from django.utils.functional import cached_property

Records = Callable[[], QuerySet[Any]]
_sections: dict[str, Records] = {}


def register_sitemap(section: str, records: Records) -> None:
    """Have every record of `records()` in the section; its model has `get_absolute_url` and `updated_at`."""
    _sections[section] = records


def record_sections() -> dict[str, RecordsSitemap]:
    """Return the registered sections by their name."""
    return {section: RecordsSitemap(records) for section, records in _sections.items()}


class RecordsSitemap(Sitemap):  # type: ignore[type-arg]  # takes no parameter at run time
    """Records that have a page in every language, a slice at a time."""

    limit = 1000
    i18n = True
    alternates = True

    def __init__(self, records: Records) -> None:
        self.records = records

    def items(self) -> list[Any]:
        return self.rows

    @cached_property
    def rows(self) -> list[Any]:
        """The records, read once for counting and for drawing."""
        return list(self.records().order_by("pk").only("pk", "slug", "updated_at"))

    def lastmod(self, item: Model) -> datetime | None:
        changed: datetime | None = item.updated_at  # type: ignore[attr-defined]  # said in register_sitemap
        return changed

    def get_latest_lastmod(self) -> datetime | None:
        """Return when any record last changed: one query, where the stock method reads them all."""
        newest: datetime | None = self.records().aggregate(last=Max("updated_at"))["last"]
        return newest
