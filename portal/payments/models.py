from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.money import yuan


class PayAccount(models.Model):
    """The account that a bank transfer goes to. One is in use."""

    holder = models.CharField(_("account holder"), max_length=120)
    bank = models.CharField(_("bank"), max_length=120)
    number = models.CharField(_("account number"), max_length=40)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("pay-to account")
        verbose_name_plural = _("pay-to accounts")
        constraints = (
            models.UniqueConstraint(fields=("active",), condition=Q(active=True), name="one_account_in_use"),
        )

    def __str__(self) -> str:
        return f"{self.holder} {self.number}"


class Schedule(models.Model):
    """One amount that falls due for one record: its kind, date and state."""

    class Kind(models.TextChoices):
        EARNEST_MONEY = "earnest_money", _("earnest money")
        ADVANCE_PAYMENT = "advance_payment", _("advance payment")
        BALANCE = "balance_due", _("balance")
        SECURITY_DEPOSIT = "security_deposit", _("security deposit")
        PENALTY = "penalty", _("penalty")

    class State(models.TextChoices):
        DUE = "due", _("due")
        PART_PAID = "part_paid", _("part paid")
        PAID = "paid", _("paid")
        VOID = "void", _("not due any more")

    purpose = models.CharField(max_length=40)
    subject_id = models.PositiveBigIntegerField()
    reference = models.CharField(_("reference"), max_length=20, db_index=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("company")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    paid_fen = models.PositiveBigIntegerField(_("paid, fen"), default=0)
    due_at = models.DateTimeField(_("due by"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DUE, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("amount due")
        verbose_name_plural = _("amounts due")
        ordering = ("due_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("purpose", "subject_id", "kind"), condition=~Q(state="void"), name="kind_due_once"
            ),
            models.CheckConstraint(name="never_paid_beyond_what_is_due", condition=Q(paid_fen__lte=F("amount_fen"))),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"

    @property
    def open_fen(self) -> int:
        """What is still to pay."""
        return self.amount_fen - self.paid_fen


class Payment(models.Model):
    """Money that came in, by one provider. The uuid is the idempotency key towards it."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="payments")
    provider = models.CharField(_("way"), max_length=20, default="bank_transfer")
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    payer = models.CharField(_("payer"), max_length=120, blank=True)
    bank_reference = models.CharField(_("bank's reference"), max_length=80, blank=True)
    received_on = models.DateField(_("received on"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(name="a_payment_is_above_zero", condition=Q(amount_fen__gt=0)),
            models.UniqueConstraint(
                fields=("provider", "bank_reference"),
                condition=~Q(bank_reference=""),
                name="bank_reference_recorded_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.schedule} {self.amount_fen}"

    @property
    def amount_yuan(self) -> str:
        """The amount as people read it."""
        return yuan(self.amount_fen)
