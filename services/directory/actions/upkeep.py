"""What clocks do: lower the mark of entries whose papers end, ask every half year whether all is still true."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core import signing
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.search.actions import stage
from services.directory import queries, rules
from services.directory.errors import LinkUnusable
from services.directory.models import Paper, Reminder, Vendor
from services.directory.rules import ANSWER_WITHIN, ASK_AFTER, SOON

from ._telling import tell_people
from .contact import drop_unconfirmed

if TYPE_CHECKING:
    from portal.accounts.models import User

SALT = "services.directory.still-true"
LINK_LIFE_S = 90 * 86_400


def keep_up() -> int:
    """Do all that is due. Returns how many entries were touched."""
    return lower_marks() + ask_still_true() + lower_unanswered() + drop_unconfirmed()


def lower_marks(*, now: datetime | None = None) -> int:
    """Give public entries the mark that their papers have today, lower or (a new paper checked) higher."""
    today = timezone.localdate(now or timezone.now())
    ending = Paper.objects.filter(expires_on__lte=today + SOON).values("vendor_id")
    stale = Q(checks__valid_until__lt=today)
    lowered = Q(state__in=[Vendor.State.DUE, Vendor.State.EXPIRED])
    found = Vendor.objects.public().filter(Q(pk__in=ending) | stale | lowered).order_by("pk")
    ids = list(found.values_list("pk", flat=True).distinct())
    return sum(_mark_again(pk, today) for pk in ids)


@transaction.atomic
def _mark_again(pk: int, today: date) -> bool:
    vendor = lock_rows(Vendor, [pk]).get(pk)
    if vendor is None or not vendor.is_public:
        return False
    found = queries.standing_of(vendor, today)
    unanswered = vendor.reminders.filter(answered_at=None, lowered_at__isnull=False).exists()
    state = rules.mark_of(vendor, found, unanswered=unanswered)
    if state == vendor.state:
        return False
    with translation.override("zh-hans"):
        vendor.reason = rules.mark_reason(vendor, found, unanswered=unanswered)
    before, vendor.state = vendor.state, state
    vendor.version += 1
    vendor.save(update_fields=["state", "reason", "version", "updated_at"])
    record("directory.mark_changed", actor=None, subject=vendor, before=before, after=state)
    stage(vendor)
    if state != Vendor.State.VERIFIED:
        papers = [*found.over, *found.ending]
        key = f"vendor-{pk}-{state}-{max((str(one.expires_on) for one in papers), default=str(today))}"
        tell_people("directory.papers_end", vendor, once_key=key[:120], papers=papers)
    return True


def ask_still_true(*, now: datetime | None = None) -> int:
    """Ask the people behind entries that nobody confirmed for half a year, once for each half year."""
    now = now or timezone.now()
    limit = timezone.localdate(now) - ASK_AFTER
    due = Vendor.objects.public().filter(confirmed_on__lte=limit, organisation__isnull=False)
    asked = Q(reminders__since=F("confirmed_on"))
    ids = list(due.exclude(pk__in=Vendor.objects.filter(asked).values("pk")).values_list("pk", flat=True)[:500])
    return sum(_ask(pk, now) for pk in ids)


@transaction.atomic
def _ask(pk: int, now: datetime) -> bool:
    vendor = lock_rows(Vendor, [pk]).get(pk)
    if vendor is None or not vendor.is_public or vendor.confirmed_on is None:
        return False
    reminder, made = Reminder.objects.get_or_create(vendor=vendor, since=vendor.confirmed_on, defaults={"sent_at": now})
    if not made:
        return False
    token = signing.dumps(reminder.pk, salt=SALT)
    record("directory.still_true_asked", actor=None, subject=vendor, since=reminder.since.isoformat())
    tell_people(
        "directory.still_true",
        vendor,
        path=f"/services/directory/still-true/{token}/",
        once_key=f"still-true-{reminder.pk}",
        days=ANSWER_WITHIN.days,
    )
    return True


def lower_unanswered(*, now: datetime | None = None) -> int:
    """Mark entries as due whose question went unanswered for a month."""
    now = now or timezone.now()
    late = Reminder.objects.filter(answered_at=None, lowered_at=None, sent_at__lte=now - ANSWER_WITHIN)
    ids = list(late.values_list("pk", "vendor_id")[:500])
    return sum(_lower(pk, vendor_id, now) for pk, vendor_id in ids)


@transaction.atomic
def _lower(reminder_id: int, vendor_id: int, now: datetime) -> bool:
    vendor = lock_rows(Vendor, [vendor_id])[vendor_id]
    fresh = Reminder.objects.filter(pk=reminder_id, answered_at=None, lowered_at=None)
    if not fresh.update(lowered_at=now):
        return False
    record("directory.still_true_unanswered", actor=None, subject=vendor)
    _mark_again(vendor.pk, timezone.localdate(now))
    return True


@transaction.atomic
def answer_still_true(*, token: str, actor: User | None = None, now: datetime | None = None) -> Vendor:
    """Confirm an entry by the link of the question; works once. Raises `LinkUnusable`."""
    now = now or timezone.now()
    reminder = _reminder(token)
    vendor = lock_rows(Vendor, [reminder.vendor_id])[reminder.vendor_id]
    if not Reminder.objects.filter(pk=reminder.pk, answered_at=None).update(answered_at=now):
        raise LinkUnusable(_("This link was used already; thank you."))
    vendor.confirmed_on = timezone.localdate(now)
    vendor.version += 1
    vendor.save(update_fields=["confirmed_on", "version", "updated_at"])
    record("directory.still_true_confirmed", actor=actor, subject=vendor, reminder=reminder.pk)
    stage(vendor)
    if vendor.is_public:
        _mark_again(vendor.pk, timezone.localdate(now))
    vendor.refresh_from_db()
    return vendor


def _reminder(token: str) -> Reminder:
    """Return the question of a link. Raises `LinkUnusable` for one that is not ours, old, or gone."""
    message = _("This link cannot be used any more. Sign in and look at your entry.")
    try:
        pk = signing.loads(token, salt=SALT, max_age=LINK_LIFE_S)
    except signing.BadSignature as exc:
        raise LinkUnusable(message) from exc
    reminder = Reminder.objects.select_related("vendor").filter(pk=pk).first()
    if reminder is None:
        raise LinkUnusable(message)
    return reminder
