"""Writing to a vendor through the portal. Their address stands in no page, no answer and no mail to the sender."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.tasks.queue import enqueue
from services.directory import queries, rules
from services.directory.errors import LinkUnusable, NotAvailable, TooManyMessages
from services.directory.models import Inquiry, Vendor, VendorContact
from services.directory.rules import VERIFY

from ._telling import people_of, tell_people

if TYPE_CHECKING:
    from portal.accounts.models import User

TEN_MINUTES, DAY = (600, 700), (86_400, 90_000)
"""A span in seconds, and how long its count is kept."""
PER_SENDER = {TEN_MINUTES: 5, DAY: 20}
PER_ADDRESS = {TEN_MINUTES: 5, DAY: 20}
PER_OFFICE = {TEN_MINUTES: 30, DAY: 200}
"""One network address from which signed-in people write."""
PER_UNKNOWN = {DAY: 5}
"""Letters that ask one typed address to confirm."""
PER_VENDOR = {TEN_MINUTES: 20, DAY: 100}
AGAIN_AFTER = timedelta(hours=1)
CONFIRM_WITHIN = timedelta(days=2)
SALT = "services.directory.inquiry"


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

    It is passed on at once where `actor` has confirmed `sender_email`, else after whoever has that address says so.

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
        waiting_since=None if _is_known(actor, sender_email) else now,
    )
    inquiry.full_clean()
    twice = vendor.inquiries.filter(sender_email=sender_email, text=text, created_at__gt=now - AGAIN_AFTER).first()
    if twice is not None:
        return twice
    _count(f"u{actor.pk}" if actor else f"m{sender_email.lower()}", PER_SENDER, now)
    _count(f"a{address}", PER_OFFICE if actor else PER_ADDRESS, now)
    if inquiry.waiting_since is not None:
        _count(f"c{sender_email.lower()}", PER_UNKNOWN, now)
    inquiry.save()
    record("directory.inquiry_sent", actor=actor, subject=vendor, inquiry=inquiry.pk)
    if inquiry.waiting_since is None:
        _pass_on(inquiry, now)
    else:
        enqueue("services.directory.tasks.ask_sender", inquiry.pk)
    return inquiry


def _is_known(actor: User | None, email: str) -> bool:
    """Return whether somebody signed in has confirmed this address as their own."""
    if actor is None:
        return False
    return EmailAddress.objects.filter(user=actor, email__iexact=email, verified=True).exists()


def _pass_on(inquiry: Inquiry, now: datetime) -> None:
    _count(f"v{inquiry.vendor_id}", PER_VENDOR, now)
    words = {"who": rules.unlinked(inquiry.sender_name), "production": rules.unlinked(inquiry.production)}
    tell_people(
        "directory.inquired", inquiry.vendor, inquiry=inquiry, text=rules.unlinked(inquiry.text),
        once_key=f"inquiry-{inquiry.pk}", known=_is_known(inquiry.sender, inquiry.sender_email), **words,
    )  # fmt: skip
    enqueue("services.directory.tasks.forward_inquiry", inquiry.pk)


@transaction.atomic
def confirm_inquiry(*, token: str, now: datetime | None = None) -> Inquiry:
    """Pass a message on that its sender has confirmed by the link in the letter; works once.

    Raises `LinkUnusable` for a link that is old, used or not ours, `TooManyMessages` where the vendor has many today.
    """
    now = now or timezone.now()
    gone = _("This link cannot be used any more. Write the message again.")
    try:
        pk = signing.loads(token, salt=SALT, max_age=CONFIRM_WITHIN)
    except signing.BadSignature as exc:
        raise LinkUnusable(gone) from exc
    inquiry = Inquiry.objects.select_related("vendor", "sender").filter(pk=pk).first()
    if inquiry is None or not inquiry.vendor.is_public:
        raise LinkUnusable(gone)
    if not Inquiry.objects.filter(pk=pk, waiting_since__isnull=False).update(waiting_since=None):
        raise LinkUnusable(_("This message was confirmed already, and passed on."))
    record("directory.inquiry_confirmed", actor=None, subject=inquiry.vendor, inquiry=inquiry.pk)
    _pass_on(inquiry, now)
    return inquiry


@transaction.atomic
def drop_unconfirmed(*, now: datetime | None = None) -> int:
    """Delete messages whose sender never confirmed the address. Returns how many."""
    late = Inquiry.objects.filter(waiting_since__lt=(now or timezone.now()) - CONFIRM_WITHIN)
    gone = 0
    for inquiry in late.select_related("vendor")[:500]:
        record("directory.inquiry_dropped", actor=None, subject=inquiry.vendor, inquiry=inquiry.pk)
        inquiry.delete()
        gone += 1
    return gone


def _count(who: str, limits: Mapping[tuple[int, int], int], now: datetime) -> None:
    """Count a message. Raises `TooManyMessages` above a limit."""
    for (span, kept), limit in limits.items():
        key = f"directory:inquiry:{hashlib.sha256(who.encode()).hexdigest()[:24]}:{span}:{int(now.timestamp()) // span}"
        if cache.add(key, 1, timeout=kept):
            continue
        try:
            count = cache.incr(key)
        except ValueError:  # the entry left the cache between the two calls
            continue
        if count > limit:
            raise TooManyMessages(_("That were many messages. Try again later."), retry_after=600)


@transaction.atomic
def ask_sender(inquiry_id: int) -> None:
    """Ask whoever has the typed address whether they wrote: a fixed letter, nothing of the message in it. Once."""
    inquiry = Inquiry.objects.select_related("vendor").filter(pk=inquiry_id, waiting_since__isnull=False).first()
    if inquiry is None or not Inquiry.objects.filter(pk=inquiry.pk, copied_at=None).update(copied_at=timezone.now()):
        return
    record("directory.inquiry_asked", actor=None, subject=inquiry.vendor, inquiry=inquiry.pk)
    token = signing.dumps(inquiry.pk, salt=SALT)
    with translation.override(inquiry.language):
        path = reverse("directory:confirm", args=[token])
    _mail(inquiry, inquiry.language, "confirm", to=inquiry.sender_email, path=path)


def forward_inquiry(inquiry_id: int) -> None:
    """Mail a message on to the vendor's own address and a copy to its sender; each once."""
    inquiry = Inquiry.objects.select_related("vendor", "sender").filter(pk=inquiry_id, waiting_since=None).first()
    if inquiry is None:
        return
    if inquiry.forwarded_at is None:
        _forward(inquiry)
    if inquiry.copied_at is None and inquiry.sender is not None:
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


def _mail(
    inquiry: Inquiry, language: str, name: str, *, to: str, path: str = "", reply_to: list[str] | None = None
) -> None:
    with translation.override(language):
        context = {
            "inquiry": inquiry, "vendor": inquiry.vendor,
            "link": f"{settings.PORTAL_BASE_URL}{path or inquiry.vendor.get_absolute_url()}",
            "who": rules.unlinked(inquiry.sender_name), "production": rules.unlinked(inquiry.production),
            "text": rules.unlinked(inquiry.text), "known": _is_known(inquiry.sender, inquiry.sender_email),
        }  # fmt: skip
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
