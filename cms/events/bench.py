"""A film week of any size on a scratch database, and what its pages cost."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time as clock, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.core.page_costs import page_cost

from .models import (
    Companion,
    Edition,
    Film,
    Hall,
    Person,
    ProgrammeSession,
    Registration,
    SeatPool,
    SessionFilm,
    SessionPerson,
    Venue,
)

DESK = frozenset({"desk", "board", "visitors", "doors", "door"})
A_DAY, DAYS = 8, 5


def make_editions(sessions: int, registrations: int, *, first: int = 0) -> list[Edition]:
    """Make editions of five days with eight sessions a day until there are that many sessions, and spread visitors over them.

    Writes past the actions: for a scratch database only.
    """
    halls = _halls()
    start = timezone.localdate() + timedelta(days=30)
    made: list[Edition] = []
    kept = 0
    while kept < sessions:
        number = first + len(made)
        begin = start - timedelta(days=364 * number)
        edition = Edition.objects.create(
            slug=f"bench-{number}", name_zh=f"电影周 {number}", name_en=f"Film week {number}", start=begin, end=begin + timedelta(days=DAYS),
            state=Edition.State.PUBLISHED,
        )  # fmt: skip
        kept += _fill(edition, halls, min(sessions - kept, A_DAY * DAYS))
        made.append(edition)
    _visitors(registrations)
    return made


def _halls() -> list[Hall]:
    if not Hall.objects.exists():
        for number in range(4):
            venue = Venue.objects.create(name_zh=f"场馆{number}", name_en=f"Venue {number}", order=number)
            Hall.objects.create(venue=venue, name_zh="厅", name_en="Hall", seats=2000, closes_at=clock(2))
    return list(Hall.objects.select_related("venue"))


def _fill(edition: Edition, halls: list[Hall], count: int) -> int:
    zone = timezone.get_current_timezone()
    kinds = ProgrammeSession.Kind.values
    for number in range(count):
        day, place = divmod(number, A_DAY)
        slot, hall = divmod(place, len(halls))
        begins = datetime.combine(edition.start + timedelta(days=day), clock(10 + 4 * slot), zone)
        name = f"{edition.slug}-{number}"
        film = Film.objects.create(
            slug=name, title_zh=f"影片 {name}", title_en=f"Film {name}", year=2026, runtime_min=100
        )
        person = Person.objects.create(name_zh=f"嘉宾 {name}", name_en=f"Guest {name}")
        session = ProgrammeSession.objects.create(
            edition=edition, hall=halls[hall], slug=name, title_zh=f"场次 {name}", title_en=f"Session {name}", starts_at=begins,
            ends_at=begins + timedelta(minutes=110), state=ProgrammeSession.State.PUBLISHED, kind=kinds[number % len(kinds)],
        )  # fmt: skip
        SessionFilm.objects.create(session=session, film=film)
        SessionPerson.objects.create(session=session, person=person)
        SeatPool.objects.create(session=session, audience="public", seats=2000)
    return count


def _visitors(count: int) -> None:
    pools = list(SeatPool.objects.select_related("session"))
    rows = []
    first = Registration.objects.count()
    for number in range(first, first + count):
        pool = pools[number % len(pools)]
        code = _code(number)
        rows.append(
            Registration(session=pool.session, pool=pool, name=f"观众 {number}", email=f"b{number}@mail.example", seats=2, code=code)
        )  # fmt: skip
    made = Registration.objects.bulk_create(rows, batch_size=1000)
    Companion.objects.bulk_create([Companion(registration=row, name="同行") for row in made], batch_size=2000)
    for pool in pools:
        pool.taken = 2 * pool.registrations.count()
    SeatPool.objects.bulk_update(pools, ["taken"], batch_size=200)


def _code(number: int) -> str:
    signs = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    out = ""
    for _sign in range(6):
        number, rest = divmod(number, len(signs))
        out += signs[rest]
    return out


def addresses() -> dict[str, str]:
    """Return the pages that are measured, by name."""
    edition = Edition.objects.latest("start")
    session = edition.sessions.earliest("starts_at")
    public = edition.get_absolute_url()
    return {
        "grid": public,
        "list": f"{public}?view=list",
        "all days": f"{public}?day=all",
        "films": reverse("events:films", args=[edition.slug]),
        "session": session.get_absolute_url(),
        "desk": reverse("events:desk"),
        "board": reverse("events:board", args=[edition.slug]),
        "visitors": reverse("events:visitors", args=[session.pk]),
        "doors": reverse("events:doors"),
        "door": reverse("events:door", args=[session.slug]),
    }


def measure(editor: User) -> list[dict[str, Any]]:
    """Return what each page costs, with its name."""
    out = []
    for name, url in addresses().items():
        client = Client(HTTP_HOST="localhost")
        if name in DESK:
            client.force_login(editor)
        out.append({"page": name, **asdict(page_cost(client, url))})
    return out


def editor() -> User:
    """Return an editor of the scratch database."""
    made = User.objects.create_user("bench@bench.example", None, name="Bench")
    made.is_superuser = True
    made.save()
    return made
