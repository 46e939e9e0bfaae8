"""Editions and the records that many sessions share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.events import rules
from cms.events.errors import InUse, OutsideEdition, ScheduleConflict, StageTaken
from cms.events.models import (
    AccessCode,
    Audience,
    Edition,
    Film,
    FilmCopy,
    Hall,
    Person,
    Programme,
    ProgrammeSession,
    Travel,
    Venue,
)
from cms.events.seeing import require_seen
from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.search.actions import stage

from .programme import keep_session

if TYPE_CHECKING:
    from portal.accounts.models import User

R = TypeVar("R", bound=models.Model)
RECORDS = (Programme, Venue, Hall, Travel, Film, FilmCopy, Person, AccessCode)
NAMED_BY: dict[type[models.Model], str] = {
    Venue: "hall__venue",
    Hall: "hall",
    Film: "showings__film",
    Person: "guests__person",
    Programme: "programme",
    Edition: "edition",
}
"""How a session leads to a record whose name its search document holds."""


@transaction.atomic
def keep_record(*, actor: User, record_: R, seen: str = "") -> R:
    """Save a record that sessions share; the search learns of its sessions.

    `seen` is the fingerprint of what the editor saw. Raises `PermissionDenied`, `VersionChanged` for another state.
    """
    require(actor, rules.EDIT)
    if not isinstance(record_, (*RECORDS, Edition)):
        raise TypeError(f"{type(record_).__name__} has an action of its own")
    new = record_.pk is None
    if seen and not new:
        require_seen(lock_rows(type(record_), [record_.pk])[record_.pk], seen)
    record_.full_clean()
    record_.save()
    record(f"events.{record_._meta.model_name}_{'made' if new else 'changed'}", actor=actor, subject=record_)
    if not new and type(record_) in NAMED_BY:
        for session in ProgrammeSession.objects.filter(**{NAMED_BY[type(record_)]: record_}).distinct():
            stage(session)
    return record_


@transaction.atomic
def delete_record(*, actor: User, record_: models.Model) -> None:
    """Remove a record nothing hangs on. Raises `PermissionDenied` and `InUse`."""
    require(actor, rules.EDIT)
    record(f"events.{record_._meta.model_name}_deleted", actor=actor, subject=record_)
    try:
        record_.delete()
    except models.ProtectedError as exc:
        raise InUse(_("Sessions use this record; take it out of them first.")) from exc


@transaction.atomic
def keep_edition(*, actor: User, edition: Edition, seen: str = "") -> Edition:
    """Save an edition. Raises `OutsideEdition` where a session would lie outside its days, and as `keep_record`."""
    require(actor, rules.EDIT)
    if edition.pk:
        outside = [one for one in edition.sessions.standing() if one.day not in edition.days]
        if outside:
            text = _("“%(session)s” on %(day)s would lie outside. Move it first.")
            names = {"session": outside[0].title, "day": outside[0].day.isoformat()}
            raise OutsideEdition(text % names, field="start")
        edition.version += 1
    return keep_record(actor=actor, record_=edition, seen=seen)


@transaction.atomic
def keep_hall(*, actor: User, hall: Hall, seen: str = "") -> Hall:
    """Save a hall; sessions that give all its seats follow its size. Raises `SeatsGivenAlready`, and as `keep_record`."""
    hall = keep_record(actor=actor, record_=hall, seen=seen)
    now = timezone.now()
    for session in ProgrammeSession.objects.standing().filter(hall=hall, capacity=None, ends_at__gt=now):
        keep_session(actor=actor, session=session, version=session.version, now=now)
    return hall


@dataclass(slots=True)
class Copied:
    """What became of a copied edition: sessions that found no room are named."""

    edition: Edition
    sessions: int = 0
    skipped: list[str] = field(default_factory=list)


@transaction.atomic
def copy_edition(
    *, actor: User, edition: Edition, slug: str, name_zh: str, name_en: str, start: date, now: datetime | None = None
) -> Copied:
    """Make a new draft edition with the same programmes and sessions, as many days later. Nobody is registered.

    Sessions whose stage a crew has, or that collide, are left out and named.
    """
    require(actor, rules.EDIT)
    later = start - edition.start
    new = Edition.objects.get(pk=edition.pk)
    new.pk, new._state.adding = None, True
    new.slug, new.name_zh, new.name_en = slug, name_zh, name_en
    new.start, new.end, new.state, new.version = start, edition.end + later, Edition.State.DRAFT, 1
    new = keep_edition(actor=actor, edition=new)
    new.halls.set(edition.halls.all())
    programmes = {}
    for programme in edition.programmes.all():
        old = programme.pk
        programme.pk, programme._state.adding, programme.edition = None, True, new
        programmes[old] = keep_record(actor=actor, record_=programme)
    report = Copied(new)
    sessions = edition.sessions.standing().prefetch_related(
        "guests__person", "showings__film", "showings__copy", "pools"
    )
    for session in sessions.select_related("hall__venue", "hall__resource"):
        _copy_session(actor, session, report, programmes, later, now or timezone.now())
    record("events.edition_copied", actor=actor, subject=new, source=edition.slug, sessions=report.sessions)
    return report


def _copy_session(
    actor: User, session: ProgrammeSession, report: Copied, programmes: dict[int, Programme], later: Any, now: datetime
) -> None:
    guests = [row.person for row in session.guests.all()]
    showings = [(row.film, row.copy) for row in session.showings.all()]
    quotas = {pool.audience: pool.seats for pool in session.pools.all() if pool.audience != Audience.PUBLIC}
    twin = ProgrammeSession.objects.get(pk=session.pk)
    twin.pk, twin._state.adding = None, True
    twin.edition, twin.programme = report.edition, programmes.get(session.programme_id or 0)
    twin.slug = free_slug(f"{session.slug[:60]}-{report.edition.start:%Y}")
    twin.starts_at, twin.ends_at = session.starts_at + later, session.ends_at + later
    twin.state, twin.version = ProgrammeSession.State.DRAFT, 1
    try:
        with transaction.atomic():
            keep_session(actor=actor, session=twin, guests=guests, showings=showings, quotas=quotas, now=now)
    except (StageTaken, ScheduleConflict, OutsideEdition) as refusal:
        report.skipped.append(f"{session.title}: {refusal}")
    else:
        report.sessions += 1


def free_slug(wanted: str) -> str:
    """Return an address that no session has yet."""
    slug, number = wanted[:76], 1
    while ProgrammeSession.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted[:74]}-{number}"
    return slug
