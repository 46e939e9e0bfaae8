"""Mail goes through the queue; on a development machine it is stored instead, and read at /outbox/."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from email.mime.base import MIMEBase
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from .models import SentMail


class QueueBackend(BaseEmailBackend):
    """Writes each mail into the queue, in the caller's transaction: no page waits for a mail server."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        from .actions import queue_mail

        for mail in email_messages:
            queue_mail(mail)
        return len(email_messages)


class OutboxBackend(BaseEmailBackend):
    """Stores instead of sending."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            alternatives = getattr(mail, "alternatives", [])
            html = next((part.content for part in alternatives if part.mimetype == "text/html"), "")
            SentMail.objects.create(
                sender=mail.from_email,
                recipients=", ".join(mail.recipients()),
                subject=str(mail.subject)[:500],
                text=str(mail.body),
                html=str(html),
            )
        return len(email_messages)


def _box() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"portal.notifications.mail:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def sealed(mail: EmailMessage) -> str:
    """Return the whole mail as a text that only `SECRET_KEY` opens. Raises `TypeError` for an attached MIME part."""
    attached = []
    for part in mail.attachments:
        if isinstance(part, MIMEBase):
            raise TypeError("Attach files by name, content and type: a MIME part cannot be stored.")
        name, content, mimetype = part
        data = content.encode() if isinstance(content, str) else bytes(content)
        attached.append([name, base64.b64encode(data).decode(), isinstance(content, str), mimetype])
    fields = {
        "subject": str(mail.subject),
        "body": str(mail.body),
        "from_email": mail.from_email,
        "to": list(mail.to),
        "cc": list(mail.cc),
        "bcc": list(mail.bcc),
        "reply_to": list(mail.reply_to),
        "headers": dict(mail.extra_headers),
        "attachments": attached,
        "alternatives": [[str(content), kind] for content, kind in getattr(mail, "alternatives", [])],
    }
    return _box().encrypt(json.dumps(fields).encode()).decode()


def opened(text: str) -> EmailMultiAlternatives:
    """Return the mail that `sealed` stored. Raises `cryptography.fernet.InvalidToken` under another `SECRET_KEY`."""
    fields: dict[str, Any] = json.loads(_box().decrypt(text.encode()))
    attached, alternatives = fields.pop("attachments"), fields.pop("alternatives")
    mail = EmailMultiAlternatives(**fields)
    for content, kind in alternatives:
        mail.attach_alternative(content, kind)
    for name, data, is_text, mimetype in attached:
        raw = base64.b64decode(data)
        mail.attach(name, raw.decode() if is_text else raw, mimetype)
    return mail
