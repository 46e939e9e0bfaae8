"""Calendar files and feeds of sessions and tickets (RFC 5545, RFC 5546)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from . import clock
from .models import ProgrammeSession, Registration

HOST = "guangying-chongqing"


def sessions_file(sessions: Iterable[ProgrammeSession], name: str = "") -> bytes:
    """Return sessions as a calendar: stable UIDs, SEQUENCE from the version, called-off ones CANCELLED.

    The sessions' halls and venues should be loaded.
    """
    calendar = _calendar()
    if name:
        calendar.add("x-wr-calname", name)
    for session in sessions:
        event = _event(session, f"session-{session.pk}@{HOST}", session.version)
        event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
        calendar.add_component(event)
    return calendar.to_ical()


def ticket_file(registration: Registration, *, method: str = "PUBLISH") -> bytes:
    """Return somebody's ticket as a calendar file that a letter carries: one UID from the first to the last letter.

    SEQUENCE rises with every change of the session and of the registration. `method` CANCEL takes the entry out again;
    so does a ticket that is none any more.
    """
    session = registration.session
    gone = method == "CANCEL" or session.is_cancelled or registration.current_state != Registration.State.REGISTERED
    calendar = _calendar()
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    event = _event(
        session,
        f"registration-{registration.pk}@{HOST}",
        session.version + registration.version,
        _("Admission code %(code)s") % {"code": registration.spoken_code},
    )
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = name or address
    event.add("organizer", organizer)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    calendar.add_component(event)
    return calendar.to_ical()


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Light and Shadow Chongqing//film week//EN")
    calendar.add("version", "2.0")
    return calendar


def _event(session: ProgrammeSession, uid: str, sequence: int, more: str = "") -> Event:
    """Return what every file says of a session. The text says the time as the pages do: 24:30 beside the real date."""
    lines = [
        clock.when(session.starts_at, session.ends_at),
        str(session.note),
        more,
        f"{settings.PORTAL_BASE_URL}{session.get_absolute_url()}",
    ]
    event = Event()
    event.add("uid", uid)
    event.add("summary", str(session.title))
    event.add("location", f"{session.hall.venue.name} {session.hall.name}")
    event.add("description", "\n".join(line for line in lines if line))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("dtstamp", session.updated_at.astimezone(UTC))
    event.add("sequence", sequence)
    return event
