"""One message, two channels: in the portal and by mail, in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portal.audit.actions import record
from portal.tasks import clock
from portal.tasks.queue import enqueue
from portal.tasks.retry import try_again

from .mail import opened, sealed
from .models import Notice, OutgoingMail

if TYPE_CHECKING:
    from portal.accounts.models import User

logger = logging.getLogger(__name__)
GIVE_UP_AFTER = timedelta(days=2)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15, 30, 60, 120, 240))
STUCK_AFTER = timedelta(minutes=15)
KEPT = timedelta(days=30)


def notify(
    event: str,
    *,
    recipients: Iterable[User],
    path: str = "",
    once_key: str = "",
    reason: str = "",
    **context: Any,
) -> list[Notice]:
    """Tell people about `event` (`app.past_tense`), inside the caller's transaction; mail follows from the queue.

    The text comes from the template `<app>/notices/<past_tense>.txt` (first line: subject) in each reader's
    language. `path` starts with `/` and has no language prefix (`/bookings/B-…/`). With `once_key` nobody is
    told the same twice.
    """
    app, name = event.split(".", 1)
    made = []
    for person in sorted(set(recipients), key=lambda one: one.pk):
        if once_key and Notice.objects.filter(recipient=person, once_key=once_key).exists():
            continue
        with translation.override(person.language):
            text = render_to_string(f"{app}/notices/{name}.txt", {"person": person, "reason": reason, **context})
        subject, _, body = text.strip().partition("\n")
        subject = " ".join(subject.split())[:200]
        notice = Notice.objects.create(
            recipient=person, event=event, subject=subject, body=body.strip(), path=path, once_key=once_key
        )
        enqueue("portal.notifications.tasks.send_mail", notice.pk)
        made.append(notice)
    return made


def send_notice_mail(notice_id: int) -> None:
    """Send one notice by mail, once: a second call after success does nothing."""
    notice = Notice.objects.select_related("recipient").filter(pk=notice_id, mailed_at=None).first()
    if notice is None or not notice.recipient.is_active:
        return
    language = notice.recipient.language
    link = f"{settings.PORTAL_BASE_URL}/{language}{notice.path}" if notice.path else ""
    with translation.override(language):
        context = {"notice": notice, "link": link, "language": language}
        mail = EmailMultiAlternatives(
            subject=notice.subject,
            body=render_to_string("notifications/mail.txt", context),
            to=[notice.recipient.email],
        )
        mail.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    with transaction.atomic():
        claimed = Notice.objects.filter(pk=notice_id, mailed_at=None).update(mailed_at=timezone.now())
        if claimed:
            mail.send()


def queue_mail(mail: EmailMessage, *, now: datetime | None = None) -> OutgoingMail | None:
    """Write a mail into the queue; it leaves when the caller's transaction is done. Nobody to send it to: nothing."""
    recipients = mail.recipients()
    if not recipients:
        return None
    with transaction.atomic():
        row = OutgoingMail.objects.create(
            recipients=", ".join(recipients),
            subject=" ".join(str(mail.subject).split())[:500],
            sealed=sealed(mail),
            give_up_at=(now or timezone.now()) + GIVE_UP_AFTER,
        )
        enqueue("portal.notifications.tasks.deliver_mail", row.pk)
    return row


