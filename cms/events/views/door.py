"""The door on a phone: works for hours without a network, sends what it kept when there is one again."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, pgettext
from django.views.decorators.http import require_POST, require_safe

from cms.events import actions, clock, queries, tickets
from cms.events.actions.door import Entry
from cms.events.forms import SyncForm
from cms.events.models import CODE_SIGNS, ProgrammeSession
from portal.accounts.http import MemberRequest
from portal.ui.templatetags.ui import time_local

from .guards import doorkeeper

MOST_ENTRIES = 500
MOST_BYTES = 400_000
MOST_PICTURE_BYTES = 12_000_000


def door_session(slug: str) -> ProgrammeSession:
    """Return an announced session that people register for. Raises 404."""
    rows = ProgrammeSession.objects.filter(
        state=ProgrammeSession.State.PUBLISHED, entry=ProgrammeSession.Entry.REGISTER
    )
    return get_object_or_404(rows.select_related("hall__venue", "edition"), slug=slug)


@doorkeeper
@require_safe
def doors(request: MemberRequest) -> HttpResponse:
    """The doors of today and of the days around it."""
    now = timezone.now()
    rows = ProgrammeSession.objects.filter(
        state=ProgrammeSession.State.PUBLISHED, entry=ProgrammeSession.Entry.REGISTER, ends_at__gt=now - timedelta(hours=6)
    )  # fmt: skip
    found = queries.shown(rows, most=40)
    return render(request, "events/doors.html", {"shown": found, "today": timezone.localdate()})


@doorkeeper
@require_safe
def door(request: MemberRequest, slug: str) -> HttpResponse:
    """One door. The page carries its list, so that a phone that has it needs nothing more."""
    found = door_session(slug)
    counts, repeats = queries.door_counts(found), queries.repeats(found)
    context = {
        "session": found,
        "state_json": json.dumps(door_state(found, counts, repeats) | {"others": others(found)}),
        "signs": CODE_SIGNS,
        "words_json": json.dumps(words()),
        "repeats": repeats,
        "counts": counts,
    }
    return render(request, "events/door.html", context)


def door_state(found: ProgrammeSession, counts: queries.DoorCounts, repeats: list[queries.Repeat]) -> dict[str, Any]:
    """Return what a phone keeps of a session: everybody who may come, counts, codes that came twice."""
    return {
        "session": found.pk,
        "at": timezone.now().isoformat(),
        "late_at": found.late_at.isoformat(),
        "late_clock": clock.clock(found.late_at, found.day),
        "zone": settings.TIME_ZONE,
        "people": [{**asdict(row), "proof": tickets.proof_of(found.pk, row.code)} for row in queries.door_list(found)],
        "counts": asdict(counts),
        "repeats": [
            {
                "code": one.code, "name": one.name, "seats": one.seats,
                "entries": [{"at": time_local(entry.at), "device": entry.device, "people": entry.people} for entry in one.entries],
            }
            for one in repeats
        ],
    }  # fmt: skip


def place_in_words(session: ProgrammeSession) -> str:
    """Return which session a code is for, where and when, called off or not."""
    parts = [session.title, f"{session.hall.venue.name} {session.hall.name}", clock.when(session.starts_at)]
    if session.is_cancelled:
        parts.append(_("Called off"))
    return " · ".join(map(str, parts))


def others(found: ProgrammeSession) -> dict[int, str]:
    """Return the sessions around this one, so that a phone can say without a network where a code belongs."""
    return {one.pk: place_in_words(one) for one in queries.doors_near(found)}


def words() -> dict[str, str]:
    """Return the words the page's script says, in the reader's language."""
    return {
        "ok": _("May enter"),
        "waiting": _("Waiting list"),
        "offered": _("Seat offered, not taken yet"),
        "repeat": _("Inside already"),
        "other": _("Code of another session"),
        "forged": _("Not one of our codes"),
        "unknown": _("Nobody here has this code or name"),
        "stopped": _("The door is closed for this code"),
        "many": _("Several people: choose one"),
        "online": _("Online"),
        "offline": _("Offline"),
        "kept": _("kept on this phone, sent later"),
        "sent": _("all sent"),
        "let_in": _("Let in"),
        "undo": _("Undo"),
        "people": pgettext("door", "people"),
        "camera": _("The camera cannot be used here. Type the code."),
        "signed_out": _("You were signed out. Sign in again in another tab; nothing is lost."),
        "late": _("after"),
        "cancelled": _("Cancelled: the seats were given back"),
        "lapsed": _("The offer has lapsed"),
        "refused": _("not taken by the portal"),
        "confirm": _("Is it this person? Ask for the name, then press it."),
        "early": _("Seats are given to the waiting list from that time on."),
        "ready": _("This page is on the phone: it works without a network."),
        "not_ready": _("Putting this page on the phone. Wait a moment before you leave the network."),
        "cannot": _("This browser cannot keep the page. Leave it open and do not load it again."),
        "reading": _("Reading the picture"),
        "no_code": _("No code is seen in the picture. Go nearer, or type the six signs."),
        "no_net": _("Without a network a picture cannot be read. Type the six signs."),
    }


@doorkeeper
@require_POST
def sync(request: MemberRequest, slug: str) -> HttpResponse:
    """Take what a phone kept, in any order and more than once, and answer the newest list."""
    found = door_session(slug)
    if request.content_type != "application/json":  # a form's body has been read by the time it comes here
        return JsonResponse({"error": "malformed"}, status=400)
    if len(request.body) > MOST_BYTES:
        return JsonResponse({"error": "too_large"}, status=413)
    try:
        data = json.loads(request.body)
        rows, device = data["entries"], printable(str(data["device"]))[:40].strip()
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"error": "malformed"}, status=400)
    if not isinstance(rows, list) or len(rows) > MOST_ENTRIES or not device:
        return JsonResponse({"error": "malformed"}, status=400)
    look = tickets.typed_code(str(data.get("look", "")))
    entries, refused = [], []
    for row in rows:
        form = SyncForm(row if isinstance(row, dict) else {})
        code = tickets.typed_code(str(row.get("code", ""))) if isinstance(row, dict) else ""
        if form.is_valid() and code:
            data = form.cleaned_data
            entries.append(Entry(data["id"], code, data["people"], data["at"]))
        else:
            refused.append(str(row.get("id", ""))[:40] if isinstance(row, dict) else "")
    received = actions.receive_check_ins(actor=request.user, session=found, device=device, entries=entries)
    done = [str(one) for one in received.kept]
    state = door_state(found, queries.door_counts(found), queries.repeats(found))
    answer = {"kept": done, "unknown": [*map(str, received.unknown), *refused], "state": state}
    if look:
        belongs = [one for one in queries.sessions_with_code(look) if one.pk != found.pk]
        answer["looked"] = {"code": look, "sessions": [place_in_words(one) for one in belongs]}
    return JsonResponse(answer)


@doorkeeper
@require_POST
def picture(request: MemberRequest, slug: str) -> HttpResponse:
    """Read the code in a phone's picture, for browsers that cannot. The picture is not kept."""
    door_session(slug)
    file = request.FILES.get("picture")
    if file is None:
        return JsonResponse({"error": "missing"}, status=400)
    if (file.size or 0) > MOST_PICTURE_BYTES:
        return JsonResponse({"error": "too_large"}, status=413)
    try:
        text = tickets.read_picture(file.read())
    except tickets.UnreadablePicture:
        return JsonResponse({"error": "unreadable"}, status=422)
    return JsonResponse({"text": text or ""})


def printable(text: str) -> str:
    """Return a text without the signs that cannot be shown or stored: NUL, half of a pair, invisible ones."""
    return "".join(sign for sign in text[:200] if sign.isprintable())


@doorkeeper
@require_POST
def settle(request: MemberRequest, slug: str) -> HttpResponse:
    """Say that a code that came twice was looked at."""
    found = door_session(slug)
    code = tickets.typed_code(request.POST.get("code", ""))
    if code:
        actions.settle_repeats(actor=request.user, session=found, code=code)
    return redirect("events:door", slug=slug)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps a door's page on the phone. It holds no data of anybody."""
    scope = reverse("events:doors")
    body = render_to_string("events/door_worker.js", {"scope": scope})
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = scope
    response.headers["Cache-Control"] = "no-cache"
    return response
