from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


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
