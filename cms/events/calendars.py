"""Calendar files and feeds of sessions (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from django.conf import settings
from icalendar import Calendar, Event

from .models import ProgrammeSession


def sessions_file(sessions: Iterable[ProgrammeSession], name: str = "") -> bytes:
    """Return sessions as a calendar: stable UIDs, SEQUENCE from the version, called-off ones CANCELLED.

    The sessions' halls and venues should be loaded.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Light and Shadow Chongqing//film week//EN")
    calendar.add("version", "2.0")
    if name:
        calendar.add("x-wr-calname", name)
    for session in sessions:
        event = Event()
        event.add("uid", f"session-{session.pk}@guangying-chongqing")
        event.add("summary", str(session.title))
        event.add("location", f"{session.hall.venue.name} {session.hall.name}")
        event.add("description", f"{session.note}\n{settings.PORTAL_BASE_URL}{session.get_absolute_url()}".strip())
        event.add("dtstart", session.starts_at.astimezone(UTC))
        event.add("dtend", session.ends_at.astimezone(UTC))
        event.add("dtstamp", session.updated_at.astimezone(UTC))
        event.add("sequence", session.version)
        event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
        calendar.add_component(event)
    return calendar.to_ical()
