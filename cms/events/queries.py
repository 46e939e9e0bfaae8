"""Reads of film week. Each says what it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import RowNumber
from django.http import Http404
from django.utils import timezone

from bookings.models import Booking
from bookings.queries import bookings_for_lists, holds_over
from media.models import PortalImage
from portal.core.day_ranges import DayRange
from portal.core.days import FIRST_DAY, LAST_DAY

from . import clock, people, rules, tickets
from .models import (
    Audience,
    CheckIn,
    Companion,
    Edition,
    Film,
    FilmCopy,
    Hall,
    Person,
    ProgrammeSession,
    Registration,
    SeatPool,
    SessionFilm,
    SessionPerson,
    StageRequest,
    Travel,
)
from .models.sessions import SessionQuerySet

State = ProgrammeSession.State
ROW = timedelta(minutes=30)


def ways() -> dict[frozenset[int], int]:
    """Return the minutes between two venues: one query."""
    return {frozenset((row.one_id, row.other_id)): row.minutes for row in Travel.objects.all()}


def levels_of(edition: Edition) -> rules.Levels:
    """Return how bad each kind of collision is in an edition."""
    return rules.Levels(
        hall=edition.hall_level, person=edition.person_level, copy=edition.copy_level, travel=edition.travel_level,
        gap_minutes=edition.hall_gap_minutes,
    )  # fmt: skip


def conflicts_of(
    session: ProgrammeSession, people: Sequence[Person], copies: Sequence[FilmCopy]
) -> list[rules.Conflict]:
    """Return every collision of a session as it would be saved: four queries."""
    mine = rules.Place(
        session.pk or 0, str(session.title), session.hall_id, session.hall.venue_id, session.starts_at, session.ends_at,
        {one.pk: str(one.name) for one in people}, {one.pk: str(one) for one in copies},
    )  # fmt: skip
    near = ProgrammeSession.objects.standing().filter(
        starts_at__lt=session.ends_at + rules.LOOK_AROUND, ends_at__gt=session.starts_at - rules.LOOK_AROUND
    )
    shares = Q(hall=session.hall_id) | Q(guests__person__in=list(mine.people)) | Q(showings__copy__in=list(mine.copies))
    others = near.filter(shares).exclude(pk=session.pk).distinct()
    return rules.conflicts(mine, places_of(others), levels_of(session.edition), ways())


def places_of(sessions: QuerySet[ProgrammeSession]) -> list[rules.Place]:
    """Return sessions as the rules see them: three queries."""
    guests = Prefetch("guests", SessionPerson.objects.select_related("person"))
    showings = Prefetch("showings", SessionFilm.objects.exclude(copy=None).select_related("copy__film"))
    return [place_of(one) for one in sessions.select_related("hall").prefetch_related(guests, showings)]


def place_of(one: ProgrammeSession) -> rules.Place:
    """Return a session as the rules see it; free where hall, guests and copies are loaded."""
    return rules.Place(
        one.pk, str(one.title), one.hall_id, one.hall.venue_id, one.starts_at, one.ends_at,
        {row.person_id: str(row.person.name) for row in one.guests.all()},
        {row.copy_id: str(row.copy) for row in one.showings.all() if row.copy_id},
    )  # fmt: skip


@dataclass(slots=True)
class Seats:
    """How full a session is. `waiting` counts people, not rows."""

    seats: int = 0
    taken: int = 0
    public_free: int = 0
    waiting: int = 0

    @property
    def left(self) -> int:
        """Seats that anybody may still take: none while others wait for them."""
        return 0 if self.waiting else self.public_free


@dataclass(slots=True)
class Shown:
    """A session with what a list shows beside it."""

    session: ProgrammeSession
    seats: Seats
    films: list[Film]
    people: list[Person]


def visible_editions() -> QuerySet[Edition]:
    """Return the editions visitors see, newest first."""
    return Edition.objects.visible().select_related("picture")


def current_edition(today: date | None = None) -> Edition | None:
    """Return the edition that runs or comes next, else the last one: one query."""
    today = today or timezone.localdate()
    found = list(visible_editions()[:20])
    ahead = [one for one in found if one.end > today]
    return min(ahead, key=lambda one: one.start) if ahead else next(iter(found), None)


def editions_for_the_desk() -> QuerySet[Edition]:
    """Return every edition with `session_count`, the newest first, fifty at most: one query."""
    return Edition.objects.annotate(session_count=Count("sessions"))[:50]


def one_edition(slug: str) -> Edition:
    """Return a published edition. Raises `Http404`."""
    found = visible_editions().filter(slug=slug).first()
    if found is None:
        raise Http404(slug)
    return found


def one_session(slug: str) -> ProgrammeSession:
    """Return a session that visitors see. Raises `Http404`."""
    rows = ProgrammeSession.objects.visible().select_related("edition__picture", "hall__venue", "programme")
    found = rows.filter(slug=slug).first()
    if found is None:
        raise Http404(slug)
    return found


def seats_of(ids: Iterable[int]) -> dict[int, Seats]:
    """Return how full sessions are: one query, however many."""
    found: dict[int, Seats] = defaultdict(Seats)
    waits = Registration.objects.filter(pool=OuterRef("pk"), state=Registration.State.WAITING).values("pool")
    pools = SeatPool.objects.filter(session__in=list(ids))
    for pool in pools.annotate(waiting=Subquery(waits.annotate(people=Sum("seats")).values("people"))):
        one = found[pool.session_id]
        one.seats += pool.seats
        one.taken += pool.taken
        if pool.audience == Audience.PUBLIC:
            one.public_free = pool.free
        one.waiting += pool.waiting or 0
    return found


def shown(sessions: SessionQuerySet | QuerySet[ProgrammeSession], most: int | None = None) -> list[Shown]:
    """Return the first sessions with hall, seats, films and guests: four queries, however many there are."""
    rows = list(
        sessions.select_related("hall__venue", "programme")
        .prefetch_related(
            Prefetch("showings", SessionFilm.objects.select_related("film", "copy__film")),
            Prefetch("guests", SessionPerson.objects.select_related("person")),
        )
        .order_by("starts_at", "hall__venue__order", "hall__order", "pk")[:most]
    )
    seats = seats_of(one.pk for one in rows)
    return [
        Shown(one, seats[one.pk], [row.film for row in one.showings.all()], [row.person for row in one.guests.all()])
        for one in rows
    ]


def coming(now: datetime, most: int, editions: int = 3) -> list[tuple[Edition, list[tuple[ProgrammeSession, Seats]]]]:
    """Return the next sessions of each edition that is on or comes, in order, with how full they are: one query.

    `most` sessions of each of the `editions` nearest editions.
    """
    free = SeatPool.objects.filter(session=OuterRef("pk"), audience=Audience.PUBLIC)
    waits = Registration.objects.filter(session=OuterRef("pk"), state=Registration.State.WAITING).values("session")
    ahead = ProgrammeSession.objects.filter(starts_at__gte=now).visible().exclude(state=State.CANCELLED)
    turn = Window(RowNumber(), partition_by=F("edition"), order_by=("starts_at", "hall__order", "pk"))
    ahead = ahead.annotate(turn=turn)
    ahead = ahead.filter(turn__lte=most)  # type: ignore[misc]  # annotated above
    ahead = ahead.select_related("edition", "hall__venue")
    ahead = ahead.annotate(public_free=Subquery(free.annotate(left=F("seats") - F("taken")).values("left")))
    ahead = ahead.annotate(waiting=Subquery(waits.annotate(people=Sum("seats")).values("people")))
    found: dict[Edition, list[tuple[ProgrammeSession, Seats]]] = {}
    for one in ahead.order_by("starts_at", "hall__order", "pk"):
        seats = Seats(public_free=one.public_free or 0, waiting=one.waiting or 0)  # type: ignore[attr-defined]  # annotated
        found.setdefault(one.edition, []).append((one, seats))
    return list(found.items())[:editions]


def other_editions(found: Edition) -> list[Edition]:
    """Return the other editions that visitors see, the newest first, twenty at most: one query."""
    return list(Edition.objects.visible().exclude(pk=found.pk)[:20])


@dataclass(frozen=True, slots=True)
class AskedDay:
    """A day that film week asks for: what is planned on it, and who holds it."""

    request: StageRequest
    sessions: list[ProgrammeSession]
    holds: list[Booking]


def asked_days(now: datetime) -> list[AskedDay]:
    """Return the days that wait for a stage manager, the nearest first, twenty at most: four queries a day."""
    rows = StageRequest.objects.open().select_related("edition", "resource", "asked_by")[:20]
    found = []
    for request in rows:
        planned = of_day(request.edition.sessions.standing(), request.day).filter(hall__resource=request.resource)
        day = DayRange(request.day, request.day + timedelta(days=1))
        held = [booking.pk for booking in holds_over([request.resource_id], day, now)]
        holds = bookings_for_lists(Booking.objects.filter(pk__in=held).order_by("pk"))
        found.append(AskedDay(request, list(planned.select_related("hall")), list(holds)))
    return found


def halls_of(found: Edition) -> list[Hall]:
    """Return the halls of an edition: those chosen for it and those its sessions are in; all where there is none yet.

    Two queries. A hall of another edition alone changes nothing on this one's board.
    """
    mine = Hall.objects.filter(Q(editions=found) | Q(sessions__edition=found)).distinct()
    return list(mine.select_related("venue")) or list(Hall.objects.select_related("venue"))


def day_counts(sessions: Iterable[tuple[datetime, object]]) -> dict[date, int]:
    """Return how many sessions each festival day has."""
    counts: dict[date, int] = defaultdict(int)
    for starts_at, _pk in sessions:
        counts[rules.day_of(starts_at)] += 1
    return counts


def starts_of(edition: Edition, *, drafts: bool = False) -> list[tuple[datetime, int]]:
    """Return when every session of an edition starts: one query."""
    rows = edition.sessions.all() if drafts else edition.sessions.visible()
    return list(rows.values_list("starts_at", "pk"))


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return the instants between which a festival day's sessions start: six to six.

    The calendar's own first and last days have no neighbours; there the nearest day that has is meant.
    """
    zone = timezone.get_current_timezone()
    day = max(FIRST_DAY, min(LAST_DAY, day))
    start = datetime(day.year, day.month, day.day, tzinfo=zone) + rules.DAY_BREAK
    return start, start + timedelta(days=1)


