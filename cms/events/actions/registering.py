"""Taking, changing and giving back seats. One pool row is locked for each; its constraint has the last word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.events import limits, rules
from cms.events.errors import (
    AlreadyRegistered,
    NotEnoughSeats,
    NotRegistrable,
    OfferLapsed,
    TooMany,
    TooManyLetters,
    UnknownCode,
    WrongState,
)
from cms.events.models import (
    AccessCode,
    Audience,
    Companion,
    Edition,
    Letter,
    ProgrammeSession,
    Registration,
    SeatPool,
    new_code,
)
from cms.events.models.registrations import WITHOUT_NUL
from portal.audit.actions import record
from portal.core.locking import lock_rows

from .letters import WITH_TICKET, write_letter

if TYPE_CHECKING:
    from portal.accounts.models import User

State = Registration.State
DOOR_CODE_TRIES = 5
QUIET_AFTER_NEWS = timedelta(hours=2)
"""Who was just written to, on registering or because the session moved, needs no reminder the same hour."""


@transaction.atomic
def register(
    *,
    session: ProgrammeSession,
    name: str,
    email: str,
    phone: str = "",
    companions: Sequence[str] = (),
    wheelchair: bool = False,
    access_code: str = "",
    language: str = "zh-hans",
    user: User | None = None,
    request_key: str = "",
    request_body: str = "",
    now: datetime | None = None,
) -> Registration:
    """Register somebody with companions, by name; where seats are short they wait, in order. No account is needed.

    Raises `NotRegistrable`, `TooMany`, `NotEnoughSeats` for a party larger than all seats there are, `UnknownCode`,
    `AlreadyRegistered`, `TooManyLetters`, and `ValidationError` for bad values.
    """
    now = now or timezone.now()
    most = session.edition.companions_most
    if len(companions) > most:
        raise TooMany(
            _("At most %(most)s companions. Register twice for a larger group.") % {"most": most}, field="companions"
        )
    _require_open(session, now)
    _require_storable(email=email, access_code=access_code)
    pool = _locked_pool(session, access_code)
    session.refresh_from_db(fields=["state", "entry", "starts_at"])  # called off or moved while we waited for the lock
    _require_open(session, now)
    email = email.strip().lower()
    if session.registrations.live().filter(email=email).exists():
        raise _already()
    _require_mailbox(email)
    seats = 1 + len(companions)
    _require_room(pool, seats)
    waiting = _queue(pool).exists()
    registration = Registration(
        session=session, pool=pool, name=name.strip(), email=email, phone=phone.strip(), wheelchair=wheelchair,
        seats=seats, language=language, user=user, code=_free_code(session), request_key=request_key,
        request_body=request_body,
    )  # fmt: skip
    if pool.free >= seats and not waiting:
        pool.taken += seats
    else:
        pool.last_position += 1
        registration.state, registration.position = State.WAITING, pool.last_position
    try:
        with transaction.atomic():
            _save_new(registration, companions)
    except IntegrityError as exc:
        raise _already() from exc
    pool.save(update_fields=["taken", "last_position"])
    record(
        "events.registered",
        actor=user,
        subject=registration,
        session=session.slug,
        seats=seats,
        state=registration.state,
    )
    write_letter(registration, "registered" if registration.state == State.REGISTERED else "waiting")
    return registration


def _save_new(registration: Registration, companions: Sequence[str]) -> None:
    registration.full_clean(
        exclude=["session", "pool", "user", "secret"], validate_unique=False, validate_constraints=False
    )
    registration.save()
    _keep_companions(registration, companions)


def _keep_companions(registration: Registration, companions: Sequence[str]) -> None:
    registration.companions.all().delete()
    rows = [Companion(registration=registration, name=name.strip()) for name in companions]
    for row in rows:
        row.full_clean(exclude=["registration"])
    Companion.objects.bulk_create(rows)


def _require_storable(**texts: str) -> None:
    """Refuse a NUL before the texts are looked up: programs write past forms, and PostgreSQL cannot even compare it."""
    for field, text in texts.items():
        try:
            WITHOUT_NUL(text)
        except ValidationError as exc:
            raise ValidationError({field: exc.messages}) from exc


def _require_mailbox(email: str) -> None:
    """Refuse what would write to a mailbox once more; by the true clock, whatever time an action is tried at."""
    if limits.mailbox_is_full(email, timezone.now()):
        text = _("This address was written to very often today. Try again tomorrow, or come to the door.")
        raise TooManyLetters(text, field="email")


def _already() -> AlreadyRegistered:
    text = _("This address is registered for this session already. The link to change it is in the mail you got.")
    return AlreadyRegistered(text, field="email")


def _require_open(session: ProgrammeSession, now: datetime) -> None:
    if session.is_cancelled:
        raise NotRegistrable(_("This session was called off."))
    announced = session.state == session.State.PUBLISHED and session.edition.state == Edition.State.PUBLISHED
    if not session.registers:
        raise NotRegistrable(_("Nobody needs to register for this session: just come."))
    if not rules.may_register(opened=announced, starts_at=session.starts_at, now=now):
        raise NotRegistrable(_("This session has begun; nobody can register any more."))


def _locked_pool(session: ProgrammeSession, access_code: str) -> SeatPool:
    audience = str(Audience.PUBLIC)
    code = access_code.strip()
    if code:
        known = AccessCode.objects.filter(edition=session.edition_id, code__iexact=code).first()
        if known is None:
            raise UnknownCode(
                _("This access code is not one of ours. Leave the field empty to register as anybody."),
                field="access_code",
            )
        audience = known.audience
    found = dict(session.pools.filter(audience__in={audience, Audience.PUBLIC}).values_list("audience", "pk"))
    wanted = found.get(audience) or found.get(Audience.PUBLIC)
    if wanted is None:
        raise NotRegistrable(_("No seats are given for this session yet."))
    return lock_rows(SeatPool, [wanted])[wanted]


def _free_code(session: ProgrammeSession) -> str:
    for _try in range(DOOR_CODE_TRIES):
        code = new_code()
        if not session.registrations.filter(code=code).exists():
            return code
    raise NotRegistrable(_("Something went wrong. Try again."))


def _queue(pool: SeatPool):  # type: ignore[no-untyped-def]  # a queryset of Registration
    """Return who waits for this pool, first come first; an offer still open stands ahead of them.

    A party larger than the whole pool (it was made smaller) keeps its place but is nobody's hindrance: it can only be
    seated once there are more seats or fewer of them.
    """
    return Registration.objects.filter(pool=pool, state=State.WAITING, seats__lte=pool.seats).order_by("position")


def _require_room(pool: SeatPool, seats: int) -> None:
    """Refuse a party that all seats together would not hold; it would wait for ever. One person may always wait."""
    if seats > max(1, pool.seats):
        text = _("There are only %(seats)s seats in all. Come with fewer companions.")
        raise NotEnoughSeats(text % {"seats": pool.seats}, field="companions")


def _locked(registration: Registration) -> tuple[SeatPool, Registration]:
    """Return the pool and the registration, locked in this order, fresh."""
    pool = lock_rows(SeatPool, [registration.pool_id])[registration.pool_id]
    return pool, lock_rows(Registration, [registration.pk])[registration.pk]


@transaction.atomic
def change_companions(
    *, registration: Registration, companions: Sequence[str], actor: User | None = None, now: datetime | None = None
) -> Registration:
    """Bring fewer or others along, or more where seats are free and nobody waits.

    Raises `WrongState`, `TooMany`, `NotEnoughSeats`, `TooManyLetters`, `NotRegistrable` once the session has begun.
    """
    now = now or timezone.now()
    pool, registration = _locked(registration)
    session = registration.session
    _require_open(session, now)
    if registration.state_at(now) not in (State.REGISTERED, State.WAITING):
        raise WrongState(_("This registration cannot be changed any more."))
    most = session.edition.companions_most
    if len(companions) > most:
        raise TooMany(_("At most %(most)s companions.") % {"most": most}, field="companions")
    _require_mailbox(registration.email)
    more = 1 + len(companions) - registration.seats
    if more > 0:
        _require_room(pool, 1 + len(companions))
    if registration.state == State.REGISTERED:
        if more > 0 and (pool.free < more or _queue(pool).exists()):
            free = 0 if _queue(pool).exists() else pool.free
            raise NotEnoughSeats(_("Only %(free)s more seats are free.") % {"free": free}, field="companions")
        pool.taken += more
        pool.save(update_fields=["taken"])
    before = registration.seats
    registration.seats += more
    registration.version += 1
    registration.save(update_fields=["seats", "version", "updated_at"])
    _keep_companions(registration, companions)
    record("events.registration_changed", actor=actor, subject=registration, before=before, seats=registration.seats)
    if registration.state == State.REGISTERED:
        write_letter(registration, "changed")
    offer_next(pool, now=now)
    return registration


@transaction.atomic
def cancel_registration(
    *, registration: Registration, actor: User | None = None, now: datetime | None = None
) -> Registration:
    """Give the seats back; who waits is offered them. Raises `WrongState` where there is nothing to give back."""
    now = now or timezone.now()
    pool, registration = _locked(registration)
    if registration.state not in Registration.LIVE:
        raise WrongState(_("This registration was cancelled already."))
    _leave(pool, registration, State.CANCELLED)
    record("events.registration_cancelled", actor=actor, subject=registration, seats=registration.seats)
    if not limits.mailbox_is_full(registration.email, timezone.now()):
        write_letter(registration, "cancelled")
    offer_next(pool, now=now)
    return registration


def _leave(pool: SeatPool, registration: Registration, state: str) -> None:
    if registration.state in Registration.SEATED:
        pool.taken -= registration.seats
        pool.save(update_fields=["taken"])
    registration.state, registration.offered_until = state, None
    registration.version += 1
    registration.save(update_fields=["state", "offered_until", "version", "updated_at"])


@transaction.atomic
def accept_offer(*, registration: Registration, actor: User | None = None, now: datetime | None = None) -> Registration:
    """Take the seat that was offered.

    Raises `OfferLapsed`, `WrongState` where none was offered, `NotRegistrable` where the session was called off or has
    begun, whenever the offer was made: the lock of the pool is the one that calling off takes too.
    """
    now = now or timezone.now()
    _pool, registration = _locked(registration)
    _require_open(registration.session, now)
    if registration.state_at(now) == State.LAPSED:
        raise OfferLapsed(_("The time to take this seat is over; it went to the next in line."))
    if registration.state != State.OFFERED:
        raise WrongState(_("No seat is offered to you at the moment."))
    registration.state, registration.offered_until = State.REGISTERED, None
    registration.version += 1
    registration.save(update_fields=["state", "offered_until", "version", "updated_at"])
    record("events.offer_accepted", actor=actor, subject=registration)
    write_letter(registration, "registered")
    return registration


def offer_next(pool: SeatPool, *, now: datetime) -> int:
    """Offer free seats of a locked pool to who waits, strictly in order; who needs more than are free is not passed.

    Returns how many were offered. Part of another action, which records the deed; each offer is recorded too.
    """
    session = pool.session
    if now >= session.starts_at or session.state != session.State.PUBLISHED:
        return 0
    offered = 0
    for registration in _queue(pool):
        if registration.seats > pool.free:
            break
        pool.taken += registration.seats
        registration.state = State.OFFERED
        registration.offered_until = rules.offer_end(now, session.starts_at, session.edition.offer_hours)
        registration.version += 1
        registration.save(update_fields=["state", "offered_until", "version", "updated_at"])
        record("events.seat_offered", actor=None, subject=registration, until=registration.offered_until.isoformat())
        write_letter(registration, "offered")
        offered += 1
    if offered:
        pool.save(update_fields=["taken"])
    return offered


def end_offers_by(session: ProgrammeSession) -> None:
    """Let no offer of a session outlive its start, which was moved. Its pools are locked by the caller."""
    late = session.registrations.filter(state=State.OFFERED, offered_until__gt=session.starts_at)
    late.update(offered_until=session.starts_at, version=F("version") + 1)


def lapse_offers(*, now: datetime | None = None) -> int:
    """End the offers whose time is over and offer the seats to the next. Returns how many ended.

    Nobody is written to about a session that was called off: that letter said it all.
    """
    now = now or timezone.now()
    due = Registration.objects.filter(state=State.OFFERED, offered_until__lte=now)
    ended = 0
    for row in due.order_by("offered_until")[:200]:
        with transaction.atomic():
            pool, registration = _locked(row)
            if registration.state_at(now) != State.LAPSED or registration.state != State.OFFERED:
                continue
            _leave(pool, registration, State.LAPSED)
            record("events.offer_lapsed", actor=None, subject=registration)
            if registration.session.state == ProgrammeSession.State.PUBLISHED:
                write_letter(registration, "lapsed")
            offer_next(pool, now=now)
            ended += 1
    return ended


def remind_visitors(*, now: datetime | None = None) -> int:
    """Write to who comes within a day, once for each time the session has. Returns how many were found."""
    now = now or timezone.now()
    letters = Letter.objects.filter(registration=OuterRef("pk"))
    reminded = letters.filter(event="reminder", starts_at=OuterRef("session__starts_at"))
    fresh = letters.filter(event__in=WITH_TICKET, created_at__gt=now - QUIET_AFTER_NEWS, created_at__lte=now)
    soon = Registration.objects.filter(
        ~Exists(reminded),
        ~Exists(fresh),
        state=State.REGISTERED,
        forgotten=False,
        session__state=ProgrammeSession.State.PUBLISHED,
        session__starts_at__gt=now,
        session__starts_at__lte=now + rules.REMIND_BEFORE,
    )
    found = 0
    for registration in soon.select_related("session")[:500]:
        with transaction.atomic():
            write_letter(registration, "reminder", key=f"{registration.session.starts_at:%Y%m%d%H%M}")
            found += 1
    return found


def forget_visitors(*, today: date | None = None) -> int:
    """Erase what visitors told us of editions long over (the setting says how long). Returns how many rows."""
    today = today or timezone.localdate()
    done = 0
    for edition in Edition.objects.filter(end__lt=today, sessions__registrations__forgotten=False).distinct():
        if edition.forget_on > today:
            continue
        with transaction.atomic():
            rows = Registration.objects.filter(session__edition=edition, forgotten=False)
            ids = list(rows.values_list("pk", flat=True))
            Companion.objects.filter(registration__in=ids).update(name="–")
            for pk in ids:
                Registration.objects.filter(pk=pk).update(
                    name="–",
                    email=f"forgotten-{pk}@invalid.example",
                    phone="",
                    wheelchair=False,
                    user=None,
                    forgotten=True,
                )
            record("events.visitors_forgotten", actor=None, subject=edition, registrations=len(ids))
            done += len(ids)
    return done
