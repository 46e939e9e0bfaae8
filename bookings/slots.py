"""What bookings draw on lower apps' pages."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.core.day_ranges import DayRange
from studios.models import Stage, Unit

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
    """The next thirty days of every stage in service on the home page; three queries."""
    today = local_today()
    units: dict[int, list[Unit]] = defaultdict(list)
    stages: dict[int, Stage] = {}
    found = Unit.objects.filter(active=True, resource__stage__in=Stage.objects.published().exclude(kind="workshop"))
    for unit in found.select_related("resource__stage").order_by("resource__stage", "index"):
        units[unit.resource_id].append(unit)
        if unit.resource.stage is not None:
            stages[unit.resource_id] = unit.resource.stage
    span = DayRange(today, today + timedelta(days=30))
    shown = calendars([stage.resource for stage in stages.values()], span, units=units)
    rows = []
    for stage in stages.values():
        days = shown[stage.resource.pk]
        longest = max(free_windows(days, at_least=1), key=len, default=None)
        rows.append({"stage": stage, "days": days, "longest": longest})
    heads = next(iter(shown.values()), [])
    return render_to_string(
        "bookings/slots/free_this_month.html", {"rows": rows, "heads": heads, "today": today}, request
    )