def of_day(sessions: SessionQuerySet, day: date) -> SessionQuerySet:
    """Return the sessions of a festival day."""
    start, end = bounds(day)
    return sessions.filter(starts_at__gte=start, starts_at__lt=end)


@dataclass(slots=True)
class GridCell:
    """One cell of the grid: sessions that stand in it, or nothing, over some rows."""

    rows: int = 1
    shown: list[Shown] = field(default_factory=list)
    hour: bool = False
    hall: Hall | None = None
    at: datetime | None = None


@dataclass(slots=True)
class GridRow:
    """Half an hour: its label where one stands here, over how many rows, and its cells."""

    at: datetime
    label: str = ""
    label_rows: int = 1
    cells: list[GridCell] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A day as a table: halls as columns, half hours as rows."""

    halls: list[Hall]
    rows: list[GridRow]


def grid(
    found: Sequence[Shown], halls: Sequence[Hall] = (), *, first: datetime | None = None, last: datetime | None = None
) -> Grid:
    """Lay a day's sessions out, at least from `first` to `last`; what overlaps in one hall shares a cell. No query."""
    columns = list(halls) or list({one.session.hall_id: one.session.hall for one in found}.values())
    columns.sort(key=lambda hall: (hall.venue.order, hall.venue_id, hall.order, hall.pk))
    starts = [one.session.starts_at for one in found] + ([first] if first else [])
    ends = [one.session.ends_at for one in found] + ([last] if last else [])
    if not starts or not ends:
        return Grid(columns, [])
    first = _floor(min(starts))
    count = _row(max(ends) - timedelta(seconds=1), first) + 1
    rows = [GridRow(first + ROW * index) for index in range(count)]
    _label(rows)
    for hall in columns:
        blocks = _blocks([one for one in found if one.session.hall_id == hall.pk], first, count)
        index = 0
        while index < count:
            at = rows[index].at
            if index in blocks:
                span, inside = blocks[index]
                rows[index].cells.append(GridCell(span, inside, hall=hall, at=at))
                index += span
            else:
                whole = timezone.localtime(at).minute == 0
                rows[index].cells.append(GridCell(hour=whole, hall=hall, at=at))
                index += 1
    return Grid(columns, rows)


