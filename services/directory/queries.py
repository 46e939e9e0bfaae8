"""Reads of the directory: what pages show, with a fixed number of queries. Contact data has one door, `contact_of`."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404
from django.utils.text import capfirst
from rapidfuzz import fuzz

from media.models import PortalImage
from portal.audit.models import Event
from portal.search.queries import search, similar
from portal.search.query import SearchRequest
from portal.search.tokens import normalised

from . import rules
from .models import BusySpan, Check, Credit, Paper, Reminder, Vendor, VendorContact, VendorQuerySet, WorkPicture

if TYPE_CHECKING:
    from portal.accounts.models import User

KIND = "vendor"
HOW_MANY_SIMILAR = 3
ALIKE = 88
SAID_TWICE = (
    "有限公司",
    "有限责任公司",
    "重庆",
    "永川",
    "（示例）",
    "(示例)",
    "工作室",
    "co.",
    "ltd",
    "studio",
    "(sample)",
)


def one_public(slug: str) -> Vendor:
    """Return an entry that everybody may see. Raises `Http404`."""
    found = Vendor.objects.public().filter(slug=slug).select_related("avatar").first()
    if found is None:
        raise Http404(slug)
    return found


def own_entry(user: User, slug: str) -> Vendor:
    """Return an entry of one of the person's companies. Raises `Http404` for anybody else's."""
    found = Vendor.objects.for_member(user).filter(slug=slug).select_related("organisation", "avatar").first()
    if found is None:
        raise Http404(slug)
    return found


def entry_for_review(slug: str) -> Vendor:
    """Return an entry that was sent in once, for the lot's verifier; a draft is its people's own. Raises `Http404`."""
    found = (
        Vendor.objects.exclude(state=Vendor.State.DRAFT)
        .filter(slug=slug)
        .select_related("organisation", "avatar")
        .first()
    )
    if found is None:
        raise Http404(slug)
    return found


def contact_of(vendor: Vendor) -> VendorContact | None:
    """Return the contact data: for their own people, for mail, and for staff through `actions.view_contact` only."""
    return VendorContact.objects.filter(vendor=vendor).first()


def in_order(ids: Sequence[int]) -> list[Vendor]:
    """Return the entries of search hits in their order, checked again. One query."""
    found = Vendor.objects.public().in_bulk(list(ids))
    return [found[one] for one in ids if one in found]


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with what a row of a list needs."""

    vendor: Vendor
    image: PortalImage | None
    is_avatar: bool
    checked: tuple[Check, ...]

    @property
    def checked_things(self) -> list[str]:
        """What was found to be right, each kind once."""
        return list(dict.fromkeys(thing_of(check) for check in self.checked))

    @property
    def shows_work(self) -> bool:
        """Whether the picture is no sample."""
        return not self.vendor.is_sample


def thing_of(check: Check) -> str:
    """Return what a check looked at, in a word or two."""
    return capfirst(str(check.paper.get_kind_display() if check.paper else check.get_kind_display()))


def with_covers(vendors: Iterable[Vendor]) -> list[Shown]:
    """Return entries with their first picture (else their mark) and passed checks. Four queries, however many."""
    vendors = list(vendors)
    ids = [vendor.pk for vendor in vendors]
    first: dict[int, int] = {}
    for owner, image_id in (
        WorkPicture.objects.filter(vendor__in=ids)
        .order_by("vendor", "order", "pk")
        .values_list("vendor_id", "image_id")
    ):
        first.setdefault(owner, image_id)
    wanted = {*first.values(), *(vendor.avatar_id for vendor in vendors if vendor.avatar_id and vendor.pk not in first)}
    images = PortalImage.objects.with_renditions().in_bulk(wanted)
    checks: dict[int, list[Check]] = defaultdict(list)
    for check in Check.objects.filter(vendor__in=ids).select_related("paper"):
        checks[check.vendor_id].append(check)
    made = []
    for vendor in vendors:
        image = images.get(first.get(vendor.pk) or vendor.avatar_id or 0)
        passed = tuple(one for one in rules.latest_checks(checks[vendor.pk]).values() if one.passed)
        made.append(Shown(vendor, image, vendor.pk not in first, passed))
    return made


@dataclass(frozen=True, slots=True)
class VendorPage:
    """All that an entry's own page shows."""

    vendor: Vendor
    pictures: list[WorkPicture]
    credits: list[Credit]
    papers: list[Paper]
    checks: list[Check]
    busy: list[BusySpan]
    similar: list[Shown]

    @property
    def missing_checks(self) -> list[Paper]:
        """Papers they name that nobody has found to be right."""
        good = {key[1] for key, check in rules.latest_checks(self.checks).items() if check.passed}
        return [paper for paper in self.papers if paper.pk not in good]


