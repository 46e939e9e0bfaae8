"""What is written to vendors: inquiries through the portal, half-yearly questions; and sheets that bring many in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from media.models import private_storage

from .vendor import Vendor


class Inquiry(models.Model):
    """A message to a vendor that went through the portal. The sender never learns the vendor's address."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="inquiries")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    sender_name = models.CharField(_("your name"), max_length=60)
    sender_email = models.EmailField(_("your e-mail address"))
    production = models.CharField(_("production"), max_length=80, blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    text = models.TextField(_("what you need"), max_length=2000)
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField(auto_now_add=True)
    forwarded_at = models.DateTimeField(null=True, blank=True)
    copied_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True, db_index=True)
    """Set while the sender has not confirmed the address typed: nobody sees the message until then."""

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="inquiry_days_go_forward",
                condition=Q(first_day=None) | Q(last_day=None) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day is not before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.created_at:%Y-%m-%d}"


class Reminder(models.Model):
    """“Still true?”, asked once for each half year."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="reminders")
    since = models.DateField()
    """The day the entry was last confirmed or verified: one question for each."""
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    lowered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question whether all is still true")
        verbose_name_plural = _("questions whether all is still true")
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("vendor", "since"), name="vendor_asked_once_each_time"),)

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.since}"


class ImportRun(models.Model):
    """One sheet of vendors: read for trial first, then taken over, in pieces and in the background."""

    class State(models.TextChoices):
        TRYING = "trying", _("being read")
        TRIED = "tried", _("read for trial")
        APPLYING = "applying", _("being taken over")
        APPLIED = "applied", _("taken over")
        FAILED = "failed", _("cannot be read")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TRYING)
    file = models.FileField(upload_to="imports/", storage=private_storage)
    name = models.CharField(_("file"), max_length=120)
    digest = models.CharField(max_length=64, db_index=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    """The first problems as `[row, text]`."""
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import of vendors")
        verbose_name_plural = _("imports of vendors")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("digest",), condition=Q(state__in=["trying", "applying"]), name="sheet_worked_on_once_at_a_time"
            ),
            models.CheckConstraint(name="import_done_is_within_total", condition=Q(done__lte=F("total"))),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 * self.done // self.total if self.total else 0
