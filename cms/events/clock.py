"""How the time of a session is said, everywhere the same: what begins after midnight belongs to the evening before.

00:30 on 29 November is 11月28日 深夜 24:30, always beside the real date (docs/rules/film-week.md). Deadlines that are not
a session's time (an offer's end) are real dates alone: `datetime_local`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from portal.core.bilingual import reads_english
from portal.ui.templatetags.ui import datetime_local, day as day_in_words, full_day, short_day, weekday

DAY_BREAK = timedelta(hours=6)
"""A festival day runs from six to six."""
LONGEST_CLOCK = 36
"""Up to here hours are counted on past midnight; what ends later is told with its date."""


def festival_day(instant: datetime) -> date:
    """Return the festival day of an instant, by the lot's clock."""
    return (timezone.localtime(instant) - DAY_BREAK).date()


def is_late(instant: datetime) -> bool:
    """Return whether an instant lies after midnight on the evening before's programme."""
    return timezone.localtime(instant).date() != festival_day(instant)


def clock(instant: datetime, day: date | None = None) -> str:
    """Return the time on a festival day's clock, its own by default: 18:00, after midnight 24:30."""
    local = timezone.localtime(instant)
    hours = (local.date() - (day or festival_day(instant))).days * 24 + local.hour
    return f"{hours:02d}:{local.minute:02d}" if 0 <= hours < LONGEST_CLOCK else datetime_local(local)


def clocks(start: datetime, end: datetime) -> str:
    """Return begin and end on the festival day's clock: 23:00–24:30."""
    day = festival_day(start)
    return f"{clock(start, day)}–{clock(end, day)}"


def evening(start: datetime, *, short: bool = False) -> str:
    """Return the day a session belongs to: 11月28日 周六, after midnight 11月28日 深夜. `short` leaves the weekday out."""
    day = festival_day(start)
    if is_late(start):
        return f"{short_day(day)}{', late night' if reads_english() else ' 深夜'}"
    return short_day(day) if short else day_in_words(day)


def real(start: datetime, end: datetime | None = None) -> str:
    """Return the real date of a time after midnight: 11月29日 周日 00:30, with its year where that is another one."""
    local = timezone.localtime(start)
    named = day_in_words(local)
    if local.year != festival_day(start).year:
        named = f"{weekday(local)} {full_day(local)}" if reads_english() else f"{full_day(local)} {weekday(local)}"
    until = f"–{timezone.localtime(end):%H:%M}" if end else ""
    return f"{named}{',' if reads_english() else ''} {local:%H:%M}{until}"


def when(start: datetime, end: datetime | None = None) -> str:
    """Return when a session begins, or its whole span: 11月28日 周六 18:00–20:00, 11月28日 深夜 24:30–25:40（11月29日 周日 00:30–01:40）."""
    separator = " " if is_late(start) or not reads_english() else ", "
    told = f"{evening(start)}{separator}{clocks(start, end) if end else clock(start)}"
    return f"{told}{aside(start, end)}" if is_late(start) else told


def aside(start: datetime, end: datetime | None = None) -> str:
    """Return the real date in brackets where a session begins after midnight, else nothing."""
    if not is_late(start):
        return ""
    return f" ({real(start, end)})" if reads_english() else f"（{real(start, end)}）"
