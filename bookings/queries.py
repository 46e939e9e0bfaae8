"""Reads over the calendar: a few queries for any number of resources, the rest in Python (docs/implementation/calendar.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.rules import may
from portal.core.day_ranges import DayRange, runs
from studios.models import RateCard, RateExtra, Resource, Unit

from . import rules
from .labels import slot_words
from .models import Booking, BookingLine, Closure, DayAllocation
from .pricing import Card

ALL_DAY = {1: (0,), 2: (0, 1)}
Key = tuple[date, int]
"""One day and slot of a resource."""


@dataclass(slots=True)
class Day:
    """One day of one resource as the public sees it."""

    date: date
    free: bool = True
    held: int = 0
    firm: bool = False
    closed: bool = False

    @property
    def state(self) -> str:
        """The state key that the strip is drawn with."""
        if self.closed:
            return "closed"
        if not self.free:
            return "taken"
        return "hold" if self.held else "free"


@dataclass(frozen=True, slots=True)
class DayRank:
    """One's own place on one day of a line; `closed` where the lot took the day, not another crew."""

    date: date
    rank: int
    ahead: int
    behind_firm: bool
    closed: bool = False


def live_allocations(now: datetime) -> QuerySet[DayAllocation]:
    """Return the day rows that count: not those of a booking whose time to pay is over."""
    lapsed = Q(line__booking__state=rules.AWAITING, line__booking__firm_until__lte=now)
    return DayAllocation.objects.exclude(lapsed)


def live_hold_lines(now: datetime) -> QuerySet[BookingLine]:
    """Return the lines of holds whose clock runs."""
    return BookingLine.objects.filter(booking__state=rules.HOLD, booking__hold_expires_at__gt=now)


def holds_over(resource_ids: Iterable[int], days: DayRange, now: datetime) -> list[Booking]:
    """Return the holds that stand on these days, buffers left out, with their companies: one query."""
    lines = live_hold_lines(now).filter(resource_id__in=list(resource_ids), start__lt=days.end, end__gt=days.start)
    found = Booking.objects.filter(pk__in=lines.values("booking"))
    return list(found.select_related("organisation").order_by("pk"))


def owned_days(resource: Resource, days: DayRange, *, now: datetime) -> list[date]:
    """Return the days of which anything is owned, by a firm booking, a buffer or a closure, in order: one query."""
    rows = live_allocations(now).filter(resource=resource, day__gte=days.start, day__lt=days.end)
    return sorted(set(rows.values_list("day", flat=True)))


def active_units(resource_ids: Iterable[int]) -> dict[int, list[Unit]]:
    """Return the units in service by resource; one query."""
    found: dict[int, list[Unit]] = defaultdict(list)
    for unit in Unit.objects.filter(resource_id__in=list(resource_ids), active=True).order_by("resource_id", "index"):
        found[unit.resource_id].append(unit)
    return found


