"""What film week shows on the portal's home page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from . import queries

MOST_DAYS = 4


def home_week(request: HttpRequest, page: Any) -> str:
    """Return one session for each of the next days of the edition that is on next: one query."""
    rows = queries.one_a_day(timezone.now(), MOST_DAYS)
    return render_to_string("events/slots/home.html", {"rows": rows}, request) if rows else ""
