from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.payments.purposes import page_of


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


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def open(self) -> ScheduleQuerySet:
        """Amounts that money is still expected for."""
        return self.filter(state__in=Schedule.OPEN)

    def overdue(self, now: datetime | None = None) -> ScheduleQuerySet:
        """Open amounts whose date is over."""
        return self.open().filter(due_at__lte=now or timezone.now())


class Schedule(models.Model):
    """One amount that falls due for one record: its kind, date and state. The kinds never mix (docs/rules/payments.md)."""

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
        WAIVED = "waived", _("waived")
        REFUNDED = "refunded", _("refunded")
        VOID = "void", _("not due any more")

    OPEN = (State.DUE, State.PART_PAID)

    purpose = models.CharField(max_length=40)
    subject_id = models.PositiveBigIntegerField()
    reference = models.CharField(_("reference"), max_length=20, db_index=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("company")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    paid_fen = models.PositiveBigIntegerField(_("paid, fen"), default=0)
    refunded_fen = models.PositiveBigIntegerField(_("paid back, fen"), default=0)
    kept_fen = models.PositiveBigIntegerField(_("kept as penalty, fen"), default=0)
    due_at = models.DateTimeField(_("due by"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DUE, db_index=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    waiver_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("amount due")
        verbose_name_plural = _("amounts due")
        ordering = ("due_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("purpose", "subject_id", "kind"), condition=~Q(state="void"), name="kind_due_once"
            ),
            models.CheckConstraint(name="never_paid_beyond_what_is_due", condition=Q(paid_fen__lte=F("amount_fen"))),
            models.CheckConstraint(
                name="never_given_back_beyond_what_was_paid",
                condition=Q(paid_fen__gte=F("refunded_fen") + F("kept_fen")),
            ),
        )
        indexes = (models.Index(fields=("purpose", "subject_id"), name="schedule_by_subject"),)

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"

    @property
    def page(self) -> str:
        """The page of the record it is for, in the reader's language."""
        return page_of(self)

    @property
    def open_fen(self) -> int:
        """What is still to pay; nothing where money is not expected any more."""
        return self.amount_fen - self.paid_fen if self.state in self.OPEN else 0

    @property
    def held_fen(self) -> int:
        """What was paid and neither given back nor kept."""
        return self.paid_fen - self.refunded_fen - self.kept_fen

    def overdue_at(self, now: datetime) -> bool:
        """Return whether the date is over and money is still expected. Never stored: time decides."""
        return self.state in self.OPEN and self.due_at <= now

    @property
    def state_word(self) -> str:
        """The state now in the reader's language, `overdue` included."""
        if self.overdue_at(timezone.now()):
            return str(_("overdue"))
        return str(self.get_state_display())

    @property
    def state_key(self) -> str:
        """The design system's key of the state now."""
        if self.overdue_at(timezone.now()):
            return "refused"
        return {"paid": "firm", "due": "deposit", "part_paid": "deposit"}.get(self.state, "past")
