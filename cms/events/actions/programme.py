"""Sessions: where and when, who and what, and the seats they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.claims import claim
from cms.events import queries, rules
from cms.events.errors import (
    InUse,
    OutsideEdition,
    ScheduleConflict,
    SeatsGivenAlready,
    VersionChanged,
    WrongState,
)
from cms.events.models import (
    Audience,
    Film,
    FilmCopy,
    Hall,
    Person,
    ProgrammeSession,
    SeatPool,
    SessionFilm,
    SessionPerson,
)
from cms.events.seeing import require_seen
from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.search.actions import stage, unstage

from .letters import place_of, write_letter
from .registering import end_offers_by, offer_next
from .stage_days import give_back, save_stage_days, stage_day_of

if TYPE_CHECKING:
    from portal.accounts.models import User

State = ProgrammeSession.State
Showing = tuple[Film, FilmCopy | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A session that was saved, and what the editor is warned of."""

    session: ProgrammeSession
    warnings: tuple[rules.Conflict, ...] = ()


@transaction.atomic
def keep_session(
    *,
    actor: User,
    session: ProgrammeSession,
    guests: Sequence[Person] | None = None,
    showings: Sequence[Showing] | None = None,
    quotas: Mapping[str, int] | None = None,
    version: int | None = None,
    seen: str = "",
    now: datetime | None = None,
) -> Kept:
    """Save a session as it stands in memory, a new one too. Relations left out stay as they are.

    `version` or `seen` (its fingerprint) say which state the editor saw; another one there now is refused.

    A draft on a stage that crews hold asks the stage managers for the day; an announced session takes it.

    Raises `OutsideEdition`, `ScheduleConflict` at level "block", `StageTaken`, `StageHeld`, `SeatsGivenAlready`,
    `VersionChanged`.
    Visitors are told where an announced session begins or ends at another time, or moves to another hall.
    """
    require(actor, rules.EDIT)
    now = now or timezone.now()
    with _stage_claimed(session):
        before = lock_rows(ProgrammeSession, [session.pk])[session.pk] if session.pk else None
        if before and version is not None and before.version != version:
            raise VersionChanged(_("Somebody else changed this session meanwhile. Load it again."))
        if before and seen:
            require_seen(before, seen)
        session.full_clean()
        people, shown = _relations(session, guests, showings)
        warnings = _checked(session, people, shown)
        session.version = before.version + 1 if before else 1
        session.save()
        _save_relations(session, guests, showings)
        _seat(session, quotas, now)
        end_offers_by(session)
        warnings += save_stage_days(actor, session, before, now)
        record(
            f"events.session_{'changed' if before else 'made'}", actor=actor, subject=session, version=session.version,
            state=session.state,
        )  # fmt: skip
        if before and before.state == session.state == State.PUBLISHED and _place(before) != _place(session):
            _tell_everybody(session, "moved", was=place_of(before))
        stage(session)
    return Kept(session, tuple(warnings))


def _place(session: ProgrammeSession) -> tuple[datetime, datetime, int]:
    return session.starts_at, session.ends_at, session.hall_id


def _stage_claimed(session: ProgrammeSession) -> ExitStack:
    """Lock the stages of the old and of the new hall in one go, before anything else (bookings come first)."""
    halls = {session.hall_id, *ProgrammeSession.objects.filter(pk=session.pk).values_list("hall_id", flat=True)}
    resources = [pk for pk in Hall.objects.filter(pk__in=halls).values_list("resource_id", flat=True) if pk]
    stack = ExitStack()
    if resources:
        stack.enter_context(claim(resources=resources))
    return stack


def _relations(
    session: ProgrammeSession, guests: Sequence[Person] | None, showings: Sequence[Showing] | None
) -> tuple[list[Person], list[FilmCopy]]:
    if guests is None:
        guests = [row.person for row in session.guests.select_related("person")] if session.pk else []
    if showings is None:
        rows = session.showings.select_related("film", "copy__film") if session.pk else []
        showings = [(row.film, row.copy) for row in rows]
    return list(guests), [copy for _film, copy in showings if copy]


def _checked(session: ProgrammeSession, people: list[Person], copies: list[FilmCopy]) -> list[rules.Conflict]:
    """Return the warnings. Locks hall, people and copies in this order, so that of two editors the second sees the first.

    Raises `OutsideEdition` and `ScheduleConflict`.
    """
    if session.is_cancelled:
        return []
    _require_inside(session)
    lock_rows(Hall, [session.hall_id])
    lock_rows(Person, [one.pk for one in people])
    lock_rows(FilmCopy, [one.pk for one in copies])
    found = queries.conflicts_of(session, people, copies)
    blocking = [one for one in found if one.level == rules.BLOCK]
    if blocking:
        raise ScheduleConflict(" ".join(one.text for one in blocking), conflicts=blocking)
    return found + _key_warnings(session, copies)


def _key_warnings(session: ProgrammeSession, copies: list[FilmCopy]) -> list[rules.Conflict]:
    found = []
    for copy in copies:
        late = copy.key_until and copy.key_until < session.ends_at
        if late or (copy.key_from and copy.key_from > session.starts_at):
            text = _("The key of %(copy)s does not open at that time.") % {"copy": copy}
            found.append(rules.Conflict(rules.KEY, rules.WARN, session.pk or 0, text))
    return found


