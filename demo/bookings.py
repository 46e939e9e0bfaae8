"""Demo bookings of several companies in several states around the day of loading."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bookings import actions
from bookings.actions import LineWish
from bookings.models import Booking
from portal.accounts.models import User
from portal.core.day_ranges import DayRange
from portal.payments.actions import record_bank_transfer
from portal.payments.models import PayAccount, Schedule
from studios.models import Resource

from . import marks

# who, stage, first day from today, days, how far, production
PLAN = (
    ("he", "led-1", 3, 6, "confirmed", "《缆车》（示例）"),
    ("lin", "led-1", 12, 5, "awaiting", "《雾渡》（示例）"),
    ("zhao", "led-1", 20, 4, "hold", "《北岸》（示例）"),
    ("he", "led-1", 22, 4, "hold", "《江心》（示例）"),
    ("tang", "xr-2", 2, 3, "confirmed", "新品发布（示例）"),
    ("lin", "xr-2", 9, 4, "hold", "《雾渡》（示例）"),
    ("zhao", "xr-2", 10, 3, "hold", "《北岸》（示例）"),
    ("he", "standard-3", 2, 9, "confirmed", "《缆车》（示例）"),
    ("lin", "standard-3", 16, 5, "quoted", "《雾渡》（示例）"),
    ("tang", "standard-4", 5, 6, "awaiting", "年度典礼（示例）"),
    ("zhao", "standard-4", 18, 5, "hold", "《北岸》（示例）"),
    ("tang", "mocap-5", 4, 8, "confirmed", "《山海小队》（示例）"),
    ("lin", "mocap-5", 19, 2, "quoted", "《雾渡》（示例）"),
    ("zhao", "green-6", 6, 4, "confirmed", "《北岸》（示例）"),
    ("he", "green-6", 14, 3, "hold", "《江心》（示例）"),
    ("tang", "render-cloud", 3, 20, "confirmed", "《山海小队》（示例）"),
    ("lin", "render-cloud", 10, 10, "hold", "《雾渡》（示例）"),
    ("he", "workshop", 2, 7, "confirmed", "《缆车》（示例）"),
    ("he", "led-1", 30, 3, "released", "《江心》（示例）"),
)
CLOSURES = (("led-1", 10, 2, "屏体检修"), ("xr-2", 16, 2, "追踪校准"), ("standard-3", 13, 2, "消防年检"))
UNITS = {"render-cloud": 3, "workshop": 2}


@transaction.atomic
def load(people: dict[str, User], resources: dict[str, Resource]) -> None:
    """Play the plan through the actions, once and whole."""
    if marks.is_loaded("bookings"):
        return
    marks.mark_loaded("bookings")
    PayAccount.objects.get_or_create(
        active=True,
        defaults={
            "holder": "重庆永川科技片场（示例账户）",
            "bank": "示例银行重庆永川支行",
            "number": "5001 0000 0000 0000 123",
        },
    )
    if Booking.objects.exists():  # loaded before parts were marked
        return
    for slug, start, length, reason in CLOSURES:
        actions.close_days(actor=people["mei"], resource=resources[slug], days=ahead(start, length), reason=reason)
    for who, slug, start, length, state, production in PLAN:
        play(people, who, resources[slug], ahead(start, length), state, production, UNITS.get(slug, 1))
    started(people, resources["standard-4"])
    asked_for_more(people, resources["led-1"])
    ending_soon(people, resources["standard-3"])


def ahead(start: int, length: int) -> DayRange:
    """Return `length` days from `start` days ahead of today."""
    first = timezone.localdate() + timedelta(days=start)
    return DayRange(first, first + timedelta(days=length))


def play(
    people: dict[str, User], who: str, resource: Resource, days: DayRange, state: str, production: str, quantity: int
) -> Booking:
    """Take one booking as far as `state`."""
    actor = people[who]
    company = actor.memberships.select_related("organisation").get().organisation
    kinds = ["build", "prelight"][: max(len(days) - 3, 0)]
    day_types = (*kinds, *["shoot"] * (len(days) - len(kinds) - 1), "strike") if len(days) > 2 else ()
    booking = actions.enquire(
        actor=actor,
        organisation=company,
        wishes=[LineWish(resource, days, quantity, (), day_types)],
        production=production,
    )
    if state == "quoted":
        return booking
    booking = actions.accept_quote(booking=booking, actor=actor)
    booking = actions.hold_booking(booking=booking, actor=actor)
    if state == "released":
        return actions.release_booking(booking=booking, actor=actor)
    if state in {"awaiting", "confirmed"}:
        booking = actions.confirm_booking(booking=booking, actor=actor)
    if state == "confirmed":
        due = Schedule.objects.get(reference=booking.reference, kind="earnest_money")
        record_bank_transfer(
            actor=people["fang"],
            schedule=due,
            amount_fen=due.amount_fen,
            received_on=timezone.localdate(),
            payer=company.name,
        )
    return booking


def started(people: dict[str, User], resource: Resource) -> None:
    """One crew arrives today: asked for three weeks ago, so the notice window was kept."""
    then = timezone.now() - timedelta(days=21)
    actor = people["he"]
    company = actor.memberships.get().organisation
    today = timezone.localdate()
    wish = LineWish(resource, DayRange(today, today + timedelta(days=3)))
    booking = actions.enquire(actor=actor, organisation=company, wishes=[wish], production="《江心》（示例）", now=then)
    for step in (actions.accept_quote, actions.hold_booking, actions.confirm_booking):
        booking = step(booking=booking, actor=actor, now=then)
    Booking.objects.filter(pk=booking.pk).update(firm_until=timezone.now() + timedelta(hours=1))
    due = Schedule.objects.get(reference=booking.reference, kind="earnest_money")
    record_bank_transfer(
        actor=people["fang"], schedule=due, amount_fen=due.amount_fen, received_on=today, payer=company.name
    )


def asked_for_more(people: dict[str, User], resource: Resource) -> None:
    """An enquiry that the rate card does not cover, so that the desk has one to quote."""
    actor = people["tang"]
    company = actor.memberships.get().organisation
    wish = LineWish(resource, ahead(35, 3), extras={"crane": 1})
    note = "需要伸缩炮一台，请报价。（示例）"
    actions.enquire(actor=actor, organisation=company, wishes=[wish], production="广告片（示例）", note=note)


def ending_soon(people: dict[str, User], resource: Resource) -> None:
    """A hold whose clock ends within a day."""
    then = timezone.now() - timedelta(hours=60)
    actor = people["zhao"]
    company = actor.memberships.get().organisation
    wish = LineWish(resource, ahead(28, 4))
    booking = actions.enquire(actor=actor, organisation=company, wishes=[wish], production="《北岸》（示例）", now=then)
    for step in (actions.accept_quote, actions.hold_booking):
        booking = step(booking=booking, actor=actor, now=then)
