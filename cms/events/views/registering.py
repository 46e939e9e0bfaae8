"""A session's page with its registration form, and what the link in the mail opens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.events import actions, calendars, clock, device, limits, queries, rules, tickets
from cms.events.errors import TooMany
from cms.events.forms import CompanionsForm, RegistrationForm
from cms.events.models import Pick, ProgrammeSession, Registration
from portal.core.errors import RuleViolation
from portal.ui.components import Cell
from portal.ui.structured import json_ld

from .programme import calendar, picture_of

WAIT = Registration.State.WAITING


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, slug: str) -> HttpResponse:
    """One session: facts, films, guests, the way there; below, the registration."""
    found = queries.one_session(slug)
    (shown,) = queries.shown(ProgrammeSession.objects.filter(pk=found.pk))
    form = registration_form(request, found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (made := registered(request, found, form)):
            return redirect("events:registration", secret=made.secret)
    context = {
        "session": found,
        "edition": found.edition,
        "shown": shown,
        "picture": picture_of(found.edition),
        "slate": session_slate(shown),
        "form": form,
        "opened": found.state == found.State.PUBLISHED and found.registers and timezone.now() < found.starts_at,
        "over": timezone.now() >= found.ends_at,
        "twins": twins(shown),
        "picked": is_picked(request, found),
        "structured": structured(request, shown),
    }
    return render(request, "events/session.html", context, status=status)


def registration_form(request: HttpRequest, found: ProgrammeSession) -> RegistrationForm:
    """Return the form; a signed-in person's name and address stand in it."""
    codes = found.pools.exclude(audience="public").exists()
    initial = {}
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        initial = {"name": request.user.name, "email": request.user.email, "phone": request.user.phone}
    data = request.POST if request.method == "POST" else None
    return RegistrationForm(data, most=found.edition.companions_most, codes=codes, initial=initial)


def registered(request: HttpRequest, found: ProgrammeSession, form: RegistrationForm) -> Registration | None:
    """Register who filled in the form; a refusal stands beside its field."""
    data = form.cleaned_data
    try:
        if limits.too_many(request):
            raise TooMany(_("Too many registrations from here at once. Wait a minute."))
        return actions.register(
            session=found,
            name=data["name"],
            email=data["email"],
            phone=data["phone"],
            companions=form.companions,
            wheelchair=data["wheelchair"],
            access_code=data.get("access_code", ""),
            language=translation.get_language() or "zh-hans",
            user=request.user if request.user.is_authenticated else None,
        )
    except (RuleViolation, ValidationError) as refusal:
        form.refuse(refusal)
    return None


def time_cell(found: ProgrammeSession) -> Cell:
    """Return when a session begins, the real date below it where that is after midnight."""
    told = f"{clock.evening(found.starts_at, short=True)} {clock.clock(found.starts_at)}"
    return Cell(_("Time"), told, note=clock.real(found.starts_at) if clock.is_late(found.starts_at) else "")


def session_slate(shown: queries.Shown) -> list[Cell]:
    """Return the facts of a session."""
    found, seats = shown.session, shown.seats
    cells = [
        time_cell(found),
        Cell(_("Duration"), found.minutes, pgettext("film week", "min")),
        Cell(_("Hall"), found.hall.name, word=True),
    ]
    if found.registers:
        cells.append(Cell(_("Seats left"), f"{seats.left} / {seats.seats}"))
    cells.append(Cell(_("Admission"), _("free, by name") if found.registers else _("free, just come"), word=True))
    return cells


def twins(shown: queries.Shown) -> list[queries.Shown]:
    """Return the other sessions of the same films, six at most."""
    films = [film.pk for film in shown.films]
    if not films:
        return []
    rows = shown.session.edition.sessions.visible().filter(showings__film__in=films).distinct()
    return queries.shown(rows.exclude(pk=shown.session.pk), most=6)


