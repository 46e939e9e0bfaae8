"""The outbox of a development machine: mail is stored, and read at /outbox/."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from .models import SentMail


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
