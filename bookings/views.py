"""Choosing days, one's bookings, and the steps of each."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.http import MemberRequest
from portal.accounts.rules import FINANCE, OWNER, may, require, roles_of
from portal.audit.queries import history
from portal.core.bilingual import reads_english
from portal.core.day_ranges import DayRange
from portal.core.errors import RuleViolation
from portal.core.money import fen_of
from portal.payments.actions import record_bank_transfer
from portal.payments.models import Schedule
from portal.payments.queries import pay_account, schedules_of
from portal.ui.http import add_errors, go_to
from portal.ui.templatetags.ui import day_range
from studios.day_types import DayType
from studios.models import Stage

from . import actions, forms, rules, sides
from .calendars import booking_calendar
from .models import Booking
from .money import PURPOSE, earnest_of
from .picking import WEEKS, Wish, first_monday, weeks, wish
from .queries import (
    DayRank,
    alternatives,
    asked_lines,
    available_steps,
    bookings_for_lists,
    closures_over,
    local_today,
    ranks,
    rate_card,
)

STATE_KEYS = {
    rules.ENQUIRY: "free", rules.QUOTED: "quoted", rules.HOLD: "hold", rules.AWAITING: "deposit",
    rules.CONFIRMED: "firm", rules.IN_PROGRESS: "live", rules.DECLINED: "refused", rules.CANCELLED: "refused",
}  # fmt: skip


MONEY_ROLES = {OWNER, FINANCE}


def state_key(state: str) -> str:
    """Return the design system's key of a booking's state."""
    return STATE_KEYS.get(state, "past")


def bookable_stage(slug: str) -> Stage:
    """Return a published stage with resource and policy. Raises 404."""
    return get_object_or_404(Stage.objects.published().select_related("resource__policy"), slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def pick(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose days on six weeks; rank forecast and price as one goes. Works by links alone, without script."""
    stage = bookable_stage(slug)
    resource, today, now = stage.resource, local_today(), timezone.now()
    units = resource.units.filter(active=True).count()
    data = request.POST if request.method == "POST" else request.GET
    card = rate_card(resource, first_day(data.get("start", ""), today))  # the one the quotation will use
    chosen_any = bool(data.get("start") or data.get("last"))
    form = forms.PickForm(
        data if chosen_any or request.method == "POST" else None, resource=resource, card=card, units=units
    )
    chosen, status = None, 200
    if form.is_bound and form.is_valid():
        days, quantity = form.cleaned_data["days"], form.cleaned_data.get("quantity") or 1
        chosen = wish(
            resource, card, days, quantity=quantity, day_types=form.day_types(days), extras=form.extras(), now=now
        )  # fmt: skip
        if request.method == "POST" and "price" in request.POST:
            return redirect(f"{request.path}?{picked_query(chosen, form)}")  # the choice alone: no key in an address
        if request.method == "POST":
            if answer := place(request, stage, form, chosen):
                return answer
            status = 422
    elif form.is_bound:
        status = 422 if request.method == "POST" else 200
    quantity = (form.cleaned_data.get("quantity") or 1) if form.is_bound and form.is_valid() else 1
    begin = shown_from(data.get("from", ""), chosen, today)
    context = {
        "stage": stage, "resource": resource, "form": form, "chosen": chosen, "units": units, "card": card,
        "weeks": weeks(resource, card, begin, chosen, quantity=quantity, today=today, now=now),
        "begin": begin, "end": begin + timedelta(days=7 * WEEKS), "today": today,
        "earlier": begin - timedelta(weeks=WEEKS) if begin > first_monday(today) else None,
        "later": begin + timedelta(weeks=WEEKS), "day_types": DayType.choices, "key": request.POST.get("key") or uuid.uuid4().hex,
        "extras": [(extra, bool(data.get(f"x-{extra.code}"))) for extra in card.extras.all()] if card else [],
        "query": picked_query(chosen, form), "hold_until": now + timedelta(hours=resource.policy.hold_hours),
        "earnest_fen": earnest_of(chosen.total_fen, resource.policy.earnest_percent) if chosen and chosen.total_fen else None,
    }  # fmt: skip
    if chosen and (chosen.taken or chosen.worst > 1):
        context["alternatives"] = alternatives(resource, chosen.days, quantity=quantity, today=today, limit=2)
    rows = zip(chosen.days, chosen.day_types, chosen.ranks, strict=True) if chosen else ()
    context["day_rows"] = [{"day": day, "type": kind, "rank": place_} for day, kind, place_ in rows]
    return render(request, "bookings/pick.html", context, status=status)


