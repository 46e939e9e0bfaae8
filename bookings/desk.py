"""What waits for the lot today: enquiries, clocks about to run out, deposits, arrivals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.rules import may
from portal.notifications.models import OutgoingMail
from portal.payments.queries import to_record
from portal.tasks.retry import finally_failed

from . import rules
from .models import Booking
from .money import PURPOSE
from .queries import AskedLine, asked_lines, bookings_for_lists, local_today

SOON = timedelta(hours=24)
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Waiting:
    """One list of the desk."""

    title: str
    empty: str
    rows: list[dict[str, Any]]
    total: int
    more: str


def lists(user: User, *, now: datetime | None = None) -> list[Waiting]:
    """Return the lists that this person works on; about five queries each."""
    now = now or timezone.now()
    found = []
    every = reverse("booking_records:index")
    if may(user, "bookings.manage"):
        found.append(
            _list(
                _("Enquiries to quote or decline"),
                _("No enquiry waits."),
                Booking.objects.filter(state=rules.ENQUIRY),
                f"{every}?state=enquiry",
                quoting,
            )
        )
        ending = Booking.objects.live_holds(now).filter(hold_expires_at__lt=now + SOON).order_by("hold_expires_at")
        found.append(
            _list(
                _("Holds that end within 24 hours"),
                _("No hold ends before tomorrow."),
                ending,
                f"{every}?state=hold",
                extending,
            )
        )
    if may(user, "payments.record"):
        found.append(deposits(every))
    if may(user, "bookings.see"):
        today = local_today(now)
        arriving = Booking.objects.firm(now).filter(lines__start=today).distinct()
        found.append(_list(_("Arrivals today"), _("Nobody arrives today."), arriving, every, looking))
    return found


def _list(title: str, empty: str, found: Any, more: str, actions: Any) -> Waiting:
    bookings = list(bookings_for_lists(found)[:SHOWN])
    asked = asked_lines(line for booking in bookings for line in booking.lines.all())
    rows = [_row(booking, actions(booking), asked) for booking in bookings]
    return Waiting(title, empty, rows, found.count(), more)


def _row(booking: Booking, actions: list[tuple[str, str]], asked: dict[int, AskedLine]) -> dict[str, Any]:
    return {
        "booking": booking,
        "asked": [asked[line.pk] for line in booking.lines.all()],
        "actions": actions,
        "until": booking.hold_expires_at if booking.state == rules.HOLD else None,
    }


def quoting(booking: Booking) -> list[tuple[str, str]]:
    """Quote or decline, one click away."""
    return [
        (_("Quote"), reverse("bookings:quote", args=[booking.reference])),
        (_("Decline"), reverse("bookings:decline", args=[booking.reference])),
    ]


def extending(booking: Booking) -> list[tuple[str, str]]:
    """More time for a hold."""
    return [(_("More time"), reverse("bookings:extend", args=[booking.reference]))]


def looking(booking: Booking) -> list[tuple[str, str]]:
    """The booking itself."""
    return [(_("Look"), booking.get_absolute_url())]


def deposits(more: str) -> Waiting:
    """Amounts that the lot's finance waits for, the most urgent first."""
    due = to_record().filter(purpose=PURPOSE)
    shown = list(due[:SHOWN])
    bookings = bookings_for_lists(Booking.objects.filter(pk__in=[one.subject_id for one in shown])).in_bulk()
    asked = asked_lines(line for booking in bookings.values() for line in booking.lines.all())
    rows = []
    for one in shown:
        booking = bookings[one.subject_id]
        path = reverse("bookings:deposit", args=[booking.reference, one.pk])
        rows.append(_row(booking, [(_("Record"), path)], asked) | {"due": one, "until": one.due_at})
    return Waiting(_("Money to record"), _("No money is expected."), rows, due.count(), more)


def stuck() -> int:
    """Return how many mails and tasks were given up; the queue's own page lists them."""
    return finally_failed() + OutgoingMail.objects.filter(state=OutgoingMail.State.DEAD).count()