def _floor(instant: datetime) -> datetime:
    local = timezone.localtime(instant)
    return local.replace(minute=local.minute - local.minute % 30, second=0, microsecond=0)


def _row(instant: datetime, first: datetime) -> int:
    return int((instant - first) / ROW)


def _label(rows: list[GridRow]) -> None:
    day = clock.festival_day(rows[0].at)
    for index, row in enumerate(rows):
        local = timezone.localtime(row.at)
        if local.minute == 0:
            row.label, row.label_rows = clock.clock(row.at, day), min(2, len(rows) - index)
        elif index == 0:
            row.label = clock.clock(row.at, day)


def _blocks(mine: Sequence[Shown], first: datetime, count: int) -> dict[int, tuple[int, list[Shown]]]:
    """Return row → (how many rows, sessions) of one hall; overlapping sessions are one block."""
    blocks: list[tuple[int, int, list[Shown]]] = []
    for one in sorted(mine, key=lambda shown_: shown_.session.starts_at):
        start = _row(one.session.starts_at, first)
        end = max(start + 1, min(count, _row(one.session.ends_at - timedelta(seconds=1), first) + 1))
        if blocks and start < blocks[-1][1]:
            begin, stop, inside = blocks[-1]
            blocks[-1] = (begin, max(stop, end), [*inside, one])
        else:
            blocks.append((start, end, [one]))
    return {start: (end - start, inside) for start, end, inside in blocks}