def place(request: HttpRequest, stage: Stage, form: forms.PickForm, chosen: Wish) -> HttpResponse | None:
    """Ask for the chosen days; nothing where the rules said no (the form tells why)."""
    if not request.user.is_authenticated:
        return redirect_to_login(f"{request.path}?{picked_query(chosen, form)}")
    company = request.organisation  # type: ignore[attr-defined]  # set by OrganisationMiddleware
    if company is None:
        messages.info(request, _("Register the company that books first; your days are kept."))
        back = urlencode({"next": f"{request.path}?{picked_query(chosen, form)}"})
        return redirect(f"{reverse('accounts:create_organisation')}?{back}")
    line = actions.LineWish(
        stage.resource, chosen.days, form.cleaned_data.get("quantity") or 1, (), chosen.day_types, form.extras()
    )
    try:
        booking = actions.enquire(
            actor=request.user, organisation=company, wishes=[line], production=form.cleaned_data["production"],
            note=form.cleaned_data["note"], client_key=sent_once(request.POST.get("key", ""), chosen, form),
        )  # fmt: skip
    except RuleViolation as refusal:
        if refusal.field == "end":
            refusal.field = "last"
        add_errors(form, refusal)
        return None
    return go_to(request, booking)


def first_day(text: str, today: date) -> date:
    """Return the first day that is asked for, or today where none is, or none that can be read."""
    try:
        return max(date.fromisoformat(text), today)
    except ValueError:
        return today


def sent_once(key: str, chosen: Wish, form: forms.PickForm) -> str:
    """Return what tells one sending of a form from another: its key together with what was chosen.

    The same form sent twice is one booking; gone back to and sent with other days it is another one.
    """
    if not key:
        return ""
    choice = hashlib.sha256(picked_query(chosen, form).encode()).hexdigest()
    return f"{key[:40]}:{choice[:20]}"


