from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .words import words_of


class Event(models.Model):
    """One thing that happened, written in the transaction that did it. Never changed, never deleted."""

    append_only = True  # portal/core/append_only.py

    action = models.CharField(_("action"), max_length=80)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    subject_type = models.CharField(_("kind"), max_length=60)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(_("what"), max_length=200)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-id",)
        indexes = (models.Index(fields=("subject_type", "subject_id"), name="event_by_subject"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise RuntimeError("An audit event is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise RuntimeError("An audit event is never deleted")

    @property
    def words(self) -> str:
        """What happened, in the reader's words."""
        return words_of(self.action)


class AuditSeal(models.Model):
    """A stretch of the trail, sealed by the clock an hour after its last event. Seals follow each other without a gap.

    `digest` covers the rows with numbers from `first` to `last` and the digest of the seal before, so that a changed, lost or
    added row shows, and a changed seal shows at the next one (docs/implementation/audit.md).
    """

    append_only = True  # portal/core/append_only.py

    first = models.PositiveBigIntegerField(unique=True)
    last = models.PositiveBigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("first",)
        constraints = (
            models.CheckConstraint(name="a_seal_has_a_stretch", condition=models.Q(last__gte=models.F("first"))),
        )

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class ChangeCounter(models.Model):
    """One row that counts changes, in the order in which they become visible (ADR 0021). Only triggers write it."""

    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)
