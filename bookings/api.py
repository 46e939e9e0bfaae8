"""The API of holds and bookings, free days and calendars (docs/implementation/api.md). Shapes are a contract."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from portal.accounts.api_auth import answer_once, anyone, required_caller, signed_in
from portal.accounts.models import Organisation, User
from portal.accounts.rules import may, require, roles_of
from portal.audit.queries import history
from portal.core.bilingual import pair
from portal.core.day_ranges import DayRange
from portal.core.days import FIRST_DAY, LAST_DAY
from portal.core.rest import (
    Problem,
    decode_cursor,
    encode_cursor,
    instant,
    money,
    page_limit,
    read_body,
    required_version,
)
from portal.payments.actions import open_checkout, start_payment
from portal.payments.api import PaymentIn, payment_json
from portal.payments.models import Schedule
from portal.payments.queries import pay_account, schedules_of
from studios.models import Resource, Stage

from . import actions, rules, sides
from .models import Booking
from .money import PURPOSE
from .queries import available_steps, bookings_for_lists, calendar, calendars, free_windows, local_today, ranks

router = Router(tags=["bookings"])
FROM: Any = Query(None, alias="from")  # type: ignore[type-arg]  # the name is both a function and a class to ninja
"""`from` is no name in Python."""
LINKED = {"quote", "accept-quote", "hold", "confirm", "release", "cancel"}
"""The steps that a booking's `links.actions` names."""
LONGEST_SPAN = timedelta(days=800)


class LineIn(Schema):
    """One line of an enquiry; days half-open."""

    model_config = ConfigDict(extra="forbid")
    resource: int = Field(ge=1, le=2**31)
    start: date
    end: date
    slots: list[int] = Field(default=[], max_length=2)
    quantity: int = Field(default=1, ge=1, le=1000)
    day_types: list[str] = Field(default=[], max_length=400)
    extras: dict[str, int] = Field(default={}, max_length=20)


class EnquiryIn(Schema):
    """What `POST /bookings` takes."""

    production: str = Field(default="", max_length=120)
    note: str = Field(default="", max_length=1000)
    organisation: int | None = None
    lines: list[LineIn] = Field(min_length=1, max_length=20)


class StepIn(Schema):
    """What an action may take; most need nothing."""

    version: int | None = Field(default=None, ge=1, le=10**6)
    reason: str = Field(default="", max_length=300)
    fee: int | None = Field(default=None, ge=0)
    side: str = Field(default="", max_length=14)
    dry_run: bool = False
    total: int | None = Field(default=None, ge=1, le=10**12)


def booking_json(booking: Booking, user: User) -> dict[str, Any]:
    """Return a booking as its company and the lot see it; money only for those who may see it."""
    now = timezone.now()
    state = booking.state_at(now)
    places = ranks(booking, now=now)
    sees_money = may(user, "bookings.see_money", booking.organisation)
    base = f"/api/v1/bookings/{booking.reference}"
    quote = booking.quotes.order_by("-version").first() if sees_money else None
    schedules = schedules_of(PURPOSE, booking.pk) if sees_money else []
    answer: dict[str, Any] = {
        "reference": booking.reference,
        "state": state,
        "version": booking.version,
        "production": booking.production,
        "organisation": {"id": booking.organisation_id, "name": booking.organisation.name},
        "hold_expires_at": instant(booking.hold_expires_at),
        "firm_until": instant(booking.firm_until),
        "created_at": instant(booking.created_at),
        "lines": [
            {
                "id": line.pk,
                "resource": line.resource_id,
                "name": pair(line.resource, "name"),
                "start": line.start.isoformat(),
                "end": line.end.isoformat(),
                "slots": line.slots,
                "quantity": line.quantity,
                "day_types": line.day_types,
                "rank": [
                    {
                        "date": day.date.isoformat(),
                        "rank": day.rank,
                        "ahead": day.ahead,
                        "behind_firm": day.behind_firm,
                        "closed": day.closed,
                    }
                    for day in places[line.pk]
                ],
            }
            for line in booking.lines.all()
        ],
        "quote": None,
        "payments": [
            {
                "schedule": one.pk, "kind": one.kind, "amount": money(one.amount_fen), "paid": money(one.paid_fen),
                "due_at": instant(one.due_at), "state": one.state,
            }
            for one in schedules
        ],
        "cancel_fee": None,
        "links": {
            "self": base, "history": f"{base}/history", "page": f"/zh-hans/bookings/{booking.reference}/",
            "calendar": f"/calendar/{booking.calendar_secret}.ics",
            "actions": {name: f"{base}/{name}" for name in available_steps(booking, state, user) if name in LINKED},
        },
    }  # fmt: skip
    if quote:
        answer["quote"] = {
            "version": quote.version,
            "total": money(quote.total_fen),
            "tax": money(quote.tax_fen),
            "earnest_money": money(quote.earnest_fen),
            "valid_until": instant(quote.valid_until),
            "accepted_at": instant(quote.accepted_at),
            "hash": quote.text_hash,
            "lines": [
                {
                    "code": row["code"], "label": {"zh": row["label_zh"], "en": row["label_en"]}, "quantity": row["quantity"],
                    "unit": money(row["unit_fen"]), "amount": money(row["amount_fen"]),
                }
                for row in quote.lines
            ],
        }  # fmt: skip
    if sees_money and rules.allows("cancel", state):
        answer["cancel_fee"] = money(actions.fee_today(booking, now=now))
    elif sees_money and booking.cancel_fee_fen is not None:
        answer["cancel_fee"] = money(booking.cancel_fee_fen)
    if state == rules.AWAITING and sees_money and (account := pay_account()):
        answer["pay_to"] = {
            "holder": account.holder, "bank": account.bank, "number": account.number, "reference": booking.reference,
        }  # fmt: skip
    return answer