def shown_from(text: str, chosen: Wish | None, today: date) -> date:
    """Return the Monday that the six weeks begin with."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        asked = chosen.days.start if chosen else today
    low, high = first_monday(today), first_monday(today) + timedelta(weeks=104)
    return min(max(first_monday(asked), low), high)


def picked_query(chosen: Wish | None, form: forms.PickForm) -> str:
    """Return the choice as a query string, so that a link or a sign-in on the way loses nothing."""
    if chosen is None:
        return ""
    pairs: dict[str, Any] = {"start": chosen.days.start.isoformat(), "last": chosen.days.last.isoformat()}
    if quantity := form.cleaned_data.get("quantity"):
        pairs["quantity"] = quantity
    pairs |= {
        f"t-{day.isoformat()}": kind for day, kind in zip(chosen.days, chosen.day_types, strict=True) if kind != "shoot"
    }
    pairs |= {f"x-{code}": 1 for code in form.extras()}
    pairs |= {name: form.cleaned_data[name] for name in ("production", "note") if form.cleaned_data.get(name)}
    return urlencode(pairs)


@login_required
@require_safe
def booking_list(request: MemberRequest) -> HttpResponse:
    """The bookings of the company one acts for; all of them for the lot."""
    found = Booking.objects.for_member(request.user)
    if request.organisation is not None:
        found = found.filter(organisation=request.organisation)
    state = request.GET.get("state", "")
    if state in rules.STATES:
        found = found.filter(state=state)
    page = Paginator(bookings_for_lists(found), 20).get_page(request.GET.get("page"))
    rows = [{"booking": one, "state": one.current_state, "key": state_key(one.current_state)} for one in page]
    context = {
        "page": page, "rows": rows, "state": state, "states": Booking.State.choices,
        "sees_money": request.organisation is not None and roles_of(request.user).get(request.organisation.pk) in MONEY_ROLES,
    }  # fmt: skip
    return render(request, "bookings/list.html", context)


def own_booking(request: MemberRequest, reference: str) -> Booking:
    """Return a booking that the person may see. Raises 404."""
    return get_object_or_404(bookings_for_lists(Booking.objects.for_member(request.user)), reference=reference)


def detail_context(request: MemberRequest, booking: Booking) -> dict[str, Any]:
    """Return what the booking page shows to this person."""
    user, now = request.user, timezone.now()
    state = booking.state_at(now)
    places = ranks(booking, now=now)
    sees_money = may(user, "bookings.see_money", booking.organisation)
    quote = booking.quotes.order_by("-version").first() if sees_money else None
    lines = list(booking.lines.all())
    events = list(history(booking))
    worst = max((day.rank for days in places.values() for day in days), default=None)
    available = available_steps(booking, state, user)
    open_quote = bool(quote and not quote.accepted_at and quote.valid_until > now)
    steps = dict.fromkeys(available, True) | {
        "accept_open": open_quote and "accept-quote" in available,
        "record_deposit_link": may(user, "payments.record"),
    }
    return {
        "booking": booking, "lines": lines, "state": state, "state_key": state_key(state), "worst": worst,
        "state_label": Booking.State(state).label, "quote": quote, "sees_money": sees_money, "events": events,
        "asked": list(asked_lines(lines).values()),
        "days": [day for line in lines for day in day_rows(line, places[line.pk])],
        "behind_firm": any(day.behind_firm for days in places.values() for day in days),
        **closed_context(booking, places),
        "steps": steps, "schedules": schedules_of(PURPOSE, booking.pk) if sees_money else [],
        "may_pay": may(user, "payments.pay", booking.organisation),
        "account": pay_account() if state == rules.AWAITING and sees_money else None,
        "fee_fen": actions.fee_today(booking, now=now) if steps.get("cancel") else None,
        "length": sum(len(line.days) for line in lines), "deadline": deadline(booking, state),
        "timeline": timeline(events, state), "trail": trail(events), "rows": quote.shown_lines() if quote else [],
        "bands": sorted(booking.policy.get("cancellation_bands", []), key=lambda band: -band["days"]),
    }  # fmt: skip


def closed_context(booking: Booking, places: dict[int, list[DayRank]]) -> dict[str, Any]:
    """Return what the page says of days that the lot took, and where else the hold could go; nothing costs nothing."""
    line = next((one for one in booking.lines.all() if any(day.closed for day in places[one.pk])), None)
    if line is None:
        return {}
    runs = alternatives(line.resource, line.days, quantity=line.quantity, today=local_today())
    return {"closures": closures_over(booking), "closed_alternatives": runs, "closed_stage": line.resource.stage}


def deadline(booking: Booking, state: str) -> Any:
    """Return the next moment at which a clock runs out."""
    return {rules.HOLD: booking.hold_expires_at, rules.AWAITING: booking.firm_until}.get(state)


def day_rows(line: Any, places: list[Any]) -> list[dict[str, Any]]:
    """Return a line's days with day type and rank, for the strip of the page."""
    by_day = {place.date: place for place in places}
    return [
        {"day": day, "type": DayType(kind).label, "rank": by_day.get(day)}
        for day, kind in zip(line.days, line.day_types, strict=True)
    ]


def timeline(events: list[Any], state: str) -> list[dict[str, Any]]:
    """Return the steps of the way with their times, done or to come; one that ended early stops there."""
    at = {event.action: event.created_at for event in events}
    stages = {f"bookings.{step.past}": step.stage for step in rules.STEPS.values() if step.stage}
    ends = {f"bookings.{step.past}" for step in rules.STEPS.values() if step.ends}
    ended = next((event for event in reversed(events) if event.action in ends), None)
    found = [{"label": label, "at": at.get(name), "done": name in at} for name, label in stages.items()]
    if ended or state == rules.EXPIRED:
        found = [one for one in found if one["done"]]
        found.append({"label": Booking.State(state).label, "at": ended.created_at if ended else None, "done": True})
    elif done := [one for one in found if one["done"]]:
        done[-1]["now"] = True
    return found


