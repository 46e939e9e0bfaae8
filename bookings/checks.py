"""The invariants of the booking engine on the live database (docs/rules/holds.md, what is always true)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from portal.audit.models import Event
from portal.payments.models import Schedule

from . import rules
from .models import Booking, BookingLine, DayAllocation
from .money import PURPOSE
from .queries import wanted_keys


def broken_invariants() -> list[str]:
    """Return a sentence for each broken invariant; nothing where all hold."""
    return [*double_unit_days(), *rows_of_firm_bookings(), *rows_of_others(), *unknown_transitions(), *money_due()]


def double_unit_days() -> list[str]:
    """No unit-day is owned twice."""
    twice = DayAllocation.objects.values("resource", "day", "slot", "unit").annotate(n=Count("pk")).filter(n__gt=1)
    return [f"unit {row['unit']} is owned {row['n']} times on {row['day']}" for row in twice]


def rows_of_firm_bookings() -> list[str]:
    """A firm booking owns exactly its days and buffers, in the wanted number."""
    found = []
    lines = BookingLine.objects.filter(booking__state__in=rules.OWNS_DAYS).select_related("resource", "booking")
    owned: dict[int, Counter[tuple[object, int]]] = defaultdict(Counter)
    for line_id, day, slot in DayAllocation.objects.filter(line__isnull=False).values_list("line_id", "day", "slot"):
        owned[line_id][day, slot] += 1
    for line in lines:
        wanted = Counter(dict.fromkeys(wanted_keys(line, line.resource), line.quantity))
        if owned[line.pk] != wanted:
            found.append(f"{line.booking.reference} does not own exactly its days on {line.resource}")
    return found


def rows_of_others() -> list[str]:
    """Nobody but firm bookings and closures owns days ahead."""
    ahead = DayAllocation.objects.filter(line__isnull=False, day__gte=timezone.localdate() + timedelta(days=1))
    over = ahead.exclude(line__booking__state__in=rules.OWNS_DAYS).values_list("line__booking__reference", flat=True)
    return [f"{reference} owns days it should not" for reference in sorted(set(over))]


def unknown_transitions() -> list[str]:
    """Every transition in the audit trail stands in the table."""
    found = []
    for event in Event.objects.filter(subject_type="bookings.booking", action__startswith="bookings."):
        step = rules.BY_PAST.get(event.action.split(".")[1])
        if step is None or step.target is None or not step.sources:
            continue  # no step of the machine, one that leaves the state as it is, or the beginning
        if event.data.get("before") not in step.sources or event.data.get("after") != step.target:
            found.append(f"{event.subject_label}: {event.action} from {event.data.get('before')}")
    return found


def money_due() -> list[str]:
    """Earnest money, advance and balance of a firm booking sum to its quotation; a confirmed one has its earnest money."""
    found = []
    for booking in Booking.objects.filter(state__in=rules.OWNS_DAYS).prefetch_related("quotes"):
        quote = booking.quotes.all()[0]
        due = {
            one.kind: one
            for one in Schedule.objects.filter(purpose=PURPOSE, subject_id=booking.pk).exclude(state="void")
        }
        total = sum(due[kind].amount_fen for kind in ("earnest_money", "advance_payment", "balance_due") if kind in due)
        if total != quote.total_fen:
            found.append(f"{booking.reference}: what is due ({total}) is not the quotation ({quote.total_fen})")
        earnest = due.get("earnest_money")
        if booking.state != rules.AWAITING and earnest and earnest.open_fen:
            found.append(f"{booking.reference} is confirmed without its earnest money")
    return found
