"""What the directory draws on other pages: how many stand under a heading, and the way to them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from . import queries, vocabulary


def _counts(request: HttpRequest) -> dict[str, int]:
    """Return the counts of all headings; asked once for a page."""
    if not hasattr(request, "_vendors_by_heading"):
        request._vendors_by_heading = queries.counts_by_heading()  # type: ignore[attr-defined]
    return request._vendors_by_heading  # type: ignore[attr-defined]


def count(request: HttpRequest, page: Any) -> str:
    """How many vendors stand under a service's heading; one query for all services of a page."""
    found = _counts(request).get(page.heading, 0)
    return render_to_string("directory/slots/count.html", {"count": found, "heading": page.heading}) if found else ""


def way_in(request: HttpRequest, page: Any) -> str:
    """The vendors of a service: how many, their trades, and the way to them."""
    trades = [one for one in vocabulary.CATEGORIES.values() if one.heading == page.heading]
    found = _counts(request).get(page.heading, 0)
    context = {"count": found, "heading": page.heading, "trades": trades}
    return render_to_string("directory/slots/way_in.html", context, request)