def vendor_page(vendor: Vendor, today: date, *, others: bool = True) -> VendorPage:
    """Return what the page of an entry needs: eleven queries, the search's own among them."""
    found = [hit.id for hit in similar(KIND, vendor.pk, rules.everybody(), limit=HOW_MANY_SIMILAR)] if others else []
    images = PortalImage.objects.with_renditions()
    pictures = list(vendor.pictures.prefetch_related(Prefetch("image", images)))
    if vendor.avatar:
        prefetch_related_objects([vendor.avatar], "renditions")
    return VendorPage(
        vendor=vendor,
        pictures=pictures,
        credits=list(vendor.credits.all()),
        papers=list(vendor.papers.all()),
        checks=newest_first(vendor.checks.select_related("paper", "checked_by")),
        busy=list(vendor.busy.filter(end__gt=today)),
        similar=with_covers(in_order(found)) if found else [],
    )


def newest_first(checks: Iterable[Check]) -> list[Check]:
    """Return the newest check of each thing, the credit code before papers before visits."""
    order = [Check.Kind.CREDIT_CODE, Check.Kind.PAPER, Check.Kind.VISIT]
    return sorted(rules.latest_checks(checks).values(), key=lambda one: (order.index(Check.Kind(one.kind)), one.pk))


def standing_of(vendor: Vendor, today: date) -> rules.Standing:
    """Return what is known about an entry's papers; two queries."""
    return rules.standing(vendor, list(vendor.papers.all()), vendor.checks.all(), today)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a vendor's calendar."""

    date: date
    state: str


def calendar(busy: Iterable[BusySpan], first: date, days: int, today: date) -> list[Day]:
    """Return days from `first` on: past, taken or free."""
    taken = {span.start + timedelta(n) for span in busy for n in range((span.end - span.start).days)}
    made = []
    for number in range(days):
        day = first + timedelta(number)
        made.append(Day(day, "past" if day < today else "taken" if day in taken else "free"))
    return made


def counts_by_heading() -> dict[str, int]:
    """Return how many entries stand under each heading; asks the search, one query."""
    page = search(SearchRequest(kind=KIND, viewer=rules.everybody(), size=1, facets=("heading",)))
    return {one.value: one.count for one in page.facets.get("heading", ())}


def contact_views(vendor: Vendor) -> QuerySet[Event]:
    """Return who of the lot has looked at an entry's contact data, newest first."""
    events = Event.objects.filter(
        subject_type=Vendor._meta.label_lower, subject_id=str(vendor.pk), action="directory.contact_viewed"
    )
    return events.select_related("actor").order_by("-id")


def open_reminder(vendor: Vendor) -> Reminder | None:
    """Return the question that has not been answered yet, if any."""
    return vendor.reminders.filter(answered_at=None).first()


@lru_cache(maxsize=20_000)
def plain_name(name: str) -> str:
    """Return a name without what many share, to compare it with others."""
    text = normalised(name)
    for word in SAID_TWICE:
        text = text.replace(normalised(word), "")
    return "".join(text.split())


def digits_of(phone: str) -> str:
    """Return the digits of a phone number, without the country's 86."""
    digits = "".join(one for one in unicodedata.normalize("NFKC", phone) if one.isascii() and one.isdigit())
    return digits.removeprefix("0086").removeprefix("86") if len(digits) > 11 else digits


def _besides(pk: int | None) -> VendorQuerySet:
    return Vendor.objects.all() if pk is None else Vendor.objects.exclude(pk=pk)


def alike(name_zh: str, name_en: str = "", *, besides: int | None = None) -> list[Vendor]:
    """Return entries with a similar name in either language, the most similar first. Two queries."""
    wanted = [plain for plain in (plain_name(name_zh), plain_name(name_en)) if plain]
    found: dict[int, float] = {}
    for pk, zh, en in _besides(besides).values_list("pk", "name_zh", "name_en"):
        names = [plain for plain in (plain_name(zh), plain_name(en)) if plain]
        score = max((fuzz.ratio(one, other) for one in wanted for other in names), default=0)
        if score >= ALIKE:
            found[pk] = score
    best = sorted(found, key=lambda pk: -found[pk])[:5]
    entries = Vendor.objects.in_bulk(best)
    return [entries[pk] for pk in best]


def phone_is_used(digits: str, *, besides: int | None = None) -> bool:
    """Return whether another entry has this phone; nothing says which, or numbers could be tried."""
    return len(digits) >= 7 and VendorContact.objects.filter(phone_digits=digits).exclude(vendor=besides).exists()


def same_phone(vendor: Vendor) -> VendorQuerySet:
    """Return the entries with the same phone, for the lot's verifier."""
    digits = VendorContact.objects.filter(vendor=vendor).exclude(phone_digits="").values("phone_digits")
    return Vendor.objects.filter(contact__phone_digits__in=digits).exclude(pk=vendor.pk)
