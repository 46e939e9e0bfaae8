"""What the lot's verifier does: takes an entry, records checks one by one, verifies, sends back, suspends."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _, pgettext

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.search.actions import stage
from services.directory import queries, rules
from services.directory.errors import ChecksMissing, WrongState
from services.directory.models import Check, Paper, Vendor
from services.directory.rules import CHECK_LIFE, NEXT, VERIFY

from ._telling import tell_people

if TYPE_CHECKING:
    from portal.accounts.models import User

State = Vendor.State


@transaction.atomic
def take_vendor(*, actor: User, vendor: Vendor) -> Vendor:
    """Begin to check an entry, so that two do not. Raises `PermissionDenied`, `WrongState`."""
    fresh = _for_step(actor, vendor, "take")
    fresh.state = State.CHECKING
    return _kept(actor, fresh, "directory.vendor_taken")


@transaction.atomic
def record_check(
    *,
    actor: User,
    vendor: Vendor,
    kind: str,
    passed: bool,
    paper: Paper | None = None,
    note: str = "",
    checked_on: date | None = None,
    valid_until: date | None = None,
) -> Check:
    """Write down one thing that was looked at. A paper is never good beyond its own last day.

    Raises `PermissionDenied`, `ValidationError` for a paper of somebody else or one that is over.
    """
    require(actor, VERIFY)
    today = checked_on or timezone.localdate()
    fresh = lock_rows(Vendor, [vendor.pk])[vendor.pk]
    if paper is not None and paper.vendor_id != fresh.pk:
        raise ValidationError({"paper": _("This paper belongs to another entry.")})
    if paper is not None and passed and paper.is_over(today):
        raise ValidationError({"passed": _("This paper is over. Send the entry back for a new one.")})
    until = valid_until or today + CHECK_LIFE
    if paper is not None and paper.expires_on:
        until = max(min(until, paper.expires_on), today)
    check = Check(
        vendor=fresh,
        kind=kind,
        paper=paper,
        passed=passed,
        note=note,
        checked_on=today,
        valid_until=until,
        checked_by=actor,
    )
    check.full_clean()
    check.save()
    record("directory.checked", actor=actor, subject=fresh, kind=kind, paper=paper.pk if paper else None, passed=passed)
    stage(fresh)
    return check


@transaction.atomic
def verify_vendor(*, actor: User, vendor: Vendor, now: datetime | None = None) -> Vendor:
    """Let everybody find an entry. Raises `WrongState`, `ChecksMissing` with what is still to be looked at."""
    fresh = _for_step(actor, vendor, "verify")
    today = timezone.localdate(now or timezone.now())
    found = queries.standing_of(fresh, today)
    if not found.complete:
        missing = [*found.unchecked, *(_("%(paper)s is over") % {"paper": paper.title} for paper in found.over)]
        raise ChecksMissing(
            _("Not everything has been checked: %(what)s") % {"what": pgettext("list", ", ").join(missing)}
        )
    was_public = fresh.is_public
    fresh.needs_check = ""
    fresh.state = rules.mark_of(fresh, found)
    fresh.reason = rules.mark_reason(fresh, found)
    fresh.last_verified_on = fresh.confirmed_on = today
    kept = _kept(actor, fresh, "directory.vendor_verified")
    tell_people("directory.verified", kept, again=was_public)
    return kept


@transaction.atomic
def return_vendor(*, actor: User, vendor: Vendor, reason: str) -> Vendor:
    """Send an entry back with what has to be put right. Raises `WrongState`, `ValidationError` without a reason."""
    fresh = _for_step(actor, vendor, "return")
    fresh.state, fresh.reason = State.RETURNED, _said(reason)
    kept = _kept(actor, fresh, "directory.vendor_returned")
    tell_people("directory.returned", kept)
    return kept


@transaction.atomic
def suspend_vendor(*, actor: User, vendor: Vendor, reason: str) -> Vendor:
    """Take an entry out of the directory at once. Raises `WrongState`, `ValidationError` without a reason."""
    fresh = _for_step(actor, vendor, "suspend")
    fresh.state, fresh.reason = State.SUSPENDED, _said(reason)
    kept = _kept(actor, fresh, "directory.vendor_suspended")
    tell_people("directory.suspended", kept)
    return kept


@transaction.atomic
def resume_vendor(*, actor: User, vendor: Vendor) -> Vendor:
    """End a suspension: the entry is checked again before anybody finds it. Raises `WrongState`."""
    fresh = _for_step(actor, vendor, "resume")
    fresh.state, fresh.reason, fresh.submitted_at = State.CHECKING, "", timezone.now()
    return _kept(actor, fresh, "directory.vendor_resumed")


@transaction.atomic
def edit_as_staff(*, actor: User, vendor: Vendor) -> Vendor:
    """Save an entry as the admin's form left it in memory: words, trades, prices; never its state."""
    require(actor, VERIFY)
    before = lock_rows(Vendor, [vendor.pk])[vendor.pk]
    for name in ("state", "reason", "needs_check", "slug", "organisation_id", "last_verified_on", "confirmed_on"):
        setattr(vendor, name, getattr(before, name))
    vendor.credit_code = vendor.credit_code or None
    vendor.full_clean()
    return _kept(actor, vendor, "directory.vendor_edited")


def _for_step(actor: User, vendor: Vendor, step: str) -> Vendor:
    require(actor, VERIFY)
    fresh = lock_rows(Vendor, [vendor.pk])[vendor.pk]
    if fresh.state not in NEXT[step]:
        raise WrongState(_("The entry is “%(state)s” by now. Reload the page.") % {"state": fresh.get_state_display()})
    return fresh


def _said(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that they know what to do.")})
    return reason.strip()


def _kept(actor: User, vendor: Vendor, event: str, **data: Any) -> Vendor:
    vendor.version += 1
    vendor.full_clean(exclude=["organisation"])
    vendor.save()
    record(event, actor=actor, subject=vendor, state=vendor.state, **data)
    stage(vendor)
    return vendor
