"""Mails to visitors, who need no account: written in the deed's transaction, sent once by the worker."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cms.events import calendars, tickets
from cms.events.models import Letter, Registration
from portal.tasks.queue import enqueue

WITH_TICKET = {"registered", "changed", "moved", "reminder"}


def write_letter(registration: Registration, event: str, *, key: str = "") -> None:
    """Queue a mail of `event` inside the caller's transaction. With the same key nobody is written to twice."""
    once_key = f"{registration.pk}:{event}:{key or registration.version}"
    letter, new = Letter.objects.get_or_create(
        once_key=once_key, defaults={"registration": registration, "event": event}
    )
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


def composed(letter: Letter) -> EmailMultiAlternatives:
    """Return the mail in its reader's language, with the code and a calendar file where there is a seat."""
    registration = letter.registration
    with translation.override(registration.language):
        link = f"{settings.PORTAL_BASE_URL}{registration.get_absolute_url()}"
        context = {"registration": registration, "session": registration.session, "link": link}
        text = render_to_string(f"events/letters/{letter.event}.txt", context).strip()
        subject, _blank, body = text.partition("\n")
        mail = EmailMultiAlternatives(" ".join(subject.split()), body.strip(), to=[registration.email])
        if letter.event in WITH_TICKET and registration.state == Registration.State.REGISTERED:
            mail.attach(f"{registration.spoken_code}.png", tickets.qr_png(tickets.payload(registration)), "image/png")
            mail.attach(
                f"{registration.session.slug}.ics", calendars.sessions_file([registration.session]), "text/calendar"
            )
    return mail
