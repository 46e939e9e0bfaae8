"""The editors' desk: the board of a day, sessions made, moved, announced, called off; who comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.events import actions, queries, rules
from cms.events.actions.programme import Kept
from cms.events.actions.stage_days import stage_day_of
from cms.events.clock import when
from cms.events.errors import StageHeld, VersionChanged
from cms.events.forms import CallOffForm, CopyForm, MoveForm, ProgrammeFilter, SessionForm
from cms.events.models import Edition, Hall, ProgrammeSession
from portal.accounts.http import MemberRequest
from portal.core import sheets
from portal.core.errors import RuleViolation
from portal.ui.http import add_errors

from .guards import doorkeeper, editor

SHEETS: dict[str, tuple[str, Callable[..., bytes]]] = {
    "csv": ("text/csv; charset=utf-8", sheets.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheets.as_xlsx),
}


def session_of(pk: int) -> ProgrammeSession:
    """Return a session with hall and edition. Raises 404."""
    return get_object_or_404(ProgrammeSession.objects.select_related("edition", "hall__venue", "programme"), pk=pk)


@editor
@require_safe
def editions(request: MemberRequest) -> HttpResponse:
    """Every edition, the newest first."""
    return render(request, "events/desk/editions.html", {"editions": queries.editions_for_the_desk()})


@editor
@require_safe
def board(request: MemberRequest, slug: str) -> HttpResponse:
    """A day of an edition as a board: sessions are dragged, or moved by keys, or by a form."""
    found = get_object_or_404(Edition, slug=slug)
    chosen = ProgrammeFilter(request.GET).chosen().get("day")
    day = chosen if chosen and chosen in found.days else found.start
    shown = queries.shown(queries.of_day(found.sessions.all(), day))
    halls = queries.halls_of(found)
    counts = queries.day_counts(queries.starts_of(found, drafts=True))
    context = {
        "edition": found,
        "day": day,
        "days": [(one, counts.get(one, 0), one == day) for one in found.days],
        "board": board_of(shown, halls, day),
        "collisions": collisions(found, [one.session for one in shown]),
        "drafts": sum(one.session.state == "draft" for one in shown),
    }
    return render(request, "events/desk/board.html", context)


def board_of(shown: list[queries.Shown], halls: list[Hall], day: date) -> queries.Grid:
    """Return the board: the whole day from the first opening to the last closing, so that there is where to drop."""
    if not halls:
        return queries.Grid([], [])
    hours = [rules.hall_hours(day, hall.opens_at, hall.closes_at) for hall in halls]
    return queries.grid(shown, halls, first=min(start for start, _end in hours), last=max(end for _start, end in hours))


def collisions(found: Edition, sessions: list[ProgrammeSession]) -> list[rules.Conflict]:
    """Return what collides among a day's sessions, each pair once."""
    places = [queries.place_of(one) for one in sessions if not one.is_cancelled]
    levels = queries.levels_of(found)
    people = [person for place in places for person in place.people]
    ways = queries.ways() if len(set(people)) < len(people) else {}  # only who is in two sessions has to go anywhere
    out, seen = [], set()
    for place in places:
        for one in rules.conflicts(place, places, levels, ways):
            pair = (one.kind, *sorted((place.id, one.other)))
            if pair not in seen:
                seen.add(pair)
                out.append(rules.Conflict(one.kind, one.level, one.other, f"{place.title}: {one.text}"))
    return out


@editor
@require_http_methods(["GET", "HEAD", "POST"])
def new_session(request: MemberRequest, slug: str) -> HttpResponse:
    """Make a session; hall and time may come from the board."""
    found = get_object_or_404(Edition, slug=slug)
    initial = {name: request.GET[name][:30] for name in ("hall", "starts_at") if request.GET.get(name)}
    form = SessionForm(request.POST or None, edition=found, initial=initial)
    return session_page(request, form, found)


@editor
@require_http_methods(["GET", "HEAD", "POST"])
def edit_session(request: MemberRequest, pk: int) -> HttpResponse:
    """Change a session."""
    found = session_of(pk)
    form = SessionForm(request.POST or None, instance=found, edition=found.edition)
    return session_page(request, form, found.edition, found)