def _require_inside(session: ProgrammeSession) -> None:
    edition, hall = session.edition, session.hall
    day = rules.day_of(session.starts_at)
    if day not in edition.days:
        last = edition.end - timedelta(days=1)
        days = {"first": edition.start.isoformat(), "last": last.isoformat()}
        raise OutsideEdition(
            _("The edition runs from %(first)s to %(last)s. Choose a day of it.") % days, field="starts_at"
        )
    opens, closes = rules.hall_hours(day, hall.opens_at, hall.closes_at)
    hours = {"hall": hall.name, "opens": f"{hall.opens_at:%H:%M}", "closes": f"{hall.closes_at:%H:%M}"}
    if session.starts_at < opens:
        raise OutsideEdition(_("%(hall)s opens at %(opens)s.") % hours, field="starts_at")
    if session.ends_at > closes:
        raise OutsideEdition(_("%(hall)s closes at %(closes)s.") % hours, field="ends_at")


def _save_relations(
    session: ProgrammeSession, guests: Sequence[Person] | None, showings: Sequence[Showing] | None
) -> None:
    if guests is not None:
        session.guests.all().delete()
        SessionPerson.objects.bulk_create(
            SessionPerson(session=session, person=person, order=order) for order, person in enumerate(guests)
        )
    if showings is not None:
        session.showings.all().delete()
        SessionFilm.objects.bulk_create(
            SessionFilm(session=session, film=film, copy=copy, order=order)
            for order, (film, copy) in enumerate(showings)
        )


def _seat(session: ProgrammeSession, quotas: Mapping[str, int] | None, now: datetime) -> None:
    """Bring the pools in line with capacity and quotas. Raises `SeatsGivenAlready` below what is given."""
    if not session.registers:
        if session.registrations.live().exists():
            raise InUse(_("People are registered already; call the session off instead."), field="entry")
        session.pools.all().delete()
        return
    total = session.capacity or session.hall.seats
    if total > session.hall.seats:
        text = _("%(hall)s has %(seats)s seats.") % {"hall": session.hall.name, "seats": session.hall.seats}
        raise SeatsGivenAlready(text, field="capacity")
    pools = {pool.audience: pool for pool in lock_rows(SeatPool, session.pools.values_list("pk", flat=True)).values()}
    wanted = dict(quotas) if quotas is not None else {a: p.seats for a, p in pools.items() if a != Audience.PUBLIC}
    general = rules.general_seats(total, wanted)
    if general < 0:
        text = _("The quotas are %(over)s more than there are seats.") % {"over": -general}
        raise SeatsGivenAlready(text, field="quotas")
    wanted = {audience: seats for audience, seats in wanted.items() if seats} | {str(Audience.PUBLIC): general}
    for audience, pool in pools.items():
        seats = wanted.pop(audience, 0)
        if seats < pool.taken:
            text = _("%(taken)s seats are given already (%(audience)s).")
            names = {"taken": pool.taken, "audience": pool.get_audience_display()}
            raise SeatsGivenAlready(text % names, field="capacity" if audience == Audience.PUBLIC else "quotas")
        pool.seats = seats
        pool.save(update_fields=["seats"])
        pool.session = session
        offer_next(pool, now=now)
    SeatPool.objects.bulk_create(SeatPool(session=session, audience=a, seats=seats) for a, seats in wanted.items())


@transaction.atomic
def move_session(
    *, actor: User, session: ProgrammeSession, hall: Hall, starts_at: datetime, version: int | None = None
) -> Kept:
    """Move a session in time or to another hall; it keeps its length. Raises as `keep_session`."""
    length = session.ends_at - session.starts_at
    session.hall, session.starts_at, session.ends_at = hall, starts_at, starts_at + length
    return keep_session(actor=actor, session=session, version=version)


@transaction.atomic
def announce_session(*, actor: User, session: ProgrammeSession) -> Kept:
    """Show a session to visitors and let them register. Raises `WrongState`, and as `keep_session`."""
    if session.state == State.CANCELLED:
        raise WrongState(_("This session was called off. Make a new one."))
    session.state = State.PUBLISHED
    return keep_session(actor=actor, session=session, version=session.version)


@transaction.atomic
def call_off_session(
    *, actor: User, session: ProgrammeSession, reason_zh: str, reason_en: str, version: int | None = None
) -> Kept:
    """Call a session off: who registered is told, its hall and stage day are free again.

    Raises `WrongState`, and `VersionChanged` where somebody changed it since `version`, or since it was read.
    """
    require(actor, rules.EDIT)
    if session.state == State.CANCELLED:
        raise WrongState(_("This session was called off already."))
    session.state, session.reason_zh, session.reason_en = State.CANCELLED, reason_zh, reason_en
    kept = keep_session(actor=actor, session=session, version=session.version if version is None else version)
    _tell_everybody(session, "called_off")
    return kept


@transaction.atomic
def delete_session(*, actor: User, session: ProgrammeSession) -> None:
    """Remove a session nobody has registered for. Raises `InUse`."""
    require(actor, rules.EDIT)
    with _stage_claimed(session):
        if session.registrations.exists():
            raise InUse(_("People have registered; call the session off instead."))
        taken = stage_day_of(session)
        record("events.session_deleted", actor=actor, subject=session)
        unstage(session)
        session.delete()
        if taken:
            give_back(actor, *taken)


def _tell_everybody(session: ProgrammeSession, event: str, *, was: Mapping[str, str] | None = None) -> None:
    for registration in session.registrations.live().order_by("pk"):
        registration.session = session
        write_letter(registration, event, key=str(session.version), was=was)
