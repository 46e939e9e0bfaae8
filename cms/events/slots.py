"""What film week shows on the portal's home page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from . import queries

MOST_DAYS = 4


def home_week(request: HttpRequest, page: Any) -> str:
    """Return one session for each of the next days of the edition that runs or comes next: three queries."""
    edition = queries.current_edition()
    if edition is None:
        return ""
    rows = queries.one_a_day(edition, timezone.now(), MOST_DAYS)
    if not rows:
        return ""
    return render_to_string("events/slots/home.html", {"edition": edition, "rows": rows}, request)
