from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class Notice(models.Model):
    """One message for one person: shown in the portal and sent by mail."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    event = models.CharField(max_length=80)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    path = models.CharField(max_length=300, blank=True)
    once_key = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("recipient", "once_key"), condition=~models.Q(once_key=""), name="notice_told_once"
            ),
        )
        indexes = (models.Index(fields=("recipient", "read_at"), name="notice_unread"),)

    def __str__(self) -> str:
        return self.subject


class OutgoingMail(models.Model):
    """A mail on its way: written in the caller's transaction, sent by the queue, tried again for two days.

    The content is sealed with `SECRET_KEY`, since it may hold links that let somebody in, and goes when the mail went.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("mail", "waiting")
        SENDING = "sending", pgettext_lazy("mail", "being sent")
        SENT = "sent", pgettext_lazy("mail", "sent")
        DEAD = "dead", pgettext_lazy("mail", "given up")

    recipients = models.TextField(pgettext_lazy("mail", "to"))
    subject = models.CharField(pgettext_lazy("mail", "subject"), max_length=500)
    sealed = models.TextField(blank=True)
    state = models.CharField(pgettext_lazy("mail", "state"), max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(pgettext_lazy("mail", "tries"), default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    give_up_at = models.DateTimeField()
    created_at = models.DateTimeField(pgettext_lazy("mail", "written"), auto_now_add=True)
    sending_since = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(pgettext_lazy("mail", "last answer"), max_length=300, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("mail", "mail")
        verbose_name_plural = pgettext_lazy("mail", "mails")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("state", "next_try_at"), name="mail_to_send", condition=~models.Q(state="sent")),
        )

    def __str__(self) -> str:
        return self.subject


class SentMail(models.Model):
    """A mail kept for the outbox page of a development machine. Never used where data is real."""

    sent_at = models.DateTimeField(auto_now_add=True)
    sender = models.CharField(max_length=320)
    recipients = models.TextField()
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.subject
