"""What film week shows on the portal's home page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from . import queries

MOST = 4


def home_week(request: HttpRequest, page: Any) -> str:
    """Return the next sessions of each edition that is on or comes, under the edition's own title: one query."""
    editions = queries.coming(timezone.now(), MOST)
    return render_to_string("events/slots/home.html", {"editions": editions, "page": page}, request) if editions else ""
