"""The times of sessions in templates: `{% load festival %}`. One way to say them: `cms.events.clock`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template

from cms.events import clock

register = template.Library()


@register.filter
def begins(session: Any) -> str:
    """When a session begins: 11月28日 周六 18:00 · 11月28日 深夜 24:30（11月29日 周日 00:30）."""
    return clock.when(session.starts_at)


@register.filter
def span(session: Any) -> str:
    """Begin and end with the day: 11月28日 周六 18:00–20:00."""
    return clock.when(session.starts_at, session.ends_at)


@register.filter
def hours(session: Any) -> str:
    """Begin and end on the clock of its day: 23:00–24:30."""
    return clock.clocks(session.starts_at, session.ends_at)


@register.filter
def evening(session: Any) -> str:
    """The day it belongs to, without weekday: 11月28日, after midnight 11月28日 深夜."""
    return clock.evening(session.starts_at, short=True)


@register.filter
def real_date(session: Any) -> str:
    """The real date and time of a session after midnight, else nothing."""
    return clock.real(session.starts_at, session.ends_at) if clock.is_late(session.starts_at) else ""


@register.filter
def festival_clock(instant: datetime | None, day: date | None = None) -> str:
    """An instant on the clock of a festival day, its own by default: 24:30."""
    return clock.clock(instant, day) if instant else "—"
