from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.money import yuan

from .dues import Schedule


class Compensation(models.Model):
    """What the lot owes a company beside its money back, because the lot did not keep its days: a sum equal to the 定金.

    Never a refund: nobody paid it. A rule proposes it, a second person of finance approves amount and account, and it is paid by
    bank transfer.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for approval")
        APPROVED = "approved", _("approved")
        PAID = "paid", _("paid")
        REFUSED = "refused", _("refused")

    WAITING = (State.PROPOSED, State.APPROVED)

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="compensations")
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED, db_index=True)
    reason = models.CharField(_("reason"), max_length=300)
    bank_holder = models.CharField(_("account holder"), max_length=120, blank=True)
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    bank_number = models.CharField(_("account number"), max_length=40, blank=True)
    bank_reference = models.CharField(_("bank's reference"), max_length=80, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField(_("proposed on"), auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(name="a_compensation_is_above_zero", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="nobody_approves_their_own_compensation",
                condition=Q(approved_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
            ),
            models.UniqueConstraint(fields=("schedule",), condition=~Q(state="refused"), name="compensation_owed_once"),
        )

    def __str__(self) -> str:
        return f"{self.schedule.reference} {self.amount_fen}"

    @property
    def amount_yuan(self) -> str:
        """The amount as people read it."""
        return yuan(self.amount_fen)
