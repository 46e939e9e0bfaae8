"""Calendar files (RFC 5545): one all-day event per line, with a stable UID and a growing SEQUENCE."""

from __future__ import annotations

from datetime import UTC

from icalendar import Calendar, Event

from . import rules
from .models import Booking

STATUS = {
    **dict.fromkeys((rules.ENQUIRY, rules.QUOTED, rules.HOLD, rules.AWAITING), "TENTATIVE"),
    **dict.fromkeys((rules.CONFIRMED, rules.IN_PROGRESS, rules.WRAPPED, rules.SETTLED), "CONFIRMED"),
}


def booking_calendar(booking: Booking) -> bytes:
    """Return the booking's lines as a calendar; what is over for whatever reason is CANCELLED."""
    calendar = Calendar()
    calendar.add("prodid", "-//Light and Shadow Chongqing//bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", booking.reference)
    status = STATUS.get(booking.current_state, "CANCELLED")
    for line in booking.lines.all():
        event = Event()
        event.add("uid", f"{booking.reference}-{line.pk}@guangying-chongqing")
        event.add("summary", f"{line.resource.name} · {booking.production or booking.reference}")
        event.add("description", f"{booking.reference} · {booking.current_state_label}")
        event.add("dtstart", line.start)
        event.add("dtend", line.end)
        event.add("dtstamp", booking.updated_at.astimezone(UTC))
        event.add("sequence", booking.version)
        event.add("status", status)
        event.add("transp", "OPAQUE" if status == "CONFIRMED" else "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()
