"""One message, two channels: in the portal and by mail, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portal.tasks.queue import enqueue

from .models import Notice

if TYPE_CHECKING:
    from portal.accounts.models import User


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
    from django.conf import settings

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


@transaction.atomic
def mark_read(*, person: User, ids: Iterable[int] | None = None) -> int:
    """Mark a person's own notices as read; all of them where no `ids` are given. Returns how many."""
    mine = Notice.objects.filter(recipient=person, read_at=None)
    if ids is not None:
        mine = mine.filter(pk__in=list(ids))
    return mine.update(read_at=timezone.now())