def is_picked(request: HttpRequest, found: ProgrammeSession) -> bool:
    """Return whether the session is in the reader's own programme."""
    if request.user.is_authenticated:
        return Pick.objects.filter(user=request.user, session=found).exists()
    return found.pk in device.kept_on(request)


def structured(request: HttpRequest, shown: queries.Shown) -> SafeString:
    """Return the session as schema.org's Event."""
    found = shown.session
    venue = found.hall.venue
    status = "EventCancelled" if found.is_cancelled else "EventScheduled"
    data = {
        "@context": "https://schema.org",
        "@type": "ScreeningEvent" if shown.films else "Event",
        "name": str(found.title),
        "startDate": timezone.localtime(found.starts_at).isoformat(),
        "endDate": timezone.localtime(found.ends_at).isoformat(),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "url": request.build_absolute_uri(found.get_absolute_url()),
        "isAccessibleForFree": True,
        "location": {
            "@type": "Place",
            "name": f"{venue.name} {found.hall.name}",
            "address": str(venue.address or found.edition.town),
        },
    }
    return json_ld(data)


@require_safe
def registration(request: HttpRequest, secret: str) -> HttpResponse:
    """The code to show at the door, and what can still be changed."""
    return page(request, queries.one_registration(secret))


def page(
    request: HttpRequest, made: Registration, form: CompanionsForm | None = None, status: int = 200
) -> HttpResponse:
    """Draw the page of a registration. It is nobody's but the link's holder's: never stored, never indexed."""
    found = made.session
    mates = [mate.name for mate in made.companions.all()]
    state = made.current_state
    open_ = found.state == found.State.PUBLISHED and timezone.now() < found.starts_at
    same_day = queries.of_day(found.edition.sessions.visible(), found.day).exclude(pk=found.pk)
    others = [
        one
        for one in queries.shown(same_day)
        if not rules.overlapping(found, [one.session]) and not one.session.is_cancelled
    ]
    context = {
        "registration": made,
        "session": found,
        "edition": found.edition,
        "state": state,
        "mates": mates,
        "place": queries.waiting_ahead(made) + 1 if state == WAIT else None,
        "slate": [
            Cell(_("Session"), found.title, word=True),
            time_cell(found),
            Cell(_("Hall"), f"{found.hall.name} {found.hall.door}".strip(), word=True),
            Cell(pgettext("film week", "People"), made.seats),
            Cell(_("Be there by"), clock.clock(found.late_at, found.day)),
        ],
        "code": tickets.qr_svg(tickets.payload(made), _("Admission code %(code)s") % {"code": made.spoken_code})
        if state == "registered"
        else "",
        "form": form or CompanionsForm(most=found.edition.companions_most, names=mates),
        "open": open_,
        "waiting": found.registrations.filter(state=WAIT).count(),
        "others": others[:4],
    }
    response = render(request, "events/registration.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@require_safe
def registration_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The ticket for a calendar: the entry that later letters change or cancel."""
    made = queries.one_registration(secret)
    response = calendar(calendars.ticket_file(made), made.session.slug)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def change(request: HttpRequest, secret: str) -> HttpResponse:
    """Bring others, fewer or more along."""
    made = queries.one_registration(secret)
    mates = [mate.name for mate in made.companions.all()]
    form = CompanionsForm(request.POST, most=made.session.edition.companions_most, names=mates)
    if form.is_valid():
        try:
            actions.change_companions(registration=made, companions=form.companions)
        except (RuleViolation, ValidationError) as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Changed. A mail confirms it; your code stays the same."))
            return redirect(made)
    return page(request, made, form, status=422)


@require_POST
def cancel(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the seats back."""
    return step(request, secret, actions.cancel_registration, _("Your seats are given back. Thank you for telling us."))


@require_POST
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the seat that was offered."""
    return step(request, secret, actions.accept_offer, _("The seat is yours."))


def step(request: HttpRequest, secret: str, action: Any, done: str) -> HttpResponse:
    """Take one step of a registration and say how it went."""
    made = queries.one_registration(secret)
    try:
        action(registration=made)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(made)