def own_booking(request: HttpRequest, reference: str) -> tuple[Booking, User]:
    """Return a booking that the caller may see. Raises 404 for others' as for none."""
    user = required_caller(request)
    found = bookings_for_lists(Booking.objects.for_member(user)).filter(reference=reference[:40]).first()
    if found is None:
        raise Http404
    return found, user


def company_for(user: User, wanted: int | None) -> Organisation:
    """Return the company to book for. Raises 404 for a company one is not in, `Problem` 422 where none is meant."""
    if wanted is not None:
        may_any = may(user, "bookings.manage")
        found = Organisation.objects.filter(pk=wanted).first() if may_any or wanted in roles_of(user) else None
        if found is None:
            raise Http404
        return found
    mine = list(roles_of(user))
    if len(mine) != 1:
        text = _("Register a company first.") if not mine else _("Say for which of your companies.")
        raise Problem(422, "organisation_needed", text, errors={"organisation": [text]})
    return Organisation.objects.get(pk=mine[0])


def wish_of(line: LineIn) -> actions.LineWish:
    """Return a line as the actions take it. Raises `Problem` 422 for an unknown resource or an empty range."""
    resource = Resource.objects.select_related("policy", "stage").filter(pk=line.resource, active=True).first()
    if resource is None:
        text = _("There is no such resource.")
        raise Problem(422, "unknown_resource", text, errors={"lines.resource": [text]})
    if line.end <= line.start:
        text = _("The last day lies before the first.")
        raise Problem(422, "invalid", text, errors={"lines.end": [text]})
    return actions.LineWish(
        resource=resource, days=DayRange(line.start, line.end), quantity=line.quantity, slots=tuple(line.slots),
        day_types=tuple(line.day_types), extras=line.extras,
    )  # fmt: skip


@router.get("/stages/free", auth=anyone, response=dict[str, Any], tags=["stages"])
def free_stages(
    request: HttpRequest, days: int = 1, from_: date | None = FROM, to: date | None = None,
    kind: str = "", quantity: int = 1,
) -> dict[str, Any]:  # fmt: skip
    """Stages with at least that many free days in a row inside the range (default: the next 60 days)."""
    span = _span(from_, to, default=60)
    if not 1 <= days <= 400 or not 1 <= quantity <= 1000:
        raise Problem(422, "invalid", "days is 1 to 400, quantity 1 to 1000.", errors={"days": ["1 to 400"]})
    stages = Stage.objects.published().select_related("resource")
    if kind:
        stages = stages.filter(kind=kind)
    found = list(stages)
    shown = calendars([stage.resource for stage in found], span, quantity=quantity)
    items = []
    for stage in found:
        windows = free_windows(shown[stage.resource.pk], at_least=days)
        if windows:
            items.append(
                {
                    "stage": {
                        "slug": stage.slug, "name": pair(stage, "name"), "kind": stage.kind, "resource": stage.resource.pk,
                    },
                    "windows": [{"start": one.start.isoformat(), "end": one.end.isoformat()} for one in windows],
                }
            )  # fmt: skip
    return {"total": len(items), "items": items, "next": None}