def deliver_mail(mail_id: int, *, now: datetime | None = None) -> None:
    """Send one queued mail, at least once: only a worker that dies between sending and saying so makes it two.

    A server that does not answer, or refuses for now, is tried again with growing pauses until `give_up_at`; an
    address that does not exist is given up at once. What was given up is listed on the desk.
    """
    now = now or timezone.now()
    waiting = OutgoingMail.objects.filter(pk=mail_id, state=OutgoingMail.State.WAITING)
    if not waiting.update(state=OutgoingMail.State.SENDING, sending_since=now, tries=F("tries") + 1):
        return
    row = OutgoingMail.objects.get(pk=mail_id)
    try:
        get_connection(settings.MAIL_DELIVERY_BACKEND).send_messages([opened(row.sealed)])
    except (OSError, SMTPException, InvalidToken) as exc:
        row.last_error = f"{type(exc).__name__}: {exc}"[:300]
        pause = PAUSES[min(row.tries, len(PAUSES)) - 1]
        if is_final(exc) or now + pause > row.give_up_at:
            row.state = OutgoingMail.State.DEAD
            logger.error("mail %s is given up: %s", row.pk, type(exc).__name__)
        else:
            row.state, row.next_try_at = OutgoingMail.State.WAITING, now + pause
    else:
        row.state, row.sent_at, row.sealed, row.last_error = OutgoingMail.State.SENT, now, "", ""
    row.save(update_fields=["state", "next_try_at", "sent_at", "sealed", "last_error"])


def is_final(exc: Exception) -> bool:
    """Return whether no later try can help: every recipient was refused for good, or the mail cannot be opened."""
    if isinstance(exc, SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in exc.recipients.values())
    return isinstance(exc, InvalidToken)


def send_waiting_mail(*, now: datetime | None = None) -> int:
    """Queue again what is due, and what a dead worker left "being sent". A clock calls it. Returns how many."""
    now = now or timezone.now()
    stuck = Q(state=OutgoingMail.State.SENDING, sending_since__lt=now - STUCK_AFTER)
    due = Q(state=OutgoingMail.State.WAITING, next_try_at__lte=now)
    with transaction.atomic():
        ids = list(OutgoingMail.objects.filter(stuck | due).values_list("pk", flat=True)[:500])
        OutgoingMail.objects.filter(pk__in=ids).update(state=OutgoingMail.State.WAITING, next_try_at=None)
        for pk in ids:
            enqueue("portal.notifications.tasks.deliver_mail", pk)
    return len(ids)


@transaction.atomic
def send_again(*, actor: User, mail_id: int, now: datetime | None = None) -> OutgoingMail | None:
    """Send a mail that was given up once more, for two more days. Returns it, or nothing where there is none such."""
    again = {"state": OutgoingMail.State.WAITING, "tries": 0, "next_try_at": None}
    again["give_up_at"] = (now or timezone.now()) + GIVE_UP_AFTER
    if not OutgoingMail.objects.filter(pk=mail_id, state=OutgoingMail.State.DEAD).update(**again):
        return None
    row = OutgoingMail.objects.get(pk=mail_id)
    enqueue("portal.notifications.tasks.deliver_mail", row.pk)
    record("notifications.mail_sent_again", actor=actor, subject=row)
    return row


@transaction.atomic
def task_again(*, actor: User, task_id: UUID) -> bool:
    """Put a task that was given up back in the queue. Returns whether there was one."""
    row = try_again(str(task_id))
    if row is not None:
        record("notifications.task_tried_again", actor=actor, subject=row, task=row.task_path)
    return row is not None


@transaction.atomic
def believe_clock(*, actor: User) -> None:
    """Let the clocks go on although the time jumped: a person looked, and it is right."""
    clock.believe()
    record("notifications.clock_believed", actor=actor, subject=actor)


def forget_sent_mail(*, now: datetime | None = None) -> int:
    """Delete the rows of mails sent over 30 days ago: they hold addresses. Returns how many."""
    old = OutgoingMail.objects.filter(state=OutgoingMail.State.SENT, sent_at__lt=(now or timezone.now()) - KEPT)
    return old.delete()[0]


@transaction.atomic
def mark_read(*, person: User, ids: Iterable[int] | None = None) -> int:
    """Mark a person's own notices as read; all of them where no `ids` are given. Returns how many."""
    mine = Notice.objects.filter(recipient=person, read_at=None)
    if ids is not None:
        mine = mine.filter(pk__in=list(ids))
    return mine.update(read_at=timezone.now())