def trail(events: list[Any]) -> list[dict[str, Any]]:
    """Return the audit trail in the reader's words."""
    nobody = {"quoted": _("from the rate card"), "confirmed": _("paid online"), "revived": _("paid online")}
    shown = []
    for event in events:
        name = event.action.split(".")[1]
        by = event.actor or nobody.get(name, _("by the clock"))
        what = days_taken_words(event.data) if name.startswith("days_taken_by_") else ""
        shown.append({"at": event.created_at, "label": event.words, "by": by, "what": what})
    return shown


def days_taken_words(data: dict[str, str]) -> str:
    """Return which days the lot took, why, and what it wrote to the crew, as one line of the trail."""
    days = DayRange(date.fromisoformat(data["start"]), date.fromisoformat(data["end"]))
    reason = (reads_english() and data["reason_en"]) or data["reason"]
    return " · ".join(part for part in (day_range(days), reason, data["message"]) if part)


@login_required
@require_safe
def booking_detail(request: MemberRequest, reference: str) -> HttpResponse:
    """One booking: slate, way so far, rank per day, price, what is due, and the one next step."""
    booking = own_booking(request, reference)
    return render(request, "bookings/detail.html", detail_context(request, booking))


@login_required
@require_POST
def step(request: MemberRequest, reference: str, event: str) -> HttpResponse:
    """Take one step. A refusal is shown on the booking's page, with the nearest free days where days are gone."""
    booking = own_booking(request, reference)
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
    require(request.user, rules.STEPS[event].permission or "", booking.organisation)
    try:
        actions.ONE_PRESS[event](booking=booking, actor=request.user, version=version)
    except RuleViolation as refusal:
        context = detail_context(request, own_booking(request, reference)) | {"refusal": refusal}
        if refusal.code == "days_taken":
            line = booking.lines.select_related("resource__policy", "resource__stage")[0]
            context["refused_line"] = line
            context["alternatives"] = alternatives(
                line.resource, line.days, quantity=line.quantity, today=local_today()
            )
        return render(request, "bookings/detail.html", context, status=409)
    messages.success(request, str(rules.STEPS[event].done))
    return go_to(request, booking)


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: MemberRequest, reference: str) -> HttpResponse:
    """Cancel, with the fee shown before the button."""
    booking = own_booking(request, reference)
    require(request.user, "bookings.cancel", booking.organisation)
    if booking.current_state not in rules.STEPS["cancel"].sources:
        return redirect(booking)
    lot = may(request.user, "bookings.manage")
    sides_shown = sides.SIDES if lot else (sides.CREW,)
    outcomes = [(side, Booking.Side(side).label, actions.cancellation(booking, side)) for side in sides_shown]
    fee = outcomes[0][2].kept + outcomes[0][2].lacking
    form = forms.CancelForm(request.POST or None, initial={"fee": fee}, lot=lot)
    if request.method == "POST" and form.is_valid():
        side = form.cleaned_data.get("side", "")
        try:
            actions.cancel_booking(
                booking=booking,
                actor=request.user,
                side=side,
                reason=form.cleaned_data["reason"],
                fee_seen=form.cleaned_data["fee"] if side in {"", sides.CREW} else None,
            )
        except RuleViolation as refusal:
            form = forms.CancelForm({**form.cleaned_data, "fee": fee}, lot=lot)
            form.full_clean()
            add_errors(form, refusal)
        else:
            messages.success(request, _("Cancelled. The days ahead are free again."))
            return redirect(booking)
    context = {
        "booking": booking,
        "form": form,
        "fee_fen": fee,
        "outcomes": outcomes,
        "lot": lot,
        "sees_money": may(request.user, "bookings.see_money", booking.organisation),
        "lines": booking.lines.all(),
    }
    return render(request, "bookings/cancel.html", context, status=409 if form.errors else 200)


