"""What the library draws on lower apps' pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from . import queries

SHOWN = 5


def account_searches(request: HttpRequest, _subject: Any) -> str:
    """One's newest saved searches on the account's page: one query."""
    person_id = request.user.pk
    searches = queries.own_searches(person_id) if person_id else []
    return render_to_string("locations/slots/searches.html", {"searches": searches[:SHOWN]}, request)
