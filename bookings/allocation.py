"""Taking and freeing day rows. Called under the locks of `claim()`; the UNIQUE rows have the last word."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from studios.models import Resource, Unit

from . import rules
from .errors import DaysTaken
from .models import Booking, BookingLine, Closure, DayAllocation
from .queries import ALL_DAY, Key, live_allocations, owned_days, wanted_keys


def free_units(resource: Resource, keys: dict[Key, str], *, now: datetime) -> dict[Key, list[int]]:
    """Return the units in service that nobody owns, by day-slot; two queries."""
    units = list(Unit.objects.filter(resource=resource, active=True).order_by("index").values_list("pk", flat=True))
    days = [day for day, _slot in keys]
    rows = live_allocations(now).filter(resource=resource, day__gte=min(days), day__lte=max(days))
    owned: dict[Key, set[int]] = defaultdict(set)
    for day, slot, unit in rows.values_list("day", "slot", "unit_id"):
        owned[day, slot].add(unit)
    return {key: [unit for unit in units if unit not in owned[key]] for key in keys}


def taken_days(line: BookingLine, resource: Resource, *, now: datetime) -> list[date]:
    """Return the days on which fewer units are free than the line (with its buffers) needs."""
    return short_days(free_units(resource, wanted_keys(line, resource), now=now), line.quantity)


def short_days(free: dict[Key, list[int]], quantity: int) -> list[date]:
    """Return the days on which fewer than `quantity` units are free, in order."""
    return sorted({day for (day, _slot), units in free.items() if len(units) < quantity})


def refuse_taken(days: list[date], resource: Resource) -> None:
    """Raise `DaysTaken` naming the days, where there are any."""
    if days:
        shown = ", ".join(day.isoformat() for day in days[:8])
        message = _("%(stage)s is taken on these days: %(days)s.") % {"stage": resource.name, "days": shown}
        raise DaysTaken(message, days=[day.isoformat() for day in days])


def allocate(line: BookingLine, resource: Resource, *, now: datetime) -> None:
    """Insert the line's day rows and buffers, all or nothing. Raises `DaysTaken`.

    The same units serve all days where that is possible. The unique constraint settles what the check missed.
    """
    keys = wanted_keys(line, resource)
    free = free_units(resource, keys, now=now)
    refuse_taken(short_days(free, line.quantity), resource)
    throughout = set.intersection(*(set(units) for units in free.values()))
    rows = []
    for (day, slot), kind in keys.items():
        units = sorted(free[day, slot], key=lambda unit: (unit not in throughout, unit))
        rows += [
            DayAllocation(resource=resource, unit_id=unit, day=day, slot=slot, line=line, kind=kind)
            for unit in units[: line.quantity]
        ]
    try:
        with transaction.atomic():
            DayAllocation.objects.bulk_create(rows)
    except IntegrityError as exc:
        message = _("%(stage)s was taken a moment ago on some of these days.") % {"stage": resource.name}
        raise DaysTaken(message) from exc


def free_rows(booking: Booking, *, from_day: date | None = None) -> int:
    """Delete the booking's day rows, all of them or from a day on. Returns how many."""
    rows = DayAllocation.objects.filter(line__booking=booking)
    if from_day:
        rows = rows.filter(day__gte=from_day)
    return rows.delete()[0]


def allocate_closure(closure: Closure, resource: Resource, *, now: datetime) -> None:
    """Insert a closure's rows over all units and slots. Raises `DaysTaken` where a booking owns a day."""
    units = list(Unit.objects.filter(resource=resource, active=True).values_list("pk", flat=True))
    refuse_taken(owned_days(resource, closure.days, now=now), resource)
    rows = [
        DayAllocation(resource=resource, unit_id=unit, day=day, slot=slot, closure=closure, kind="closure")
        for day in closure.days
        for slot in ALL_DAY[resource.slots_per_day]
        for unit in units
    ]
    DayAllocation.objects.bulk_create(rows)


def lapsed_on(resource_ids: list[int], *, now: datetime) -> list[Booking]:
    """Return the bookings on these resources whose time to pay is over; their rows stand until they are expired."""
    lapsed = Booking.objects.filter(state=rules.AWAITING, firm_until__lte=now, lines__resource_id__in=resource_ids)
    return list(lapsed.distinct())
