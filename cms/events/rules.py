"""Film week's rules, without a database: what collides, who may, which seats are whose (docs/rules/film-week.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from cms.events.clock import DAY_BREAK as DAY_BREAK, clock, festival_day
from portal.accounts.rules import EDITOR, STAGE_MANAGER

if TYPE_CHECKING:
    from .models import ProgrammeSession

EDIT: Final = "events.edit"
DOOR: Final = "events.door"
PERMISSIONS: Final = {EDIT: (set[str](), {EDITOR}), DOOR: (set[str](), {EDITOR, STAGE_MANAGER})}

BLOCK, WARN, IGNORE = "block", "warn", "ignore"
HALL, PERSON, COPY, TRAVEL, GAP, KEY = "hall", "person", "copy", "travel", "gap", "key"
LOOK_AROUND = timedelta(hours=4)
"""How far before and after a session others are looked at: longer than any way between venues."""
REMIND_BEFORE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a session is, and what it needs."""

    id: int
    title: str
    hall: int
    venue: int
    start: datetime
    end: datetime
    people: Mapping[int, str] = field(default_factory=dict)
    copies: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One collision: what kind, how bad, with which session, in words for the editor."""

    kind: str
    level: str
    other: int
    text: str


@dataclass(frozen=True, slots=True)
class Levels:
    """How bad each kind of collision is in an edition."""

    hall: str = BLOCK
    person: str = BLOCK
    copy: str = BLOCK
    travel: str = WARN
    gap_minutes: int = 15


def overlap(one: Place, other: Place) -> bool:
    """Return whether two sessions share a minute."""
    return one.start < other.end and other.start < one.end


def minutes_between(one: Place, other: Place) -> int:
    """Return the minutes between the end of the earlier and the start of the later; negative where they overlap."""
    earlier, later = (one, other) if one.start <= other.start else (other, one)
    return int((later.start - earlier.end).total_seconds() // 60)


def conflicts(
    mine: Place, others: Iterable[Place], levels: Levels, ways: Mapping[frozenset[int], int]
) -> list[Conflict]:
    """Return every collision of a session with others, worst first. `ways` gives minutes between two venues."""
    found: list[Conflict] = []
    for other in others:
        if other.id != mine.id:
            found += _between(mine, other, levels, ways)
    order = {BLOCK: 0, WARN: 1}
    return sorted((one for one in found if one.level != IGNORE), key=lambda one: (order[one.level], one.kind))


def _between(mine: Place, other: Place, levels: Levels, ways: Mapping[frozenset[int], int]) -> list[Conflict]:
    found = []
    names = {"other": other.title, "start": clock(other.start), "end": clock(other.end, day_of(other.start))}
    both = overlap(mine, other)
    people = {pk: name for pk, name in mine.people.items() if pk in other.people}
    copies = {pk: name for pk, name in mine.copies.items() if pk in other.copies}
    if mine.hall == other.hall:
        if both:
            text = _("The hall is taken by “%(other)s”, %(start)s–%(end)s.") % names
            found.append(Conflict(HALL, levels.hall, other.id, text))
        elif minutes_between(mine, other) < levels.gap_minutes:
            text = _("Only %(minutes)s minutes to clear the hall before or after “%(other)s”.")
            minutes = minutes_between(mine, other)
            level = IGNORE if levels.hall == IGNORE else WARN
            found.append(Conflict(GAP, level, other.id, text % {**names, "minutes": minutes}))
    if both:
        for name in people.values():
            text = _("%(name)s is in “%(other)s” then, %(start)s–%(end)s.") % {**names, "name": name}
            found.append(Conflict(PERSON, levels.person, other.id, text))
        for name in copies.values():
            text = _("The copy %(name)s runs in “%(other)s” then, %(start)s–%(end)s.") % {**names, "name": name}
            found.append(Conflict(COPY, levels.copy, other.id, text))
    elif mine.venue != other.venue and (people or copies):
        needed = ways.get(frozenset((mine.venue, other.venue)), 0)
        if minutes_between(mine, other) < needed:
            text = _("%(name)s has %(minutes)s minutes from or to “%(other)s”; the way takes %(needed)s.")
            figures = {**names, "minutes": minutes_between(mine, other), "needed": needed}
            names_ = (*people.values(), *copies.values())
            found += [Conflict(TRAVEL, levels.travel, other.id, text % {**figures, "name": one}) for one in names_]
    return found


def day_of(instant: datetime) -> date:
    """Return the festival day of an instant: it runs from six to six."""
    return festival_day(instant)


def hall_hours(day: date, opens_at: time, closes_at: time) -> tuple[datetime, datetime]:
    """Return when a hall is open on a festival day; closing before the opening hour means past midnight."""
    zone = timezone.get_current_timezone()
    opens = datetime.combine(day, opens_at, zone)
    closes = datetime.combine(day if closes_at > opens_at else day + timedelta(days=1), closes_at, zone)
    return opens, closes


def general_seats(total: int, quotas: Mapping[str, int]) -> int:
    """Return the seats left for everybody after the quotas; negative where these are more than there are."""
    return total - sum(quotas.values())


def may_register(*, opened: bool, starts_at: datetime, now: datetime) -> bool:
    """Return whether a registration can be taken: announced, and not begun."""
    return opened and now < starts_at


def offer_end(now: datetime, starts_at: datetime, hours: int) -> datetime:
    """Return until when an offered seat waits: the edition's hours, never beyond the start."""
    return min(now + timedelta(hours=hours), starts_at)


def may_enter(state: str, *, at: datetime, late_at: datetime) -> bool:
    """Return whether the door may let a registration in at a time: who waits only once empty seats are given away."""
    return state == "registered" or (state in {"waiting", "offered"} and at >= late_at)


def people_inside(moves: Iterable[int], seats: int) -> int:
    """Return how many of a registration are inside: the sum of its check-ins, never below none or above its seats."""
    return max(0, min(seats, sum(moves)))


def overlapping(session: ProgrammeSession, others: Iterable[ProgrammeSession]) -> list[ProgrammeSession]:
    """Return which of the others share a minute with the session."""
    return [
        one
        for one in others
        if one.pk != session.pk and one.starts_at < session.ends_at and session.starts_at < one.ends_at
    ]
