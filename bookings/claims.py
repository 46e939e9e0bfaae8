"""One function takes every lock of the booking engine, in one order (docs/implementation/locking.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from portal.core.errors import Busy
from portal.core.locking import is_lock_timeout, lock_rows
from studios.models import Resource

from .models import Booking, BookingLine


@dataclass(frozen=True, slots=True)
class Claimed:
    """The locked rows, fresh, by primary key."""

    resources: dict[int, Resource]
    bookings: dict[int, Booking]


@contextmanager
def claim(resources: Iterable[int] = (), bookings: Iterable[int] = ()) -> Iterator[Claimed]:
    """Open a transaction and lock Resource rows, then Booking rows, each in primary-key order.

    The resources of the bookings' lines are locked too. Payments are locked after these, by whoever needs them.
    Raises `Busy` where a lock cannot be had in time.
    """
    booking_ids = sorted(set(bookings))
    try:
        with transaction.atomic():
            of_lines = BookingLine.objects.filter(booking_id__in=booking_ids).values_list("resource_id", flat=True)
            ids = {*resources, *(of_lines if booking_ids else ())}
            yield Claimed(lock_rows(Resource, ids), lock_rows(Booking, booking_ids))
    except OperationalError as exc:
        if is_lock_timeout(exc):
            raise Busy(_("Somebody else is changing this right now. Try again in a moment.")) from exc
        raise