def staff_form(
    request: MemberRequest, booking: Booking, form: Any, heading: str, action: str, run: Any
) -> HttpResponse:
    """Draw a form of the lot about one booking and run its action; refusals stand beside the field."""
    if request.method == "POST" and form.is_valid():
        try:
            run(form.cleaned_data)
        except (RuleViolation, ValidationError) as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Done."))
            return redirect(booking)
    lines = list(booking.lines.all())
    context = {
        "booking": booking,
        "form": form,
        "heading": heading,
        "action": action,
        "lines": lines,
        "asked": list(asked_lines(lines).values()),
    }
    return render(request, "bookings/staff_form.html", context, status=422 if form.errors else 200)


def lot_booking(request: MemberRequest, reference: str, permission: str) -> Booking:
    """Return a booking for a form of the lot. Raises 404 for anybody else."""
    if not may(request.user, permission):
        raise Http404
    return own_booking(request, reference)


@login_required
@require_http_methods(["GET", "POST"])
def quote(request: MemberRequest, reference: str) -> HttpResponse:
    """The lot quotes an enquiry."""
    booking = lot_booking(request, reference, "bookings.manage")
    form = forms.QuoteForm(request.POST or None)

    def run(data: dict[str, Any]) -> None:
        total = fen_of(data["total"]) if data["total"] else None
        actions.quote_booking(booking=booking, actor=request.user, total_fen=total, note=data["note"])

    return staff_form(request, booking, form, _("Quote this enquiry"), _("Send the quotation"), run)


@login_required
@require_http_methods(["GET", "POST"])
def decline(request: MemberRequest, reference: str) -> HttpResponse:
    """The lot says no, with a reason."""
    booking = lot_booking(request, reference, "bookings.manage")
    form = forms.ReasonForm(request.POST or None)

    def run(data: dict[str, Any]) -> None:
        actions.decline_booking(booking=booking, actor=request.user, reason=data["reason"])

    return staff_form(request, booking, form, _("Decline this enquiry"), _("Decline and tell the company"), run)


@login_required
@require_http_methods(["GET", "POST"])
def extend(request: MemberRequest, reference: str) -> HttpResponse:
    """The lot gives a hold more time."""
    booking = lot_booking(request, reference, "bookings.manage")
    form = forms.ExtendForm(request.POST or None)

    def run(data: dict[str, Any]) -> None:
        actions.extend_hold(booking=booking, actor=request.user, **data)

    return staff_form(request, booking, form, _("More time for this hold"), _("Extend the hold"), run)


@login_required
@require_http_methods(["GET", "POST"])
def deposit(request: MemberRequest, reference: str, schedule: int) -> HttpResponse:
    """The lot's finance records a transfer."""
    booking = lot_booking(request, reference, "payments.record")
    due = get_object_or_404(Schedule, pk=schedule, purpose=PURPOSE, subject_id=booking.pk)
    initial = {"amount": f"{due.open_fen / 100:.2f}", "received_on": local_today(), "payer": booking.organisation.name}
    form = forms.DepositForm(request.POST or None, initial=initial)

    def run(data: dict[str, Any]) -> None:
        record_bank_transfer(
            actor=request.user, schedule=due, amount_fen=fen_of(data["amount"]), received_on=data["received_on"],
            payer=data["payer"], bank_reference=data["bank_reference"],
        )  # fmt: skip

    heading = _("Record a transfer: %(kind)s") % {"kind": due.get_kind_display()}
    return staff_form(request, booking, form, heading, _("Record this transfer"), run)


@require_safe
def calendar_file(request: HttpRequest, secret: str) -> HttpResponse:
    """The booking as a calendar, for whoever holds its secret address."""
    booking = get_object_or_404(bookings_for_lists(Booking.objects.all()), calendar_secret=secret)
    response = HttpResponse(booking_calendar(booking), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{booking.reference}.ics"'
    response.headers["ETag"] = f'"{booking.pk}-{booking.version}-{booking.current_state}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