def films_of(edition: Edition) -> list[tuple[Film, list[ProgrammeSession]]]:
    """Return the films an edition shows, each with its announced sessions: four queries."""
    rows = SessionFilm.objects.filter(session__in=edition.sessions.visible())
    images = PortalImage.objects.with_renditions()
    by_film: dict[int, list[ProgrammeSession]] = defaultdict(list)
    films: dict[int, Film] = {}
    for row in (
        rows.select_related("session__hall__venue", "session__programme", "film")
        .prefetch_related(Prefetch("film__picture", images))
        .order_by("session__starts_at", "order")
    ):
        films.setdefault(row.film_id, row.film)
        by_film[row.film_id].append(row.session)
    return [(film, by_film[pk]) for pk, film in films.items()]


def one_film(edition: Edition, slug: str) -> Film:
    """Return a film that an edition shows. Raises `Http404`."""
    rows = Film.objects.filter(showings__session__in=edition.sessions.visible(), slug=slug)
    found = rows.prefetch_related(Prefetch("picture", PortalImage.objects.with_renditions()), "copies").first()
    if found is None:
        raise Http404(slug)
    return found


def sessions_of_film(edition: Edition, film: Film) -> list[Shown]:
    """Return the announced sessions of a film in an edition."""
    return shown(edition.sessions.visible().filter(showings__film=film))


def edition_counts(edition: Edition) -> dict[str, int]:
    """Return sessions, films, venues and seats of an edition: two queries."""
    visible = edition.sessions.visible()
    counted = visible.aggregate(
        sessions=Count("pk", distinct=True),
        venues=Count("hall__venue", distinct=True),
        films=Count("showings__film", distinct=True),
    )
    seats = SeatPool.objects.filter(session__in=visible).aggregate(seats=Sum("seats"))["seats"] or 0
    return {**counted, "seats": seats}


def one_registration(secret: str) -> Registration:
    """Return the registration of a secret link. Raises `Http404`; an erased one is not there any more."""
    rows = Registration.objects.select_related("session__hall__venue", "session__edition__picture", "pool")
    found = rows.filter(secret=secret, forgotten=False).first()
    if found is None:
        raise Http404(secret)
    return found


def made_with(session: ProgrammeSession, request_key: str) -> Registration | None:
    """Return what a program registered with an idempotency key, if anything."""
    return session.registrations.filter(request_key=request_key, forgotten=False).select_related("session").first()


def waiting_ahead(registration: Registration) -> int:
    """Return how many rows wait before this one: its place is one more."""
    ahead = Registration.objects.filter(pool=registration.pool_id, state=Registration.State.WAITING)
    return ahead.filter(position__lt=registration.position or 0).count()