def session_page(
    request: MemberRequest,
    form: SessionForm,
    edition: Edition,
    found: ProgrammeSession | None = None,
    step: MoveForm | CallOffForm | None = None,
) -> HttpResponse:
    """Save the form or draw it, with what stands in the way beside its field. `step` is a refused one of the other forms."""
    status = 422 if step else 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            kept = attempt(request, form)
            if kept:
                warn(request, kept)
                messages.success(request, _("“%(title)s” is saved.") % {"title": kept.session.title})
                return redirect(board_address(kept.session))
    move = step if isinstance(step, MoveForm) else move_form(found)
    context = {
        "form": form,
        "edition": edition,
        "session": found,
        "call_off": step if isinstance(step, CallOffForm) else call_off_form(found),
        "move": move,
        "first": [form[name] for name in SessionForm.FIRST],
        "rest": [field for field in form.visible_fields() if field.name not in SessionForm.FIRST],
        "rest_open": bool(found) or any(name not in SessionForm.FIRST for name in form.errors),
    }
    if move:  # both forms offer the same halls, which are read once
        fields = [cast("forms.ModelChoiceField[Hall]", one.fields["hall"]) for one in (form, move)]
        halls = list(cast(Iterable[tuple[str, str]], fields[0].choices))
        for field in fields:
            cast(forms.Select, field.widget).choices = halls
    return render(request, "events/desk/session.html", context, status=status)


def move_form(found: ProgrammeSession | None) -> MoveForm | None:
    """Return the form that moves a session, with where it is now."""
    if found is None:
        return None
    return MoveForm(initial={"hall": found.hall_id, "starts_at": found.starts_at, "version": found.version})


def call_off_form(found: ProgrammeSession | None) -> CallOffForm:
    """Return the form that calls a session off."""
    return CallOffForm(initial={"version": found.version if found else None})


def attempt(request: MemberRequest, form: SessionForm) -> Kept | None:
    """Save a valid form, announced where the editor pressed that; a refusal stands beside its field."""
    state = form.instance.State
    if "announce" in request.POST and form.instance.state == state.DRAFT:
        form.instance.state = state.PUBLISHED
    try:
        return actions.keep_session(
            actor=request.user, session=form.instance, guests=list(form.cleaned_data["guests"]), showings=form.showings(),
            quotas=form.quotas(), seen=form.seen,
        )  # fmt: skip
    except VersionChanged as refusal:
        form.meanwhile(refusal.stored, str(refusal))
    except StageHeld as refusal:
        add_errors(form, refusal)
        ask_for_day(request, form.instance)
    except (RuleViolation, ValidationError) as refusal:
        if isinstance(refusal, RuleViolation) and refusal.field == "ends_at":
            refusal.field = "minutes"  # the form asks for the length
        add_errors(form, refusal)
    return None


def ask_for_day(request: MemberRequest, session: ProgrammeSession) -> None:
    """Ask the stage managers for the day that a refused session needs, and say so."""
    needed = stage_day_of(session)
    if needed is None:
        return
    asked = actions.ask_for_stage_day(actor=request.user, edition=session.edition, resource=needed[0], day=needed[1])
    if asked.answer:
        messages.warning(
            request, _("The stage managers keep the day for the crews: %(reason)s") % {"reason": asked.answer}
        )
    else:
        messages.info(request, _("The stage managers are asked for the day; you are told what they answer."))


def warn(request: MemberRequest, kept: Kept) -> None:
    """Say what the editor should know, each thing once."""
    for one in dict.fromkeys(conflict.text for conflict in kept.warnings):
        messages.warning(request, one)


def board_address(session: ProgrammeSession) -> str:
    """Return the board of the session's day."""
    return f"{reverse('events:board', args=[session.edition.slug])}?day={session.day.isoformat()}"


def one_step(
    request: MemberRequest,
    session: ProgrammeSession,
    action: Callable[[], Kept | None],
    done: str,
    form: MoveForm | CallOffForm | None = None,
) -> HttpResponse:
    """Take a step, say how it went, go back to the board; a refused step of a typed `form` comes back in it."""
    try:
        kept = action()
    except StageHeld as refusal:
        messages.error(request, str(refusal))
        ask_for_day(request, refusal.session)
    except (RuleViolation, ValidationError) as refusal:
        if form:
            return refused(request, session.pk, form, refusal)
        text = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        messages.error(request, text)
    else:
        if kept:
            warn(request, kept)
        messages.success(request, done)
    return redirect(board_address(session))


def refused(
    request: MemberRequest,
    pk: int,
    form: MoveForm | CallOffForm,
    refusal: RuleViolation | ValidationError | None = None,
) -> HttpResponse:
    """Draw the session's page with a step that was not taken: what was typed stays, why stands beside its field."""
    found = session_of(pk)
    if isinstance(refusal, VersionChanged):
        place = {"hall": found.hall.name, "when": when(found.starts_at)}
        form.add_error(
            None,
            _(
                "Somebody else changed this session meanwhile: it is in %(hall)s, %(when)s. Press once more if you still mean it."
            )
            % place,
        )
        data = cast(QueryDict, form.data).copy()
        data["version"] = str(found.version)
        form.data = data
    elif refusal:
        if isinstance(refusal, RuleViolation) and refusal.field == "ends_at":
            refusal.field = "starts_at"  # the length stays, so the beginning is at fault
        add_errors(form, refusal)
    return session_page(request, SessionForm(instance=found, edition=found.edition), found.edition, found, form)


