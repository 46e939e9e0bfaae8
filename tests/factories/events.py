"""Editions, halls, sessions and visitors for tests. Dates lie far ahead, so that nothing has begun."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count

from django.utils import timezone

from cms.events import actions
from cms.events.models import Edition, Film, FilmCopy, Hall, Person, ProgrammeSession, Registration, Venue

_numbers = count(1)
START = timezone.localdate() + timedelta(days=40)


def at(hour: int, minute: int = 0, day: int = 0, start: date = START) -> datetime:
    """Return an instant of the edition: hours above 23 lie on the next calendar day."""
    clock = datetime.combine(start + timedelta(days=day), time(0), timezone.get_current_timezone())
    return clock + timedelta(hours=hour, minutes=minute)


def make_edition(**fields) -> Edition:
    number = next(_numbers)
    values = {
        "slug": f"week-{number}", "name_zh": f"电影周{number}", "name_en": f"Film week {number}", "state": "published",
        "start": START, "end": START + timedelta(days=5),
    } | fields  # fmt: skip
    return Edition.objects.create(**values)


def make_hall(*, venue: Venue | None = None, **fields) -> Hall:
    number = next(_numbers)
    if venue is None:
        venue = Venue.objects.create(name_zh=f"场馆{number}", name_en=f"Venue {number}", order=number)
    values = {"name_zh": f"厅{number}", "name_en": f"Hall {number}", "seats": 100, "closes_at": time(2)} | fields
    return Hall.objects.create(venue=venue, **values)


def make_session(
    actor,
    edition: Edition,
    hall: Hall,
    *,
    begins=None,
    minutes: int = 90,
    guests=(),
    showings=(),
    quotas=None,
    **fields,
) -> ProgrammeSession:
    number = next(_numbers)
    begins = begins or at(10)
    values = {
        "slug": f"session-{number}", "title_zh": f"场次{number}", "title_en": f"Session {number}", "state": "published",
        "starts_at": begins, "ends_at": begins + timedelta(minutes=minutes),
    } | fields  # fmt: skip
    session = ProgrammeSession(edition=edition, hall=hall, **values)
    return actions.keep_session(
        actor=actor, session=session, guests=guests, showings=showings, quotas=quotas or {}
    ).session


def make_person(**fields) -> Person:
    number = next(_numbers)
    return Person.objects.create(**{"name_zh": f"嘉宾{number}", "name_en": f"Guest {number}"} | fields)


def make_film(**fields) -> Film:
    number = next(_numbers)
    values = {
        "slug": f"film-{number}",
        "title_zh": f"影片{number}",
        "title_en": f"Film {number}",
        "year": 2026,
        "runtime_min": 100,
    }
    return Film.objects.create(**values | fields)


def make_copy(film: Film | None = None, **fields) -> FilmCopy:
    return FilmCopy.objects.create(film=film or make_film(), **{"label": "DCP 1"} | fields)


def register(session: ProgrammeSession, name: str = "陈可", *, companions=(), **fields) -> Registration:
    number = next(_numbers)
    values = {"email": f"visitor-{number}@mail.example"} | fields
    return actions.register(session=session, name=name, companions=companions, **values)