@router.get("/resources/{resource_id}/calendar", auth=anyone, response=dict[str, Any], tags=["stages"])
def resource_calendar(
    request: HttpRequest,
    resource_id: int,
    from_: date | None = FROM,
    to: date | None = None,
    quantity: int = 1,
) -> dict[str, Any]:
    """One entry for each day of the half-open range: free, held by how many, firm, closed. Never who."""
    resource = Resource.objects.filter(pk=resource_id, stage__published=True).first() if resource_id < 2**31 else None
    if resource is None:
        raise Http404
    if not 1 <= quantity <= 1000:
        raise Problem(422, "invalid", "quantity is 1 to 1000.", errors={"quantity": ["1 to 1000"]})
    span = _span(from_, to, default=56)
    days = calendar(resource, span, quantity=quantity)
    return {
        "resource": resource.pk,
        "days": [
            {"date": day.date.isoformat(), "free": day.free, "held": day.held, "firm": day.firm, "closed": day.closed}
            for day in days
        ],
    }


def _span(start: date | None, end: date | None, *, default: int) -> DayRange:
    begin = start or local_today()
    try:
        stop = end or begin + timedelta(days=default)
    except OverflowError as exc:
        raise Problem(422, "invalid", "The range is outside the calendar.", errors={"from": ["out of range"]}) from exc
    if begin < FIRST_DAY or stop > LAST_DAY:
        raise Problem(422, "invalid", "The range is outside the calendar.", errors={"from": ["1900 to 8999"]})
    if stop <= begin:
        raise Problem(422, "invalid", "to must lie after from.", errors={"to": ["after from"]})
    if stop - begin > LONGEST_SPAN:
        raise Problem(422, "invalid", "A range has at most 800 days.", errors={"to": ["at most 800 days"]})
    return DayRange(begin, stop)


@router.get("/bookings", auth=signed_in, response=dict[str, Any])
def list_bookings(request: HttpRequest, state: str = "", limit: int = 20, cursor: str = "") -> dict[str, Any]:
    """The bookings of one's own companies, newest first; all of them for the lot."""
    user = required_caller(request)
    size = page_limit(limit)
    found = Booking.objects.for_member(user)
    if state:
        found = found.filter(state=state[:20])
    total = found.count()
    if cursor:
        before = decode_cursor(cursor)
        if not isinstance(before, int):
            raise Problem(422, "bad_cursor", "The cursor is not one of ours.", errors={"cursor": ["unknown"]})
        found = found.filter(pk__lt=before)
    rows = list(bookings_for_lists(found)[: size + 1])
    more = encode_cursor(rows[size - 1].pk) if len(rows) > size else None
    return {"total": total, "items": [booking_json(row, user) for row in rows[:size]], "next": more}


@router.post("/bookings", auth=signed_in, response={201: dict[str, Any]})
def create_booking(request: HttpRequest) -> Status[dict[str, Any]]:
    """Ask for days. Body: `EnquiryIn`. Quoted at once where the rate card covers every day."""
    user = required_caller(request)

    def make() -> tuple[int, dict[str, Any]]:
        body = read_body(request, EnquiryIn)
        company = company_for(user, body.organisation)
        require(user, "bookings.hold", company)
        booking = actions.enquire(
            actor=user, organisation=company, wishes=[wish_of(line) for line in body.lines],
            production=body.production, note=body.note,
        )  # fmt: skip
        return 201, booking_json(bookings_for_lists(Booking.objects.filter(pk=booking.pk)).get(), user)

    return Status(*answer_once(request, make))


@router.get("/bookings/{reference}", auth=signed_in, response=dict[str, Any])
def one_booking(request: HttpRequest, reference: str) -> dict[str, Any]:
    """One booking with its rank per day, quotation and what can be done next."""
    booking, user = own_booking(request, reference)
    return booking_json(booking, user)


