from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .dues import Schedule
from .money import Payment, new_path, private_storage


def statement_path(instance: Any, filename: str) -> str:
    """Return where an imported statement is kept."""
    return new_path("payments/statements", filename)


class BankFormat(models.Model):
    """How one bank's export is read: which column says what. Kept, so that the next file needs no questions."""

    name = models.CharField(_("bank"), max_length=80, unique=True)
    columns = models.JSONField(_("columns"), default=dict, blank=True)

    class Meta:
        verbose_name = _("bank format")
        verbose_name_plural = _("bank formats")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class BankStatement(models.Model):
    """One file of the bank. The same file twice is one statement."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be read")
        CHECKED = "checked", _("tried, not imported yet")
        READING = "reading", _("being imported")
        READY = "ready", _("imported")
        FAILED = "failed", _("could not be read")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    file = models.FileField(_("file"), storage=private_storage, upload_to=statement_path)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, unique=True)
    format = models.ForeignKey(BankFormat, models.PROTECT, related_name="+", verbose_name=_("bank"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    rows_read = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True, blank=True)
    new_rows = models.PositiveIntegerField(default=0)
    known_rows = models.PositiveIntegerField(default=0)
    skipped_rows = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, blank=True)
    sample = models.JSONField(default=list, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class StatementRow(models.Model):
    """One credit on the lot's account. `fingerprint` is the same in every export that shows it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("unknown")
        PROPOSED = "proposed", _("match proposed")
        MATCHED = "matched", _("matched")
        IGNORED = "ignored", _("set aside")

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField()
    booked_on = models.DateField(_("booked on"))
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    payer = models.CharField(_("payer"), max_length=120, blank=True)
    payer_account = models.CharField(max_length=60, blank=True)
    payer_bank = models.CharField(max_length=120, blank=True)
    memo = models.CharField(_("memo"), max_length=300, blank=True)
    bank_reference = models.CharField(_("bank's reference"), max_length=80, blank=True)
    fingerprint = models.CharField(max_length=64, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING, db_index=True)
    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="+", null=True, blank=True)
    score = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(default=list, blank=True)
    payment = models.OneToOneField(Payment, models.PROTECT, related_name="statement_row", null=True, blank=True)
    note = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("statement row")
        verbose_name_plural = _("statement rows")
        ordering = ("-booked_on", "pk")

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount_fen} {self.payer}"
