"""How a session is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import models
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from portal.search.query import Card, Viewer
from portal.search.spec import Document, SearchSpec

from .clock import when
from .models import Edition, ProgrammeSession, SessionFilm, SessionPerson

KIND = "event"
FACETS = {"event_kind": dict(ProgrammeSession.Kind.choices)}


def document(session: ProgrammeSession) -> Document | None:
    """Return what the search knows of a session: nothing unless visitors may see it."""
    if session.state != ProgrammeSession.State.PUBLISHED or session.edition.state != Edition.State.PUBLISHED:
        return None
    films = [row.film for row in session.showings.all()]
    people = [row.person for row in session.guests.all()]
    venue = session.hall.venue
    labels = [text for film in films for text in (film.title_zh, film.title_en)]
    labels += [text for person in people for text in (person.name_zh, person.name_en)]
    if session.programme:
        labels += [session.programme.name_zh, session.programme.name_en]
    made: Document = {
        "title_zh": session.title_zh,
        "title_en": session.title_en,
        "tags": [text for text in labels if text],
        "places": [venue.name_zh, venue.name_en, session.hall.name_zh, session.hall.name_en],
        "body_zh": f"{session.note_zh} {session.text_zh} "
        + " ".join(f"{f.synopsis_zh} {f.director_zh}" for f in films),
        "body_en": f"{session.note_en} {session.text_en} "
        + " ".join(f"{f.synopsis_en} {f.director_en}" for f in films),
        "facets": {"event_kind": [session.kind]},
        "numbers": {"starts_at": session.starts_at.timestamp()},
        "created": int(session.created_at.timestamp()),
        "audience": ["public"],
    }
    if venue.lat is not None and venue.lng is not None:
        made["lat"], made["lng"] = venue.lat, venue.lng
    return made


def records() -> models.QuerySet[ProgrammeSession]:
    """Return every session with what `document` needs."""
    return (
        ProgrammeSession.objects.select_related("edition", "programme", "hall__venue")
        .prefetch_related(
            Prefetch("showings", SessionFilm.objects.select_related("film")),
            Prefetch("guests", SessionPerson.objects.select_related("person")),
        )
        .order_by("pk")
    )


def lexicon() -> Iterable[str]:
    """Return words that cut a long query into its things."""
    return ("电影周", "放映", "论坛", "沙龙", "大师讲堂", "大赛", "展览", "市集", "红毯", "音乐会", "首映")


def cards(ids: Sequence[int], viewer: Viewer) -> dict[int, Card]:
    """Return sessions as the home search shows them, of those that visitors see. One query."""
    rows = ProgrammeSession.objects.visible().filter(pk__in=ids).select_related("hall__venue", "edition__picture")
    return {
        one.pk: Card(
            one.title, one.get_absolute_url(),
            f"{when(one.starts_at)} · {one.hall.venue.name} {one.hall.name}", one.edition.picture,
        )
        for one in rows
    }  # fmt: skip


SPEC = SearchSpec(
    kind=KIND,
    model=ProgrammeSession,
    document=document,
    records=records,
    facets=FACETS,
    numbers=("starts_at",),
    sorts=("relevance", "newest"),
    lexicon=lexicon,
    title=_("Film week"),
    cards=cards,
)
