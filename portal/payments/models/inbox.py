from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProviderEvent(models.Model):
    """What a provider told us, kept once and worked through in a transaction of its own."""

    provider = models.CharField(_("way"), max_length=20)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(_("kind"), max_length=80)
    object_ref = models.CharField(max_length=120, blank=True)
    payment_uuid = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("provider", "event_id"), name="event_kept_once"),)
        indexes = (
            models.Index(
                fields=("received_at",), condition=Q(processed_at__isnull=True), name="event_not_worked_through"
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.kind}"


class RefusedCall(models.Model):
    """How many calls of a day were refused, and why: forged, old, of another account."""

    day = models.DateField()
    provider = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("refused calls")
        verbose_name_plural = _("refused calls")
        ordering = ("-day", "provider", "reason")
        constraints = (models.UniqueConstraint(fields=("day", "provider", "reason"), name="refusals_of_a_day_once"),)

    def __str__(self) -> str:
        return f"{self.day} {self.provider} {self.reason}: {self.count}"
