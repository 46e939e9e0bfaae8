"""Licences and insurance, and what the lot has checked."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from .vendor import Vendor


class Paper(models.Model):
    """A licence or an insurance policy with its number and its last day. The file is private."""

    class Kind(models.TextChoices):
        BUSINESS = "business", _("business licence")
        LICENCE = "licence", _("licence of the trade")
        INSURANCE = "insurance", _("insurance policy")

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="papers")
    kind = models.CharField(pgettext_lazy("vendor", "kind"), max_length=10, choices=Kind, default=Kind.LICENCE)
    title = models.CharField(_("what it is"), max_length=80)
    number = models.CharField(pgettext_lazy("paper", "number"), max_length=60)
    insured_fen = models.PositiveBigIntegerField(_("sum insured, fen"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    document = models.ForeignKey(
        "media.PortalDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("paper", "document"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ("kind", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("vendor", "kind", "number"),
                name="vendor_has_a_paper_once",
                violation_error_message=_("A paper of this kind with this number is there already."),
            ),
            models.CheckConstraint(
                name="insurance_policy_ends",
                condition=~Q(kind="insurance") | Q(expires_on__isnull=False),
                violation_error_message=_("An insurance policy has a last day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    def is_over(self, today: date) -> bool:
        """Return whether its last day has passed."""
        return self.expires_on is not None and self.expires_on < today


class Check(models.Model):
    """One thing looked at by the lot, by whom and when. Never changed; a newer one stands above it."""

    class Kind(models.TextChoices):
        CREDIT_CODE = "credit_code", _("unified social credit code")
        PAPER = "paper", _("paper")
        VISIT = "visit", _("visit on site")

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="checks")
    kind = models.CharField(pgettext_lazy("vendor", "kind"), max_length=12, choices=Kind)
    paper = models.ForeignKey(Paper, models.CASCADE, null=True, blank=True, related_name="checks")
    passed = models.BooleanField(_("found to be right"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    checked_on = models.DateField(_("checked on"))
    valid_until = models.DateField(_("look again by"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("checked by")
    )

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ("-checked_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="check_of_a_paper_names_it",
                condition=Q(kind="paper", paper__isnull=False) | (~Q(kind="paper") & Q(paper__isnull=True)),
            ),
            models.CheckConstraint(
                name="check_is_good_for_a_while",
                condition=Q(valid_until__gte=F("checked_on")),
                violation_error_message=_("A check is good until a later day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.kind} {self.checked_on}"
