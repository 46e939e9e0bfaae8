"""Mails to visitors, who need no account: written in the deed's transaction, sent once by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cms.events import calendars, clock, tickets
from cms.events.models import Letter, ProgrammeSession, Registration
from cms.events.models.names import looks_like_link
from portal.core.bilingual import reads_english
from portal.tasks.queue import enqueue

WITH_TICKET = {"registered", "changed", "moved", "reminder"}
WITH_CANCELLATION = {"called_off", "cancelled"}
"""Letters that take the entry of an earlier one out of the reader's calendar."""


def write_letter(
    registration: Registration, event: str, *, key: str = "", was: Mapping[str, str] | None = None
) -> None:
    """Queue a mail of `event` inside the caller's transaction. With the same key nobody is written to twice.

    `was` says where a moved session stood before (`place_of`).
    """
    once_key = f"{registration.pk}:{event}:{key or registration.version}"
    values = {
        "registration": registration,
        "event": event,
        "starts_at": registration.session.starts_at,
        "was": dict(was or {}),
    }
    letter, new = Letter.objects.get_or_create(once_key=once_key, defaults=values)
    if new:
        enqueue("cms.events.tasks.send_letter", letter.pk)


def send_letter(letter_id: int) -> None:
    """Send one mail, once: a second call after success does nothing."""
    letter = (
        Letter.objects.select_related("registration__session__hall__venue", "registration__session__edition")
        .filter(pk=letter_id, sent_at=None, registration__forgotten=False)
        .first()
    )
    if letter is None:
        return
    mail = composed(letter)
    with transaction.atomic():
        if Letter.objects.filter(pk=letter_id, sent_at=None).update(sent_at=timezone.now()):
            mail.send()


def place_of(session: ProgrammeSession) -> dict[str, str]:
    """Return when and where a session is, to be told after it has moved."""
    hall, venue = session.hall, session.hall.venue
    return {
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "hall_zh": f"{venue.name_zh} · {hall.name_zh}",
        "hall_en": f"{venue.name_en} · {hall.name_en}",
    }


def told(was: Mapping[str, str]) -> str:
    """Return in the reader's language when and where a session was, or nothing."""
    if not was:
        return ""
    start, end = (datetime.fromisoformat(was[name]) for name in ("starts_at", "ends_at"))
    return f"{clock.when(start, end)} · {was['hall_en'] if reads_english() else was['hall_zh']}"


def composed(letter: Letter) -> EmailMultiAlternatives:
    """Return the mail in its reader's language, with the code and a calendar file where there is a seat.

    Where the seat is gone, a calendar file takes the entry of the earlier mail out again.
    """
    registration = letter.registration
    with translation.override(registration.language):
        link = f"{settings.PORTAL_BASE_URL}{registration.get_absolute_url()}"
        context = {
            "registration": registration,
            "session": registration.session,
            "name": registration.spoken_code if looks_like_link(registration.name) else registration.name,
            "link": link,
            "was": told(letter.was),
            "begun": registration.session.starts_at <= timezone.now(),
        }
        text = render_to_string(f"events/letters/{letter.event}.txt", context).strip()
        subject, _blank, body = text.partition("\n")
        mail = EmailMultiAlternatives(" ".join(subject.split()), body.strip(), to=[registration.email])
        if letter.event in WITH_TICKET and registration.state == Registration.State.REGISTERED:
            mail.attach(f"{registration.spoken_code}.png", tickets.qr_png(tickets.payload(registration)), "image/png")
            _attach_calendar(mail, registration, "PUBLISH")
        elif letter.event in WITH_CANCELLATION and registration.letters.filter(event__in=WITH_TICKET).exists():
            _attach_calendar(mail, registration, "CANCEL")
    return mail


def _attach_calendar(mail: EmailMultiAlternatives, registration: Registration, method: str) -> None:
    content = calendars.ticket_file(registration, method=method)
    mail.attach(f"{registration.session.slug}.ics", content.decode(), f"text/calendar; method={method}")
