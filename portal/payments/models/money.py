from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.money import yuan

from .dues import Schedule


def private_storage() -> Storage:
    """Return where files lie that only a permission check hands out."""
    return storages["private"]


def new_path(folder: str, filename: str) -> str:
    """Return a generated name; of the sender's only the ending is kept."""
    ending = filename.rsplit(".", 1)[-1].lower()[:5] if "." in filename else "bin"
    return f"{folder}/{uuid.uuid4().hex}.{ending}"


def slip_path(instance: Any, filename: str) -> str:
    """Return where a transfer slip is kept."""
    return new_path("payments/slips", filename)


class Payment(models.Model):
    """Money on its way in, by one provider. The row and its uuid exist before anybody is called."""

    class State(models.TextChoices):
        STARTED = "started", _("started")
        OPEN = "open", _("waiting for the payer")
        SUCCEEDED = "succeeded", _("received")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("lapsed")
        REVERSED = "reversed", _("taken back")

    UNDER_WAY = (State.STARTED, State.OPEN)

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="payments")
    provider = models.CharField(_("way"), max_length=20, default="bank_transfer")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.STARTED, db_index=True)
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    applied_fen = models.PositiveBigIntegerField(_("counted towards what is due, fen"), default=0)
    refunded_fen = models.PositiveBigIntegerField(_("given back or on its way, fen"), default=0)
    fee_fen = models.PositiveBigIntegerField(_("provider's fee, fen"), default=0)
    provider_ref = models.CharField(_("provider's reference"), max_length=120, blank=True)
    money_ref = models.CharField(_("provider's id of the money"), max_length=120, blank=True, db_index=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    method = models.CharField(_("means"), max_length=30, blank=True)
    live = models.BooleanField(_("real money"), default=True)
    checkout_url = models.URLField(max_length=1000, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(_("what is wrong"), max_length=300, blank=True)
    payer = models.CharField(_("payer"), max_length=120, blank=True)
    bank_reference = models.CharField(_("bank's reference"), max_length=80, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(name="a_payment_is_above_zero", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(name="never_more_counted_than_came", condition=Q(applied_fen__lte=F("amount_fen"))),
            models.CheckConstraint(
                name="never_more_given_back_than_came", condition=Q(refunded_fen__lte=F("amount_fen"))
            ),
            models.CheckConstraint(
                name="only_received_money_counts",
                condition=Q(state__in=("succeeded", "reversed")) | Q(applied_fen=0, refunded_fen=0),
            ),
            models.UniqueConstraint(
                fields=("provider", "bank_reference"),
                condition=~Q(bank_reference="") & ~Q(state="reversed"),
                name="bank_reference_recorded_once",
            ),
            models.UniqueConstraint(
                fields=("provider", "provider_ref"), condition=~Q(provider_ref=""), name="provider_reference_known_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.schedule} {self.amount_fen}"

    def get_absolute_url(self) -> str:
        return reverse("pay:detail", args=[self.uuid])

    @property
    def amount_yuan(self) -> str:
        """The amount as people read it."""
        return yuan(self.amount_fen)

    @property
    def refundable_fen(self) -> int:
        """What could still be given back; disputed money is not ours to give."""
        if self.state != self.State.SUCCEEDED:
            return 0
        disputed = sum(one.amount_fen for one in self.disputes.all() if one.state != Dispute.State.WON)
        return max(self.amount_fen - self.refunded_fen - disputed, 0)

    @property
    def state_key(self) -> str:
        """The design system's key of the state."""
        return {"succeeded": "firm", "failed": "refused", "expired": "past", "reversed": "past"}.get(
            self.state, "deposit"
        )


class TransferSlip(models.Model):
    """A picture or PDF of a bank transfer, uploaded by the company; proves nothing, helps finance to find the money."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="slips")
    file = models.FileField(_("file"), storage=private_storage, upload_to=slip_path)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("transfer slip")
        verbose_name_plural = _("transfer slips")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class Refund(models.Model):
    """Money on its way back. The row and its uuid exist before anybody is called."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("waits for approval")
        APPROVED = "approved", _("approved")
        SENT = "sent", _("on its way")
        SUCCEEDED = "succeeded", _("paid back")
        FAILED = "failed", _("failed")
        REFUSED = "refused", _("refused")

    class Route(models.TextChoices):
        PROVIDER = "provider", _("the way it was paid")
        BY_HAND = "by_hand", _("by bank transfer")

    WAITING = (State.REQUESTED, State.APPROVED, State.SENT)

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    applied_fen = models.PositiveBigIntegerField(default=0)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.REQUESTED, db_index=True)
    route = models.CharField(_("way back"), max_length=10, choices=Route)
    reason = models.CharField(_("reason"), max_length=300)
    provider_ref = models.CharField(_("provider's reference"), max_length=120, blank=True)
    bank_holder = models.CharField(_("account holder"), max_length=120, blank=True)
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    bank_number = models.CharField(_("account number"), max_length=40, blank=True)
    bank_reference = models.CharField(_("bank's reference"), max_length=80, blank=True)
    problem = models.CharField(_("what is wrong"), max_length=300, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField(_("asked for on"), auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(name="a_refund_is_above_zero", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(name="refund_of_what_counted", condition=Q(applied_fen__lte=F("amount_fen"))),
            models.CheckConstraint(
                name="nobody_approves_their_own_refund",
                condition=Q(approved_by__isnull=True)
                | Q(requested_by__isnull=True)
                | ~Q(approved_by=F("requested_by")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.payment.schedule} −{self.amount_fen}"

    @property
    def state_key(self) -> str:
        """The design system's key of the state."""
        return {"succeeded": "firm", "failed": "refused", "refused": "past"}.get(self.state, "deposit")


class Dispute(models.Model):
    """A payer told their bank that a charge was wrong: the provider took the money back until it is decided."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        WON = "won", _("won")
        LOST = "lost", _("lost")

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    provider_ref = models.CharField(_("provider's reference"), max_length=120, unique=True)
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN, db_index=True)
    respond_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.payment.schedule} {self.provider_ref}"
