"""What bookings draw on lower apps' pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.core.day_ranges import DayRange
from studios.models import Stage

from .picking import first_monday
from .queries import calendar, calendars, free_windows, local_today

STRIP_WEEKS = 8


def availability_strip(request: HttpRequest, stage: Stage) -> str:
    """The next eight weeks of a stage, from this week's Monday; three queries."""
    today = local_today()
    begin = first_monday(today)
    days = calendar(stage.resource, DayRange(begin, begin + timedelta(weeks=STRIP_WEEKS)))
    ahead = [day for day in days if day.date >= today]
    blocks = [days[:28], days[28:]]
    context = {"stage": stage, "blocks": blocks, "today": today, "windows": free_windows(ahead, at_least=3)[:4]}
    return render_to_string("bookings/slots/availability.html", context, request)


def free_this_month(request: HttpRequest, page: Any) -> str:
    """The next thirty days of every stage on the home page; five queries."""
    today = local_today()
    stages = list(Stage.objects.published().exclude(kind="workshop").select_related("resource"))
    span = DayRange(today, today + timedelta(days=30))
    shown = calendars([stage.resource for stage in stages], span)
    rows = []
    for stage in stages:
        days = shown[stage.resource.pk]
        longest = max(free_windows(days, at_least=1), key=len, default=None)
        rows.append({"stage": stage, "days": days, "longest": longest})
    heads = shown[stages[0].resource.pk] if stages else []
    return render_to_string(
        "bookings/slots/free_this_month.html", {"rows": rows, "heads": heads, "today": today}, request
    )