@router.get("/bookings/{reference}/history", auth=signed_in, response=dict[str, Any])
def booking_history(request: HttpRequest, reference: str) -> dict[str, Any]:
    """What happened to it, oldest first."""
    booking, user = own_booking(request, reference)
    hides = not may(user, "bookings.see_money", booking.organisation)
    events = [
        {
            "at": instant(event.created_at),
            "action": event.action,
            "by": event.actor.name if event.actor else None,
            "data": {key: value for key, value in event.data.items() if not (hides and key.endswith("_fen"))},
        }
        for event in history(booking)
    ]
    return {"total": len(events), "items": events, "next": None}


@router.post("/bookings/{reference}/payments", auth=signed_in, response={201: dict[str, Any]}, tags=["payments"])
def pay_booking(request: HttpRequest, reference: str) -> Status[dict[str, Any]]:
    """Begin to pay an amount due. Body: `schedule` (its id in the booking's `payments`) and `provider`.

    The answer has a `checkout_url`, or the bank details in `pay_to`. 503 `provider_unavailable` may be repeated: the
    same payment goes on.
    """
    booking, user = own_booking(request, reference)
    require(user, "payments.pay", booking.organisation)

    def make() -> tuple[int, dict[str, Any]]:
        body = read_body(request, PaymentIn)
        due = Schedule.objects.filter(pk=body.schedule, purpose=PURPOSE, subject_id=booking.pk).first()
        if due is None:
            text = _("The booking has no such amount due.")
            raise Problem(422, "unknown_schedule", text, errors={"schedule": [text]})
        payment = open_checkout(start_payment(actor=user, schedule=due, provider=body.provider))
        return 201, payment_json(payment)

    return Status(*answer_once(request, make))


@router.post("/bookings/{reference}/{action}", auth=signed_in, response=dict[str, Any])
def act(request: HttpRequest, reference: str, action: str) -> dict[str, Any]:
    """Take one step: quote, accept-quote, hold, challenge, confirm, release, cancel, change."""
    booking, user = own_booking(request, reference)
    step = rules.STEPS.get(action)
    if step is None or step.permission is None or action in {"enquire", "record-deposit"}:
        raise Http404
    if action != "quote" or booking.state != rules.QUOTED:
        require(user, step.permission, booking.organisation)
    if not step.offered:
        actions.refuse_unoffered(booking=booking, event=action, actor=user)
    body = read_body(request, StepIn, optional=True)
    seen = required_version(request)
    if action == "quote":
        actions.quote_booking(booking=booking, actor=user, total_fen=body.total)
    elif action == "accept-quote":
        actions.accept_quote(booking=booking, actor=user, quote_version=body.version, version=seen)
    elif action == "cancel":
        if body.side and body.side not in sides.SIDES:
            text = _("One of: %(sides)s.") % {"sides": ", ".join(sides.SIDES)}
            raise Problem(422, "invalid", text, errors={"side": [text]})
        side = actions.require_side(booking, user, body.side)
        actions.require_step(booking, "cancel", user, timezone.now(), seen)
        told = cancellation_json(actions.cancellation(booking, side), side)
        if not body.dry_run:
            actions.cancel_booking(
                booking=booking, actor=user, side=side, reason=body.reason, fee_seen=body.fee, version=seen
            )
        return booking_json(own_booking(request, reference)[0], user) | {"cancel": told}
    elif action == "decline":
        actions.decline_booking(booking=booking, actor=user, reason=body.reason)
    elif action in actions.ONE_PRESS:
        actions.ONE_PRESS[action](booking=booking, actor=user, version=seen)
    else:
        raise Http404
    return booking_json(own_booking(request, reference)[0], user)


def cancellation_json(outcome: sides.Outcome, side: str) -> dict[str, Any]:
    """Return what a cancellation does with the money: paid = kept + returned; `doubled` is a sum of its own."""
    return {
        "side": side,
        "paid": money(outcome.paid),
        "kept": money(outcome.kept),
        "returned": money(outcome.returned),
        "doubled": money(outcome.doubled),
        "still_due": money(outcome.lacking),
    }
