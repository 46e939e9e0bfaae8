"""What people do with an entry of their own: register, change, send for checking."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from portal.accounts.actions import create_organisation
from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.search.actions import stage
from services.directory import queries, rules
from services.directory.errors import LooksLikeAnother, VendorIncomplete, WrongState
from services.directory.models import BusySpan, Credit, Vendor, VendorContact
from services.directory.rules import NEXT, OFFER

from ._telling import tell_staff

if TYPE_CHECKING:
    from portal.accounts.models import Organisation, User

IDENTITY = ("name_zh", "name_en", "credit_code", "categories", "kind")
OWN_FIELDS = frozenset(
    {
        *IDENTITY,
        "summary_zh",
        "summary_en",
        "description_zh",
        "description_en",
        "coverage",
        "radius_km",
        "languages",
        "price_from_fen",
        "price_to_fen",
        "price_basis",
        "tax_included",
        "invoice",
        "minimum_zh",
        "minimum_en",
    }
)
MOST_CREDITS, MOST_SPANS = 60, 60


@transaction.atomic
def register_vendor(
    *, actor: User, organisation: Organisation | None, keep_mine: bool = False, is_sample: bool = False, **fields: Any
) -> Vendor:
    """Begin an entry. Somebody without a company gets one of the same name, which others can be invited to.

    Raises `LooksLikeAnother` for a similar name unless `keep_mine`, `ValidationError` for a code that is there already.
    """
    _only_own(fields)
    if organisation is not None:
        require(actor, OFFER, organisation)
    vendor = Vendor(**fields, is_sample=is_sample, slug=_free_slug(fields["name_zh"], fields.get("name_en", "")))
    vendor.credit_code = _own_code(vendor.kind, vendor.credit_code)
    vendor.full_clean(exclude=["organisation"])
    if not keep_mine:
        _refuse_alike(vendor)
    vendor.organisation = organisation or create_organisation(actor=actor, name=vendor.name_zh)
    vendor.save()
    record("directory.vendor_registered", actor=actor, subject=vendor, kind=vendor.kind, kept_mine=keep_mine)
    return vendor


@transaction.atomic
def change_vendor(*, actor: User, vendor: Vendor, keep_mine: bool = False, **fields: Any) -> Vendor:
    """Change an entry of one's own company. What was checked and is changed has to be checked again.

    Raises `PermissionDenied`, `WrongState` for a suspended one, and as `register_vendor`.
    """
    _only_own(fields)
    before = _own(actor, vendor)
    if {"credit_code", "kind"} & fields.keys():
        code = fields.get("credit_code", before.credit_code)
        fields["credit_code"] = _own_code(fields.get("kind", before.kind), code)
    changed = sorted(name for name, value in fields.items() if getattr(before, name) != value)
    for name in changed:
        setattr(before, name, fields[name])
    if not changed:
        return before
    before.full_clean(exclude=["organisation"])
    if not keep_mine and {"name_zh", "name_en"} & set(changed):
        _refuse_alike(before)
    if before.is_public and set(changed) & set(IDENTITY):
        before.needs_check, before.state = Vendor.Changed.IDENTITY, Vendor.State.DUE
        before.submitted_at = timezone.now()
        tell_staff("directory.changed_again", before)
    return _kept(actor, before, changed)


def _own_code(kind: str, code: str | None) -> str | None:
    """Return the credit code of a company; a person has none, not even that of the company it was filled in from."""
    return code or None if kind == Vendor.Kind.COMPANY else None


@transaction.atomic
def set_contact(*, actor: User, vendor: Vendor, keep_mine: bool = False, **fields: str) -> VendorContact:
    """Say how a vendor is reached. Raises `LooksLikeAnother` where another entry has the phone, unless `keep_mine`."""
    own = _own(actor, vendor)
    contact = queries.contact_of(own) or VendorContact(vendor=own)
    for name in ("person", "phone", "email", "wechat"):
        setattr(contact, name, fields.get(name, ""))
    contact.phone_digits = queries.digits_of(contact.phone)[:20]
    contact.full_clean()
    if not keep_mine and queries.phone_is_used(contact.phone_digits, besides=own.pk):
        raise LooksLikeAnother(_("Another entry has this phone number."), field="phone")
    contact.save()
    record("directory.contact_changed", actor=actor, subject=own)
    return contact


@transaction.atomic
def set_credits(*, actor: User, vendor: Vendor, rows: Sequence[Credit]) -> list[Credit]:
    """Replace the list of works. Raises `ValidationError`."""
    own = _own(actor, vendor)
    if len(rows) > MOST_CREDITS:
        raise ValidationError(_("At most %(count)s works."), params={"count": MOST_CREDITS}, code="too_many")
    for row in rows:
        row.vendor = own
        row.full_clean()
    own.credits.all().delete()
    made = Credit.objects.bulk_create([_fresh(row) for row in rows])
    record("directory.credits_changed", actor=actor, subject=own, count=len(made))
    stage(own)
    return made


@transaction.atomic
def set_busy(*, actor: User, vendor: Vendor, spans: Sequence[tuple[date, date]]) -> list[BusySpan]:
    """Replace the days that are taken, `(first day, day after the last)`. Raises `ValidationError`."""
    own = _own(actor, vendor)
    if len(spans) > MOST_SPANS:
        raise ValidationError(_("At most %(count)s spans of days."), params={"count": MOST_SPANS}, code="too_many")
    rows = [BusySpan(vendor=own, start=start, end=end) for start, end in spans]
    for row in rows:
        row.full_clean()
    own.busy.all().delete()
    made = BusySpan.objects.bulk_create(rows)
    record("directory.calendar_changed", actor=actor, subject=own, count=len(made))
    return made


@transaction.atomic
def submit_vendor(*, actor: User, vendor: Vendor, now: datetime | None = None) -> Vendor:
    """Send an entry for checking. Raises `WrongState`, and `VendorIncomplete` with what is lacking as `lacks`."""
    own = _own(actor, vendor)
    if own.state not in NEXT["submit"]:
        raise WrongState(_("This entry is with the lot already."))
    lacks = rules.lacking(own, list(own.papers.all()), queries.contact_of(own))
    if lacks:
        raise VendorIncomplete(_("Some things are still missing."), lacks=lacks)
    own.state, own.reason, own.submitted_at = Vendor.State.SUBMITTED, "", now or timezone.now()
    own.version += 1
    own.save(update_fields=["state", "reason", "submitted_at", "version", "updated_at"])
    record("directory.vendor_submitted", actor=actor, subject=own)
    tell_staff("directory.submitted", own)
    return own


def _own(actor: User, vendor: Vendor) -> Vendor:
    """Return the entry locked and fresh. Raises `PermissionDenied`, `WrongState` for a suspended one."""
    if vendor.organisation is None:
        require(actor, OFFER)
    else:
        require(actor, OFFER, vendor.organisation)
    fresh = lock_rows(Vendor, [vendor.pk])[vendor.pk]
    if fresh.state == Vendor.State.SUSPENDED:
        raise WrongState(_("This entry is suspended. Ask the lot."))
    return fresh


def _kept(actor: User, vendor: Vendor, changed: list[str]) -> Vendor:
    vendor.version += 1
    vendor.save()
    record("directory.vendor_changed", actor=actor, subject=vendor, fields=changed, version=vendor.version)
    stage(vendor)
    return vendor


def _only_own(fields: dict[str, Any]) -> None:
    if unknown := set(fields) - OWN_FIELDS:
        raise TypeError(f"not for a vendor to set: {sorted(unknown)}")


def _refuse_alike(vendor: Vendor) -> None:
    found = queries.alike(vendor.name_zh, vendor.name_en, besides=vendor.pk)
    if found:
        raise LooksLikeAnother(
            _("There is an entry with a similar name. Is it one of these?"),
            field="name_zh",
            found=[(one.name, one.slug) for one in found if one.is_public],
            hidden=sum(not one.is_public for one in found),
        )


def _fresh(row: Credit) -> Credit:
    row.pk = None
    return row


def _free_slug(name_zh: str, name_en: str) -> str:
    """Return an address that nobody has: from the English name, else from the pinyin of the Chinese one."""
    words = slugify(name_en) or slugify(" ".join(lazy_pinyin(name_zh[:20]))) or "vendor"
    slug = words[:48].strip("-")
    while Vendor.objects.filter(slug=slug).exists() or slug in RESERVED:
        slug = f"{words[:48].strip('-')}-{secrets.token_hex(3)}"
    return slug


RESERVED = frozenset({"mine", "review", "imports", "still-true"})
"""Words that stand in addresses of the directory's own pages."""
