"""What visitors see of an edition: the programme as a grid or a list, films, calendar files."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _, pgettext
from django.views.decorators.http import require_safe

from cms.events import calendars, queries
from cms.events.forms import ProgrammeFilter
from cms.events.models import Edition, ProgrammeSession
from media.models import PortalImage
from portal.ui.components import Cell

ALL_DAYS = "all"


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """The edition that runs or comes next; an honest empty page where none is announced."""
    found = queries.current_edition()
    if found is None:
        return render(request, "events/none_yet.html")
    return programme_page(request, found)


@require_safe
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    """One edition with its programme."""
    return programme_page(request, queries.one_edition(slug))


def programme_page(request: HttpRequest, found: Edition) -> HttpResponse:
    """The programme of a day, as a grid (halls by half hours) or as a list; the filters stand in the address."""
    chosen = ProgrammeFilter(request.GET).chosen()
    day = day_of_page(found, chosen.get("day"))
    everything = request.GET.get("day") == ALL_DAYS
    visible = found.sessions.visible()
    of_day = queries.shown(visible if everything else queries.of_day(visible, day))
    narrowed = [one for one in of_day if fits(one.session, chosen)]
    as_list = everything or chosen.get("view") == "list"
    context = {
        "edition": found,
        "picture": picture_of(found),
        "slate": slate(found),
        "days": [(one, count, one == day and not everything) for one, count in day_tabs(found)],
        "day": day,
        "everything": everything,
        "shown": narrowed,
        "grid": None if as_list else queries.grid(narrowed),
        "as_list": as_list,
        "kinds": kinds(request, of_day, chosen),
        "venues": venues(request, of_day, chosen),
        "programmes": programmes(request, found, chosen),
        "views": [
            (label, address(request, view=key), as_list == (key == "list"))
            for key, label in (("grid", _("Grid")), ("list", _("List")))
        ],
        "filtered": bool({"kind", "venue", "programme"} & chosen.keys()),
        "clear": address(request, kind=None, venue=None, programme=None),
        "all_days": address(request, day=ALL_DAYS, view=None),
        "films": queries.films_of(found)[:4],
        "others": queries.other_editions(found),
    }
    return render(request, "events/programme.html", context)


def day_of_page(found: Edition, chosen: date | None) -> date:
    """Return the day to show: the chosen one, today, else the first."""
    for day in (chosen, timezone.localdate()):
        if day and day in found.days:
            return day
    return found.start


def day_tabs(found: Edition) -> list[tuple[date, int]]:
    """Return each day with its number of sessions."""
    counts = queries.day_counts(queries.starts_of(found))
    return [(day, counts.get(day, 0)) for day in found.days]


def fits(session: ProgrammeSession, chosen: dict[str, Any]) -> bool:
    """Return whether a session passes the filters."""
    wanted = (chosen.get("kind"), chosen.get("venue"), chosen.get("programme"))
    have = (session.kind, session.hall.venue_id, session.programme_id)
    return all(want is None or want == has for want, has in zip(wanted, have, strict=True))


def address(request: HttpRequest, **changes: str | None) -> str:
    """Return the page's address with some of its query changed; `None` takes a part away."""
    query = {
        name: request.GET[name][:40] for name in ("day", "view", "kind", "venue", "programme") if request.GET.get(name)
    }
    query |= {name: value for name, value in changes.items() if value}
    return "?" + urlencode({name: value for name, value in query.items() if name not in changes or changes[name]})


Choice = tuple[str, str, int, bool]


def kinds(request: HttpRequest, found: list[queries.Shown], chosen: dict[str, Any]) -> list[Choice]:
    """Return the kinds there are on that day, with counts; the first is all of them."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.session.kind] = counts.get(one.session.kind, 0) + 1
    out: list[Choice] = [(pgettext("portal", "All"), address(request, kind=None), len(found), not chosen.get("kind"))]
    for key, label in ProgrammeSession.Kind.choices:
        if key in counts or chosen.get("kind") == key:
            out.append((str(label), address(request, kind=key), counts.get(key, 0), chosen.get("kind") == key))
    return out


def venues(request: HttpRequest, found: list[queries.Shown], chosen: dict[str, Any]) -> list[Choice]:
    """Return the venues there are on that day, with counts."""
    names = {one.session.hall.venue_id: str(one.session.hall.venue.name) for one in found}
    out = []
    for key, label in names.items():
        count = sum(one.session.hall.venue_id == key for one in found)
        out.append(
            (
                label,
                address(request, venue=None if chosen.get("venue") == key else str(key)),
                count,
                chosen.get("venue") == key,
            )
        )
    return out


def programmes(request: HttpRequest, found: Edition, chosen: dict[str, Any]) -> list[Choice]:
    """Return the edition's programmes: one query."""
    out = []
    for one in found.programmes.all():
        on = chosen.get("programme") == one.pk
        out.append((str(one.name), address(request, programme=None if on else str(one.pk)), 0, on))
    return out


def picture_of(found: Edition) -> PortalImage | None:
    """Return the edition's picture with its sizes: two queries, none where there is none."""
    return PortalImage.objects.with_renditions().filter(pk=found.picture_id).first() if found.picture_id else None


def slate(found: Edition) -> list[Cell]:
    """Return the facts of an edition."""
    counts = queries.edition_counts(found)
    return [
        Cell(_("Sessions"), counts["sessions"]),
        Cell(_("Films"), counts["films"]),
        Cell(_("Venues"), counts["venues"]),
        Cell(_("Seats"), f"{counts['seats']:,}"),
        Cell(_("Admission"), _("free, by name"), word=True),
    ]


@require_safe
def films(request: HttpRequest, slug: str) -> HttpResponse:
    """The films of an edition with their sessions."""
    found = queries.one_edition(slug)
    return render(request, "events/films.html", {"edition": found, "films": queries.films_of(found)})


@require_safe
def film(request: HttpRequest, slug: str, film: str) -> HttpResponse:
    """One film with its sessions."""
    found = queries.one_edition(slug)
    shown = queries.one_film(found, film)
    context = {
        "edition": found,
        "film": shown,
        "shown": queries.sessions_of_film(found, shown),
        "copies": list(shown.copies.all()),
    }
    return render(request, "events/film.html", context)


def calendar(content: bytes, name: str) -> HttpResponse:
    """Answer a calendar file."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


@require_safe
def session_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """One session for a calendar."""
    found = queries.one_session(slug)
    return calendar(calendars.sessions_file([found]), found.slug)


@require_safe
def edition_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole programme as a feed to subscribe to."""
    found = queries.one_edition(slug)
    sessions = found.sessions.visible().select_related("hall__venue")
    return calendar(calendars.sessions_file(sessions, str(found.name)), found.slug)