@dataclass(slots=True)
class DoorRow:
    """One registration as the phone keeps it; `find` is what its people are found by."""

    code: str
    name: str
    find: list[str]
    companions: list[str]
    seats: int
    state: str
    entered: int
    wheelchair: bool


def door_list(session: ProgrammeSession) -> list[DoorRow]:
    """Return everybody who registered for a session, those who cancelled too, so that the door can say so: two queries."""
    rows = session.registrations.filter(forgotten=False)
    found = []
    for one in rows.prefetch_related(Prefetch("companions", Companion.objects.order_by("pk"))).order_by("pk"):
        mates = [mate.name for mate in one.companions.all()]
        found.append(
            DoorRow(
                code=one.code,
                name=one.name,
                find=people.find_keys([one.name, *mates]),
                companions=mates,
                seats=one.seats,
                state=one.current_state,
                entered=one.entered,
                wheelchair=one.wheelchair,
            )
        )
    return found


def visitors_named(session: ProgrammeSession, words: str) -> list[int]:
    """Return who of a session fits a name, a code or a part of an address, whatever case and width: two queries."""
    code, part = tickets.typed_code(words), people.folded(words)
    found = []
    for one in session.registrations.prefetch_related("companions"):
        keys = people.find_keys([one.name, *(mate.name for mate in one.companions.all())])
        if one.code == code or part in one.email or people.fits(keys, words):
            found.append(one.pk)
    return found


def doors_near(session: ProgrammeSession) -> list[ProgrammeSession]:
    """Return the sessions whose codes somebody may show at this door by mistake: one query, the nearest 200."""
    around = ProgrammeSession.objects.filter(entry=ProgrammeSession.Entry.REGISTER).visible().exclude(pk=session.pk)
    near = around.filter(
        starts_at__gte=session.starts_at - timedelta(days=7), starts_at__lte=session.starts_at + timedelta(days=7)
    )
    return list(near.select_related("hall__venue")[:200])


def sessions_with_code(code: str) -> list[ProgrammeSession]:
    """Return the sessions in which somebody has this code, the nearest to now first, three at most: one query."""
    now = timezone.now()
    rows = ProgrammeSession.objects.visible().filter(registrations__code=code, registrations__forgotten=False)
    found = list(rows.select_related("hall__venue").order_by("-starts_at")[:20])
    return sorted(found, key=lambda one: abs(one.starts_at - now))[:3]


@dataclass(slots=True)
class Repeat:
    """A code that was let in more often than it has seats, with both times and doors."""

    code: str
    name: str
    seats: int
    entries: list[CheckIn]


def repeats(session: ProgrammeSession) -> list[Repeat]:
    """Return the codes that came more often than they may and that nobody has looked at: two queries."""
    sums = (
        CheckIn.objects.filter(session=session)
        .values("registration")
        .annotate(all=Sum("people"), open=Count("pk", filter=Q(settled=False)))
    )
    wanted = {row["registration"]: row["all"] for row in sums if row["open"]}
    entries: dict[int, list[CheckIn]] = defaultdict(list)
    for one in (
        CheckIn.objects.filter(session=session, registration__in=wanted)
        .select_related("registration")
        .order_by("at", "pk")
    ):
        entries[one.registration_id].append(one)
    return [
        Repeat(rows[0].registration.code, rows[0].registration.name, rows[0].registration.seats, rows)
        for rows in entries.values()
        if wanted[rows[0].registration_id] > rows[0].registration.seats
    ]


@dataclass(slots=True)
class DoorCounts:
    """What the door's slate shows, in people."""

    seats: int
    registered: int
    inside: int
    waiting: int


def door_counts(session: ProgrammeSession) -> DoorCounts:
    """Return the counts of a session's door: two queries."""
    live = session.registrations.live()
    sums = live.aggregate(
        registered=Sum("seats", filter=Q(state__in=Registration.SEATED)), inside=Sum("entered"),
        waiting=Sum("seats", filter=Q(state=Registration.State.WAITING)),
    )  # fmt: skip
    seats = session.pools.aggregate(seats=Sum("seats"))["seats"] or 0
    return DoorCounts(seats, sums["registered"] or 0, sums["inside"] or 0, sums["waiting"] or 0)