@editor
@require_POST
def move(request: MemberRequest, pk: int) -> HttpResponse:
    """Move a session to another hall or time: from the form, by keys, or dropped on the board, which has nothing typed."""
    found = session_of(pk)
    form = MoveForm(request.POST)
    dropped = "board" in request.POST
    if not form.is_valid():
        if not dropped:
            return refused(request, pk, form)
        messages.error(request, _("Choose a hall and a time."))
        return redirect(board_address(found))
    data = form.cleaned_data
    title = found.title

    def moved() -> Kept:
        return actions.move_session(
            actor=request.user, session=session_of(pk), hall=data["hall"], starts_at=data["starts_at"], version=data["version"]
        )  # fmt: skip

    names = {"title": title, "hall": data["hall"].name, "when": when(data["starts_at"])}
    done = _("“%(title)s” is now in %(hall)s, %(when)s.") % names
    return one_step(request, found, moved, done, None if dropped else form)


@editor
@require_POST
def announce(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a session to visitors."""
    found = session_of(pk)
    done = _("“%(title)s” is announced.") % {"title": found.title}
    return one_step(request, found, lambda: actions.announce_session(actor=request.user, session=found), done)


@editor
@require_POST
def call_off(request: MemberRequest, pk: int) -> HttpResponse:
    """Call a session off, with the reason in both languages."""
    found = session_of(pk)
    form = CallOffForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why in both languages: visitors read it."))
        return refused(request, pk, form)
    done = _("“%(title)s” is called off; everybody registered is told.") % {"title": found.title}

    def called_off() -> Kept:
        return actions.call_off_session(actor=request.user, session=found, **form.cleaned_data)

    return one_step(request, found, called_off, done, form)


@editor
@require_POST
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove a session nobody has registered for."""
    found = session_of(pk)
    done = _("“%(title)s” is removed.") % {"title": found.title}
    return one_step(request, found, lambda: actions.delete_session(actor=request.user, session=session_of(pk)), done)


@editor
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: MemberRequest, slug: str) -> HttpResponse:
    """Make the next edition of this one."""
    found = get_object_or_404(Edition, slug=slug)
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            report = actions.copy_edition(
                actor=request.user, edition=found, slug=data["slug"], name_zh=data["name_zh"], name_en=data["name_en"], start=data["start"]
            )  # fmt: skip
        except (RuleViolation, ValidationError) as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("%(count)s sessions copied as drafts.") % {"count": report.sessions})
            for one in report.skipped[:8]:
                messages.warning(request, one)
            return redirect("events:board", slug=report.edition.slug)
    return render(
        request, "events/desk/copy.html", {"edition": found, "form": form}, status=422 if form.errors else 200
    )


@doorkeeper
@require_safe
def visitors(request: MemberRequest, pk: int) -> HttpResponse:
    """Who comes to a session, with a search by name, code or address."""
    found = session_of(pk)
    words = request.GET.get("q", "").strip()[:60].replace("\x00", "")
    rows = found.registrations.all().prefetch_related("companions").order_by("pk")
    if words:
        rows = rows.filter(pk__in=queries.visitors_named(found, words))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {
        "session": found,
        "edition": found.edition,
        "page_obj": page,
        "q": words,
        "counts": queries.door_counts(found),
    }
    return render(request, "events/desk/visitors.html", context)


@doorkeeper
@require_safe
def export(request: MemberRequest, pk: int, form: str) -> HttpResponse:
    """The list of who comes, as CSV or XLSX. No cell is a formula."""
    found = session_of(pk)
    if form not in SHEETS:
        raise Http404
    header = [
        pgettext("admission", "Code"),
        pgettext("person", "Name"),
        _("Companions"),
        pgettext("film week", "People"),
        _("State"),
        _("Audience"),
        _("E-mail"),
        _("Phone"),
        _("Wheelchair"),
        _("Inside"),
        _("Registered at"),
    ]
    rows = found.registrations.select_related("pool").prefetch_related("companions").order_by("pk")
    lines = [
        (
            one.spoken_code, one.name, "、".join(mate.name for mate in one.companions.all()), one.seats, str(one.get_state_display()),
            str(one.pool.get_audience_display()), one.email, one.phone, _("yes") if one.wheelchair else "", one.entered,
            f"{timezone.localtime(one.created_at):%Y-%m-%d %H:%M}",
        )
        for one in rows
    ]  # fmt: skip
    kind, make = SHEETS[form]
    actions.note_export(actor=request.user, session=found, rows=len(lines))
    response = HttpResponse(make(header, lines), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.slug}-visitors.{form}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
