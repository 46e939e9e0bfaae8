"""Writing to a vendor through the portal. Their address stands in no page, no answer and no mail to the sender."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.tasks.queue import enqueue
from services.directory import queries
from services.directory.errors import NotAvailable, TooManyMessages
from services.directory.models import Inquiry, Vendor, VendorContact
from services.directory.rules import VERIFY

from ._telling import people_of, tell_people

if TYPE_CHECKING:
    from portal.accounts.models import User

PER_TEN_MINUTES, PER_DAY = 5, 20
AGAIN_AFTER = timedelta(hours=1)


@transaction.atomic
def send_inquiry(
    *,
    vendor: Vendor,
    sender_name: str,
    sender_email: str,
    text: str,
    production: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
    actor: User | None = None,
    address: str = "",
    now: datetime | None = None,
) -> Inquiry:
    """Write to a vendor. The same message again within the hour is the same message.

    Raises `NotAvailable` where nobody can be written to, `TooManyMessages`, `ValidationError`.
    """
    now = now or timezone.now()
    reachable = queries.contact_of(vendor) is not None or bool(people_of(vendor))
    if not vendor.is_public or not reachable:
        raise NotAvailable(_("This entry cannot be written to at the moment. Ask the lot's desk."))
    inquiry = Inquiry(
        vendor=vendor,
        sender=actor,
        sender_name=" ".join(sender_name.split()),
        sender_email=sender_email,
        production=" ".join(production.split()),
        first_day=first_day,
        last_day=last_day,
        text=text,
        language=translation.get_language() or "zh-hans",
    )
    inquiry.full_clean()
    twice = vendor.inquiries.filter(sender_email=sender_email, text=text, created_at__gt=now - AGAIN_AFTER).first()
    if twice is not None:
        return twice
    _count(f"u{actor.pk}" if actor else f"a{address}", now)
    inquiry.save()
    record("directory.inquiry_sent", actor=actor, subject=vendor, inquiry=inquiry.pk)
    tell_people("directory.inquired", vendor, inquiry=inquiry, once_key=f"inquiry-{inquiry.pk}")
    enqueue("services.directory.tasks.forward_inquiry", inquiry.pk)
    return inquiry


def _count(who: str, now: datetime) -> None:
    """Count a message of one sender. Raises `TooManyMessages` above the limits."""
    for limit, span, seconds in (
        (PER_TEN_MINUTES, int(now.timestamp()) // 600, 700),
        (PER_DAY, now.toordinal(), 90_000),
    ):
        key = f"directory:inquiry:{who}:{limit}:{span}"
        if cache.add(key, 1, timeout=seconds):
            continue
        try:
            count = cache.incr(key)
        except ValueError:  # the entry left the cache between the two calls
            continue
        if count > limit:
            raise TooManyMessages(_("That were many messages. Try again later."), retry_after=600)


def forward_inquiry(inquiry_id: int) -> None:
    """Mail a message on to the vendor's own address and a copy to its sender; each once."""
    inquiry = Inquiry.objects.select_related("vendor").filter(pk=inquiry_id).first()
    if inquiry is None:
        return
    if inquiry.forwarded_at is None:
        _forward(inquiry)
    if inquiry.copied_at is None:
        _copy(inquiry)


@transaction.atomic
def _forward(inquiry: Inquiry) -> None:
    """Send to the address of the entry, where its people do not have the notice in the same box already."""
    if not Inquiry.objects.filter(pk=inquiry.pk, forwarded_at=None).update(forwarded_at=timezone.now()):
        return
    contact = queries.contact_of(inquiry.vendor)
    people = {person.email.lower() for person in people_of(inquiry.vendor)}
    if contact is None or not contact.email or contact.email.lower() in people:
        return
    record("directory.inquiry_forwarded", actor=None, subject=inquiry.vendor, inquiry=inquiry.pk)
    _mail(inquiry, "zh-hans", "forwarded", to=contact.email, reply_to=[inquiry.sender_email])


@transaction.atomic
def _copy(inquiry: Inquiry) -> None:
    if Inquiry.objects.filter(pk=inquiry.pk, copied_at=None).update(copied_at=timezone.now()):
        record("directory.inquiry_copied", actor=None, subject=inquiry.vendor, inquiry=inquiry.pk)
        _mail(inquiry, inquiry.language, "copied", to=inquiry.sender_email)


def _mail(inquiry: Inquiry, language: str, name: str, *, to: str, reply_to: list[str] | None = None) -> None:
    with translation.override(language):
        link = f"{settings.PORTAL_BASE_URL}{inquiry.vendor.get_absolute_url()}"
        context = {"inquiry": inquiry, "vendor": inquiry.vendor, "link": link}
        subject, _newline, body = render_to_string(f"directory/notices/{name}.txt", context).strip().partition("\n")
    EmailMessage(" ".join(subject.split())[:200], body.strip(), to=[to], reply_to=reply_to).send()


@transaction.atomic
def view_contact(*, actor: User, vendor: Vendor, why: str) -> VendorContact | None:
    """Show the contact data to the lot's verifier; each view is written down with its reason.

    Raises `PermissionDenied`.
    """
    require(actor, VERIFY)
    record("directory.contact_viewed", actor=actor, subject=vendor, why=why[:200])
    return queries.contact_of(vendor)
