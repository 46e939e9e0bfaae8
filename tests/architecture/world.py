"""One of everything private, each with a word of its own, and every address of the portal with arguments that fit."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from bookings import actions as booking_actions
from locations.models import SavedSearch
from portal.accounts.models import ApiToken, Invitation, Membership, Organisation, User
from portal.core.day_ranges import DayRange
from portal.notifications.models import Notice
from portal.payments import actions as money
from portal.payments.models import PayAccount, Schedule
from services.directory.actions import add_paper, set_contact
from tests.architecture.test_urls_guarded import patterns
from tests.conftest import person
from tests.factories.directory import draft
from tests.factories.events import make_edition, make_film, make_hall, make_session, register
from tests.factories.studios import make_resource

WHO = ("anonymous", "new", "lin", "bo", "zhao", "mei", "fang", "gao")
LOT = {"mei", "fang", "gao"}
SECRETS: dict[str, tuple[str, set[str]]] = {
    "booking": ("暗号片名甲", {"lin", "bo", "mei", "fang"}),
    "note": ("暗号留言乙", {"lin", "bo", "mei", "fang"}),
    "payer": ("暗号付款丙", {"lin", "fang"}),
    "address": ("暗号地址丁", {"lin", "bo", "mei", "fang"}),
    "invitation": ("anhao.invited@mail.example", {"lin"}),
    "draft": ("暗号衣库戊", {"lin", "bo", *LOT}),  # the trail, which the lot reads, names what was changed
    "contact": ("暗号联系己", {"lin", "bo"}),
    "paper": ("暗号证照庚", {"lin", "bo"}),
    "visitor": ("暗号观众辛", {"gao", "mei"}),  # stage managers keep the door
    "token": ("暗号钥匙壬", {"lin"}),
    "search": ("暗号搜索癸", {"lin"}),
    "notice": ("暗号通知子", {"lin"}),
}
"""What stands in each private record, and who of the eight may read it."""


@dataclass
class World:
    """The eight people and the arguments of the addresses."""

    people: dict[str, User | None]
    arguments: dict[str, list[Any]] = field(default_factory=dict)
    signed_in: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> None:
        """Sign everybody in once: to do it for each of some thousand requests takes a third of their time."""
        for who, user in self.people.items():
            if user is not None:
                client = Client()
                client.force_login(user)
                self.signed_in[who] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def client(self, who: str) -> Client:
        """Return a new browser of theirs, signed in."""
        client = Client(raise_request_exception=False)
        if who in self.signed_in:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.signed_in[who]
        return client


def build(people: dict[str, User]) -> World:
    """Make one of everything for company A. `people`: lin, bo, zhao, mei, fang, gao."""
    lin, company = people["lin"], Membership.objects.get(user=people["lin"]).organisation
    word = {name: text for name, (text, _readers) in SECRETS.items()}
    Organisation.objects.filter(pk=company.pk).update(address=word["address"])
    PayAccount.objects.get_or_create(holder="示例片场", bank="示例银行", number="5001")
    resource = make_resource()
    first = timezone.localdate() + timedelta(days=40)
    wish = booking_actions.LineWish(resource, DayRange(first, first + timedelta(days=5)))
    booking = booking_actions.enquire(
        actor=lin, organisation=company, wishes=[wish], production=word["booking"], note=word["note"]
    )
    booking_actions.accept_quote(booking=booking, actor=lin)
    booking_actions.hold_booking(booking=booking, actor=lin)
    booking_actions.confirm_booking(booking=booking, actor=lin)
    schedule = Schedule.objects.filter(subject_id=booking.pk).order_by("pk")[0]
    paid = money.record_bank_transfer(
        actor=people["fang"], schedule=schedule, amount_fen=schedule.open_fen, received_on=timezone.localdate(),
        payer=word["payer"], bank_reference="R-1",
    )  # fmt: skip
    vendor = draft(lin, company, name_zh=word["draft"])
    paper = add_paper(actor=lin, vendor=vendor, kind="business", title=word["paper"], number="L-1")
    set_contact(actor=lin, vendor=vendor, keep_mine=True, person=word["contact"], phone="13800001111")
    gao = people["gao"]
    edition, hall = make_edition(), make_hall()
    session = make_session(gao, edition, hall, capacity=10)
    visitor = register(session, name=word["visitor"])
    film = make_film()
    soon = timezone.now() + timedelta(days=9)
    token = ApiToken.objects.create(user=lin, name=word["token"], token_hash="x" * 64, expires_at=soon)
    search = SavedSearch.objects.create(person=lin, name=word["search"], query="q=%E7%AB%B9")
    invited = Invitation.objects.create(
        organisation=company, email=word["invitation"], role="member", nonce="n", token_hash="y" * 64, invited_by=lin,
        expires_at=soon,
    )  # fmt: skip
    notice = Notice.objects.create(
        recipient=lin, event="bookings.held", subject=word["notice"], body=word["notice"], path="/bookings/"
    )
    member = Membership.objects.get(user=people["bo"])
    world = World({"anonymous": None, "new": person("new@demo.example", "新人"), **people})
    world.arguments = {
        "accounts/company/members": [member.pk], "accounts/keys": [token.pk], "accounts/invitations": ["x" * 30],
        "admin/film-week/editions": [edition.pk], "admin/film-week/sessions": [session.pk],
        "admin/film-week/registrations": [visitor.pk], "admin/film-week/halls": [hall.pk],
        "admin/film-week/venues": [hall.venue_id], "admin/film-week/films": [film.pk],
        "admin/booking-records": [booking.pk], "admin/payments": [paid.pk], "admin/companies": [company.pk],
        "admin/vendor-records": [vendor.pk], "admin/users": [lin.pk], "admin/audit": [1],
        "notices": [notice.pk], "api/v1/bookings": [booking.reference, "cancel"], "api/v1/payments": [paid.uuid],
        "api/v1/stages": [resource.stage.slug], "api/v1/events": [session.slug], "api/v1/resources": [resource.pk],
        "api/v1/vendors": [vendor.slug],
        "zh-hans/locations/saved": [search.pk], "zh-hans/stages": [resource.stage.slug],
        "zh-hans/bookings/new": [resource.stage.slug], "zh-hans/bookings": [booking.reference, schedule.pk],
        "zh-hans/payments": [paid.uuid, "pdf"], "zh-hans/payments/desk/rows": [1], "zh-hans/payments/desk/formats": [1],
        "zh-hans/payments/start": [schedule.pk], "zh-hans/payments/slip": [schedule.pk],
        "zh-hans/payments/invoice": [schedule.pk], "zh-hans/payments/desk/waive": [schedule.pk],
        "zh-hans/film-week/sessions": [session.slug], "zh-hans/film-week/desk/sessions": [session.pk, "csv"],
        "zh-hans/film-week/desk/stage-days": [1], "zh-hans/film-week/door": [session.slug], "zh-hans/film-week/r": ["x" * 30],
        "zh-hans/film-week": [edition.slug, film.slug],
        "zh-hans/services/directory/mine": [vendor.slug, paper.pk],
        "zh-hans/services/directory": [vendor.slug],
    }  # fmt: skip
    assert invited.pk
    world.sign_in()
    return world


PART = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")
OF_KIND = {"int": 1, "uuid": uuid.UUID(int=7), "slug": "x-1", "path": "a/b", "str": "x"}


def addresses(world: World) -> list[tuple[str, str]]:
    """Return name and address of every pattern; arguments come from the longest prefix that `world` knows."""
    found = []
    for name, path in patterns():
        head = re.split(r"<|\(", path)[0].rstrip("/")
        known = max((one for one in world.arguments if (head + "/").startswith(one + "/")), key=len, default=None)
        waiting = list(world.arguments[known]) if known else []
        if name == "directory:step":
            waiting[1] = "contact"
        found.append(
            (name, "/" + PART.sub(lambda part, left=waiting: _value(part, left), path).lstrip("^").rstrip("$"))
        )
    return [(name, re.sub(r"\\Z|\^|\$|\?|\\", "", path)) for name, path in found]


def _value(part: re.Match[str], waiting: list[Any]) -> str:
    if waiting:
        return str(waiting.pop(0))
    return str(OF_KIND.get(part[1] or "str", "x"))
