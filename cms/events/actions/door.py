"""The door: what phones send, at once or hours later, in any order and more than once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from cms.events import rules
from cms.events.models import CheckIn, ProgrammeSession, Registration
from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows

if TYPE_CHECKING:
    from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class Entry:
    """One check-in as a phone kept it: its own id, the code, how many people (negative: out again), its clock."""

    id: UUID
    code: str
    people: int
    at: datetime


@dataclass(slots=True)
class Received:
    """What became of a phone's entries: ids that are stored here (new or known), and those that are not and why not.

    `unknown`: the code is none of this session, its holder may not come in, or the id belongs to another entry.
    """

    kept: list[UUID] = field(default_factory=list)
    unknown: list[UUID] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)


@transaction.atomic
def receive_check_ins(*, actor: User, session: ProgrammeSession, device: str, entries: Sequence[Entry]) -> Received:
    """Keep what a phone sends; an id that is known already changes nothing, so it may be sent again and again.

    Every entry is kept with the phone's own time, also where two phones let the same person in; who is inside is
    counted once. Kept means stored, for this session and this code; nobody who cancelled is let in, and who waits only
    from the time on when empty seats are given away. Raises `PermissionDenied`.
    """
    require(actor, rules.DOOR)
    answer = Received()
    codes = {entry.code for entry in entries}
    ids = dict(session.registrations.filter(code__in=codes).values_list("code", "pk"))
    locked = lock_rows(Registration, ids.values())
    before = _stored(entries)
    new: dict[UUID, CheckIn] = {}
    for entry in entries:
        pk = ids.get(entry.code)
        if pk is None or entry.id in before or entry.id in new:
            continue
        if rules.may_enter(locked[pk].state, at=entry.at, late_at=session.late_at):
            seats = locked[pk].seats
            new[entry.id] = CheckIn(
                id=entry.id,
                session=session,
                registration_id=pk,
                device=device,
                at=entry.at,
                by=actor,
                people=max(-seats, min(seats, entry.people)),
            )
    CheckIn.objects.bulk_create(new.values(), ignore_conflicts=True)
    stored = _stored(entries)  # read again: another phone may have sent the same id for something else meanwhile
    for entry in entries:
        here = (session.pk, ids.get(entry.code))
        (answer.kept if stored.get(entry.id) == here else answer.unknown).append(entry.id)
    answer.changed = {row.registration_id for row in new.values()}
    _count(answer.changed, locked)
    if new:
        record("events.checked_in", actor=actor, subject=session, device=device, entries=len(new))
    return answer


def _stored(entries: Sequence[Entry]) -> dict[UUID, tuple[int, int | None]]:
    """Return the session and the registration under which each of the entries' ids is stored: one query."""
    rows = CheckIn.objects.filter(pk__in=[entry.id for entry in entries])
    return {
        pk: (session, registration) for pk, session, registration in rows.values_list("pk", "session", "registration")
    }


def _count(changed: Iterable[int], locked: dict[int, Registration]) -> None:
    sums = dict(
        CheckIn.objects.filter(registration__in=list(changed)).values_list("registration").annotate(all=Sum("people"))
    )
    for pk in changed:
        registration = locked[pk]
        registration.entered = rules.people_inside([sums.get(pk) or 0], registration.seats)
    Registration.objects.bulk_update([locked[pk] for pk in changed], ["entered"])


@transaction.atomic
def settle_repeats(*, actor: User, session: ProgrammeSession, code: str) -> int:
    """Say that a code that came twice was looked at: it is no longer shown. Returns how many entries."""
    require(actor, rules.DOOR)
    rows = CheckIn.objects.filter(session=session, registration__code=code, settled=False)
    settled = rows.update(settled=True)
    if settled:
        record("events.repeat_settled", actor=actor, subject=session, code=code)
    return settled


@transaction.atomic
def note_export(*, actor: User, session: ProgrammeSession, rows: int) -> None:
    """Write down that the list of visitors, with their addresses, was taken away."""
    require(actor, rules.DOOR)
    record("events.visitors_exported", actor=actor, subject=session, rows=rows)