def calendars(
    resources: Sequence[Resource],
    span: DayRange,
    *,
    quantity: int = 1,
    now: datetime | None = None,
    units: Mapping[int, list[Unit]] | None = None,
) -> dict[int, list[Day]]:
    """Return the days of the span for every resource; three queries whatever their number, two with the units in service."""
    now = now or timezone.now()
    ids = [resource.pk for resource in resources]
    units = active_units(ids) if units is None else units
    owned: dict[tuple[int, date], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = live_allocations(now).filter(resource_id__in=ids, day__gte=span.start, day__lt=span.end)
    for resource_id, day, unit_id, kind in rows.values_list("resource_id", "day", "unit_id", "kind"):
        owned[resource_id, day][unit_id].add(kind)
    held: dict[tuple[int, date], int] = defaultdict(int)
    holds = live_hold_lines(now).filter(resource_id__in=ids, start__lt=span.end, end__gt=span.start)
    for resource_id, start, end in holds.values_list("resource_id", "start", "end"):
        for day in DayRange(max(start, span.start), min(end, span.end)):
            held[resource_id, day] += 1
    found: dict[int, list[Day]] = {}
    for resource in resources:
        serving = {unit.pk for unit in units[resource.pk]}
        days = []
        for date_ in span:
            taken = owned.get((resource.pk, date_), {})
            left = len(serving - set(taken))
            free = left >= quantity and resource.active
            closed = any("closure" in kinds for unit, kinds in taken.items() if unit in serving)
            booked = any(kinds & {"booking", "buffer"} for kinds in taken.values())
            days.append(
                Day(date_, free, held[resource.pk, date_], firm=not left and booked and not closed, closed=closed)
            )
        found[resource.pk] = days
    return found


def calendar(resource: Resource, span: DayRange, *, quantity: int = 1, now: datetime | None = None) -> list[Day]:
    """Return the days of the span for one resource; three queries."""
    return calendars([resource], span, quantity=quantity, now=now)[resource.pk]


def free_windows(days: Sequence[Day], *, at_least: int) -> list[DayRange]:
    """Return every maximal run of at least that many free days."""
    return runs([day.free for day in days], days[0].date, at_least=at_least) if days else []


def wanted_keys(line: BookingLine, resource: Resource) -> dict[Key, str]:
    """Return every day-slot that the line needs, its buffers included, with the kind of row (`booking` or `buffer`)."""
    keys: dict[Key, str] = {}
    for day in line.days.widened(resource.buffer_before, resource.buffer_after):
        inside = day in line.days
        for slot in line.slots if inside else ALL_DAY[resource.slots_per_day]:
            keys[day, slot] = DayAllocation.Kind.BOOKING if inside else DayAllocation.Kind.BUFFER
    return keys


@dataclass(slots=True)
class Queue:
    """Who stands where on one resource: firm rows and live holds over a span, loaded once.

    `firm_bookings` counts the units that each owner has: a booking by its key, a closure by its key with a minus.

    A hold stands not only on its days but on the buffers around them, as a firm booking will: two holds side by side with a
    buffer between are in each other's way, although they share no day.
    """

    resource: Resource
    units: int
    firm_bookings: dict[Key, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    holds: list[tuple[BookingLine, frozenset[Key]]] = field(default_factory=list)

    def ahead(self, line: BookingLine, day: date, slot: int) -> list[rules.Claim]:
        """Return what stands ahead of the line on one day-slot: every firm claim, and holds with a lower position."""
        own = line.booking_id
        claims = [
            rules.Claim(count, firm=True) for booking, count in self.firm_bookings[day, slot].items() if booking != own
        ]
        for other, keys in self.holds:
            if other.booking_id == own or (day, slot) not in keys:
                continue
            if line.queue_position is None or (other.queue_position or 0) < line.queue_position:
                claims.append(rules.Claim(other.quantity, firm=False))
        return claims

    def days(self, line: BookingLine) -> list[DayRank]:
        """Return the line's rank per day, the worst of its slots; its buffers count on the first and the last day."""
        last = line.end - timedelta(days=1)
        found: dict[date, DayRank] = {}
        for day, slot in wanted_keys(line, self.resource):
            shown = min(max(day, line.start), last)
            ahead = self.ahead(line, day, slot)
            firm = sum(claim.quantity for claim in ahead if claim.firm) + line.quantity > self.units
            closed = firm and any(owner < 0 for owner in self.firm_bookings[day, slot])
            place = DayRank(shown, rules.rank(ahead, line.quantity, self.units), len(ahead), firm, closed)
            before = found.get(shown)
            if before is not None:
                worse = max(before, place, key=lambda one: (one.rank, one.ahead))
                place = DayRank(shown, worse.rank, worse.ahead, before.behind_firm or firm, before.closed or closed)
            found[shown] = place
        return [found[day] for day in sorted(found)]


def queue(resource: Resource, span: DayRange, *, now: datetime) -> Queue:
    """Load who stands on a resource over the span and its buffers; three queries."""
    before, after = resource.buffer_before, resource.buffer_after
    found = Queue(resource, units=Unit.objects.filter(resource=resource, active=True).count())
    wide = span.widened(before, after)
    rows = live_allocations(now).filter(resource=resource, day__gte=wide.start, day__lt=wide.end)
    for day, slot, booking, closure in rows.values_list("day", "slot", "line__booking_id", "closure_id"):
        found.firm_bookings[day, slot][booking or -closure] += 1
    reach = wide.widened(after, before)  # a hold whose own buffers reach into ours
    holds = live_hold_lines(now).filter(resource=resource, start__lt=reach.end, end__gt=reach.start)
    found.holds = [(one, frozenset(wanted_keys(one, resource))) for one in holds.order_by("queue_position")]
    return found


def closures_over(booking: Booking) -> list[Closure]:
    """Return the closures that lie on days of a booking, buffers left out, in order: one query."""
    touching = Q()
    for line in booking.lines.all():
        same = Q(resource=line.resource_id) | Q(resource=None)
        touching |= same & Q(start__lt=line.end, end__gt=line.start)
    return list(Closure.objects.filter(touching).order_by("start", "pk")) if touching else []


def ranks(booking: Booking, *, now: datetime | None = None) -> dict[int, list[DayRank]]:
    """Return line id → rank per day. Firm bookings are first by definition; over ones have none. 3 queries a line."""
    now = now or timezone.now()
    state = booking.state_at(now)
    found: dict[int, list[DayRank]] = {}
    for line in booking.lines.all():
        if state in rules.OWNS_DAYS:
            found[line.pk] = [DayRank(day, 1, 0, behind_firm=False) for day in line.days]
        elif state in rules.OVER:
            found[line.pk] = []
        else:
            found[line.pk] = queue(line.resource, line.days, now=now).days(line)
    return found


def headline_rank(days_by_line: dict[int, list[DayRank]]) -> int | None:
    """Return the worst rank over all days, or nothing where there is none."""
    all_days = [day.rank for days in days_by_line.values() for day in days]
    return max(all_days) if all_days else None


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line as people read it: which slots of the day where there are two, and the extras by name."""

    line: BookingLine
    slots: str
    extras: list[tuple[str, int]]


def asked_lines(lines: Iterable[BookingLine]) -> dict[int, AskedLine]:
    """Return line id → what was asked for; one query where any line has extras. Needs `resource` loaded.

    An extra that no rate card of the resource names any more is shown by its code.
    """
    lines = list(lines)
    codes = {code for line in lines for code in line.extras}
    named = RateExtra.objects.filter(card__resource__in={line.resource_id for line in lines}, code__in=codes)
    names = {
        (extra.card.resource_id, extra.code): str(extra.name)
        for extra in (named.select_related("card").order_by("card__valid_from") if codes else ())
    }
    return {
        line.pk: AskedLine(
            line,
            slot_words(line.slots, line.resource.slots_per_day),
            [(names.get((line.resource_id, code), code), count) for code, count in line.extras.items()],
        )
        for line in lines
    }


def rate_card(resource: Resource, day: date) -> RateCard | None:
    """Return the card in force on a day with rates and extras; three queries."""
    return RateCard.objects.for_day(day).filter(resource=resource).prefetch_related("rates", "extras").first()


def card_figures(card: RateCard) -> Card:
    """Return a card as the pure price function takes it."""
    return Card(
        rates={rate.day_type: rate.price_fen for rate in card.rates.all()},
        extras={extra.code: extra.price_fen for extra in card.extras.all()},
        stage_manager_fen=card.stage_manager_fen,
        tax_percent=card.tax_percent,
    )


def bookings_for_lists(found: QuerySet[Booking]) -> QuerySet[Booking]:
    """Return bookings with company, lines and resources loaded; three queries whatever their number."""
    return found.select_related("organisation", "placed_by").prefetch_related("lines__resource__stage")


def alternatives(resource: Resource, wanted: DayRange, *, quantity: int, today: date, limit: int = 3) -> list[DayRange]:
    """Return the nearest runs of the same length that nobody holds or owns, within 60 days either side."""
    length = len(wanted)
    earliest = max(today + timedelta(days=resource.policy.latest_days), wanted.start - timedelta(days=60))
    span = DayRange(earliest, wanted.end + timedelta(days=60))
    open_days = [day.free and not day.held for day in calendar(resource, span, quantity=quantity)]
    windows = runs(open_days, span.start, at_least=length)
    starts = {min(max(wanted.start, window.start), window.end - timedelta(days=length)) for window in windows}
    nearest = sorted(starts, key=lambda start: (abs((start - wanted.start).days), start))
    return [DayRange(start, start + timedelta(days=length)) for start in nearest[:limit]]


def local_today(now: datetime | None = None) -> date:
    """Return today's date at the lot."""
    return timezone.localdate(now)


def available_steps(booking: Booking, state: str, user: User) -> list[str]:
    """Return the events that `user` may send to a booking in `state`, in the machine's order; for page and API alike."""
    return [
        step.event
        for step in rules.STEPS.values()
        if step.offered
        and state in step.sources
        and step.permission
        and may(user, step.permission, booking.organisation)
    ]
