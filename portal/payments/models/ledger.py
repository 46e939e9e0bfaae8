"""The ledger: every entry names both its sides, so it is balanced by its own shape (ADR 0013)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.money import yuan


class Account(models.TextChoices):
    """The lot's accounts: what it has, what it owes, what it keeps and what it costs."""

    BANK = "bank", _("bank account")
    STRIPE = "stripe", _("Stripe balance")
    FAKE = "fake", _("test provider's balance")
    HELD_EARNEST = "held:earnest_money", _("earnest money held")
    HELD_ADVANCE = "held:advance_payment", _("advance payments held")
    HELD_BALANCE = "held:balance_due", _("balances held")
    HELD_SECURITY = "held:security_deposit", _("security deposits held")
    HELD_PENALTY = "held:penalty", _("penalties received")
    UNALLOCATED = "unallocated", _("money without a purpose")
    REFUNDS = "refunds_payable", _("refunds on their way")
    DISPUTED = "disputed", _("money in dispute")
    PENALTY_INCOME = "income:penalty", _("kept as penalty")
    FEES = "cost:fees", _("provider fees")
    LOSSES = "cost:disputes", _("lost disputes")
    COMPENSATION = "cost:compensation", _("compensation for days that the lot did not keep")
    COMPENSATION_OWED = "compensation_payable", _("compensation on its way")


class LedgerTransaction(models.Model):
    """One thing that happened to money, with its entries. Never changed, never deleted: the database refuses it."""

    append_only = True  # portal/core/append_only.py

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(_("kind of entry"), max_length=40)
    purpose = models.CharField(max_length=40, blank=True)
    subject_id = models.PositiveBigIntegerField(null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=20, blank=True, db_index=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("company")
    )
    payment = models.ForeignKey("payments.Payment", models.PROTECT, related_name="ledger", null=True, blank=True)
    refund = models.ForeignKey("payments.Refund", models.PROTECT, related_name="ledger", null=True, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("ledger transaction")
        verbose_name_plural = _("ledger transactions")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.reference} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise RuntimeError("The ledger is never changed; post the reverse")
        super().save(*args, **kwargs)


class LedgerEntry(models.Model):
    """One amount on the debit side of one account and the credit side of another."""

    append_only = True  # portal/core/append_only.py

    transaction = models.ForeignKey(LedgerTransaction, models.PROTECT, related_name="entries")
    debit = models.CharField(_("debit"), max_length=30, choices=Account)
    credit = models.CharField(_("credit"), max_length=30, choices=Account)
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(name="an_entry_moves_something", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(name="an_entry_has_two_sides", condition=~Q(debit=F("credit"))),
        )

    def __str__(self) -> str:
        return f"{self.debit} ← {self.credit} {self.amount_yuan}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise RuntimeError("The ledger is never changed; post the reverse")
        super().save(*args, **kwargs)

    @property
    def amount_yuan(self) -> str:
        """The amount as people read it."""
        return yuan(self.amount_fen)
