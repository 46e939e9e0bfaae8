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
    """What became of a phone's entries: ids kept (new or known), and codes that are none of this session."""

    kept: list[UUID] = field(default_factory=list)
    unknown: list[UUID] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)


@transaction.atomic
def receive_check_ins(*, actor: User, session: ProgrammeSession, device: str, entries: Sequence[Entry]) -> Received:
    """Keep what a phone sends; an id that is known already changes nothing, so it may be sent again and again.

    Every entry is kept with the phone's own time, also where two phones let the same person in; who is inside is
    counted once. Raises `PermissionDenied`.
    """
    require(actor, rules.DOOR)
    answer = Received()
    codes = {entry.code for entry in entries}
    ids = dict(session.registrations.filter(code__in=codes).values_list("code", "pk"))
    locked = lock_rows(Registration, ids.values())
    known = set(CheckIn.objects.filter(pk__in=[entry.id for entry in entries]).values_list("pk", flat=True))
    new: dict[UUID, CheckIn] = {}
    for entry in entries:
        pk = ids.get(entry.code)
        if pk is None:
            answer.unknown.append(entry.id)
            continue
        answer.kept.append(entry.id)
        if entry.id not in known and entry.id not in new:
            seats = locked[pk].seats
            new[entry.id] = CheckIn(
                id=entry.id, session=session, registration_id=pk, device=device, at=entry.at, by=actor,
                people=max(-seats, min(seats, entry.people)),
            )  # fmt: skip
    CheckIn.objects.bulk_create(new.values(), ignore_conflicts=True)
    answer.changed = {row.registration_id for row in new.values()}
    _count(answer.changed, locked)
    if new:
        record("events.checked_in", actor=actor, subject=session, device=device, entries=len(new))
    return answer


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
