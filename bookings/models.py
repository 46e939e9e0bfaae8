from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from portal.core.bilingual import reads_english
from portal.core.day_ranges import DayRange
from portal.core.days import validate_day
from portal.core.money import VAT_PERCENT
from portal.core.text import validate_signs

from . import sides, states

if TYPE_CHECKING:
    from portal.accounts.models import User


def new_secret() -> str:
    """Return a secret for a calendar address."""
    return secrets.token_urlsafe(18)


class BookingQuerySet(models.QuerySet["Booking"]):
    def for_member(self, user: User) -> BookingQuerySet:
        """What this person may see: all for the lot's stage managers and finance, else their companies'."""
        from portal.accounts.rules import may, roles_of

        if may(user, "bookings.see"):
            return self.all()
        return self.filter(organisation_id__in=list(roles_of(user)))

    def live_holds(self, now: datetime | None = None) -> BookingQuerySet:
        """Holds whose clock still runs."""
        return self.filter(state=states.HOLD, hold_expires_at__gt=now or timezone.now())

    def firm(self, now: datetime | None = None) -> BookingQuerySet:
        """Bookings that own their days."""
        waiting = Q(state=states.AWAITING, firm_until__gt=now or timezone.now())
        return self.filter(waiting | Q(state__in=(states.CONFIRMED, states.IN_PROGRESS)))


class ReferenceCounter(models.Model):
    """The last number given in a year."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Booking(models.Model):
    """预订: one company's claim on stages, from the first question to the settled bill."""

    class Side(models.TextChoices):
        CREW = sides.CREW, _("the crew's reason")
        LOT = sides.LOT, _("the lot's reason")
        FORCE_MAJEURE = sides.FORCE_MAJEURE, _("force majeure")

    class State(models.TextChoices):
        ENQUIRY = states.ENQUIRY, _("enquiry")
        QUOTED = states.QUOTED, _("quoted")
        HOLD = states.HOLD, _("on hold")
        AWAITING = states.AWAITING, _("deposit due")
        CONFIRMED = states.CONFIRMED, pgettext_lazy("booking", "confirmed")
        IN_PROGRESS = states.IN_PROGRESS, _("on stage")
        WRAPPED = states.WRAPPED, _("wrapped")
        SETTLED = states.SETTLED, _("settled")
        NO_SHOW = states.NO_SHOW, _("no show")
        RELEASED = states.RELEASED, _("released")
        EXPIRED = states.EXPIRED, _("lapsed")
        DECLINED = states.DECLINED, _("declined")
        CANCELLED = states.CANCELLED, _("cancelled")

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="bookings", verbose_name=_("company")
    )
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    production = models.CharField(_("production"), max_length=120, blank=True, validators=[validate_signs])
    note = models.TextField(_("note to the lot"), blank=True, max_length=1000)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.ENQUIRY, db_index=True)
    version = models.PositiveIntegerField(default=1)
    policy = models.JSONField(default=dict)
    hold_expires_at = models.DateTimeField(_("hold until"), null=True, blank=True)
    firm_until = models.DateTimeField(_("deposit due by"), null=True, blank=True)
    client_key = models.CharField(max_length=200, blank=True)
    calendar_secret = models.CharField(max_length=40, unique=True, default=new_secret)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    cancelled_for = models.CharField(_("cancelled for whose reason"), max_length=14, blank=True, choices=Side)
    cancel_fee_fen = models.PositiveBigIntegerField(_("cancellation fee, fen"), null=True, blank=True)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="a_hold_has_a_clock", condition=~Q(state=states.HOLD) | Q(hold_expires_at__isnull=False)
            ),
            models.CheckConstraint(
                name="waiting_for_money_has_a_clock", condition=~Q(state=states.AWAITING) | Q(firm_until__isnull=False)
            ),
            models.UniqueConstraint(
                fields=("placed_by", "client_key"), condition=~Q(client_key=""), name="asked_once_per_key"
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("bookings:detail", args=[self.reference])

    def state_at(self, now: datetime) -> str:
        """Return the state with the clocks applied: expiry is decided by time, the sweeper only tidies."""
        lapsed_hold = self.state == states.HOLD and self.hold_expires_at and self.hold_expires_at <= now
        lapsed_firm = self.state == states.AWAITING and self.firm_until and self.firm_until <= now
        return states.EXPIRED if lapsed_hold or lapsed_firm else self.state

    @property
    def current_state(self) -> str:
        """The state now."""
        return self.state_at(timezone.now())

    @property
    def current_state_label(self) -> str:
        """The state now, in the reader's language."""
        return str(self.State(self.current_state).label)

    @property
    def first_day(self) -> date:
        """The first day of all lines; needs the lines prefetched to cost nothing."""
        return min(line.start for line in self.lines.all())


class BookingLine(models.Model):
    """Some units of one resource over days in a row."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="lines")
    resource = models.ForeignKey("studios.Resource", models.PROTECT, related_name="lines", verbose_name=_("resource"))
    start = models.DateField(_("first day"))
    end = models.DateField(_("day after the last"))
    slots = models.JSONField(default=list)
    quantity = models.PositiveSmallIntegerField(_("units"), default=1)
    day_types = models.JSONField(default=list)
    extras = models.JSONField(default=dict)
    queue_position = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("booking line")
        verbose_name_plural = _("booking lines")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(name="line_ends_after_it_starts", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(name="line_wants_a_unit", condition=Q(quantity__gte=1)),
            models.UniqueConstraint(fields=("resource", "queue_position"), name="queue_position_taken_once"),
        )
        indexes = (models.Index(fields=("resource", "start", "end"), name="line_by_resource_and_days"),)

    def __str__(self) -> str:
        return f"{self.resource} {self.start}–{self.end}"

    @property
    def days(self) -> DayRange:
        """The days, half-open."""
        return DayRange(self.start, self.end)


class Closure(models.Model):
    """检修 or an event: days on which a resource, or the whole lot, cannot be booked."""

    class Kind(models.TextChoices):
        WORK = "work", _("maintenance")
        EVENT = "event", pgettext_lazy("closure", "event")

    resource = models.ForeignKey(
        "studios.Resource", models.CASCADE, related_name="closures", null=True, blank=True, verbose_name=_("resource"),
        help_text=_("empty: the whole lot"),
    )  # fmt: skip
    start = models.DateField(_("first day"), validators=[validate_day])
    end = models.DateField(_("day after the last"), validators=[validate_day])
    kind = models.CharField(pgettext_lazy("closure", "kind"), max_length=5, choices=Kind, default=Kind.WORK)
    reason = models.CharField(_("reason"), max_length=120)
    reason_en = models.CharField(
        _("reason in English"),
        max_length=120,
        blank=True,
        help_text=_("Crews that hold these days read it; where it is empty they read the one above."),
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ("-start",)
        constraints = (
            models.CheckConstraint(
                name="closure_ends_after_it_starts",
                condition=Q(end__gt=F("start")),
                violation_error_message=_("A closure must end after it starts."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.reason} {self.start}–{self.end}"

    @property
    def days(self) -> DayRange:
        """The days, half-open."""
        return DayRange(self.start, self.end)

    @property
    def shown_reason(self) -> str:
        """The reason in the reader's language, where it was given in it."""
        return (reads_english() and self.reason_en) or self.reason


class DayAllocation(models.Model):
    """One unit of one resource on one day-slot. The unique four make a double booking impossible (ADR 0007)."""

    class Kind(models.TextChoices):
        BOOKING = "booking", _("booking")
        BUFFER = "buffer", _("buffer")
        CLOSURE = "closure", _("closure")

    resource = models.ForeignKey("studios.Resource", models.PROTECT, related_name="+")
    unit = models.ForeignKey("studios.Unit", models.PROTECT, related_name="+")
    day = models.DateField()
    slot = models.PositiveSmallIntegerField(default=0)
    line = models.ForeignKey(BookingLine, models.CASCADE, related_name="allocations", null=True, blank=True)
    closure = models.ForeignKey(Closure, models.CASCADE, related_name="allocations", null=True, blank=True)
    kind = models.CharField(max_length=8, choices=Kind)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("resource", "day", "slot", "unit"), name="unit_day_owned_once"),
            models.CheckConstraint(
                name="unit_day_has_one_owner",
                condition=Q(line__isnull=False, closure__isnull=True) | Q(line__isnull=True, closure__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.resource_id} {self.day} {self.slot} {self.unit_id}"


class Quote(models.Model):
    """报价: frozen lines and totals. Never recomputed; a change makes the next version."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="quotes")
    version = models.PositiveSmallIntegerField()
    lines = models.JSONField(default=list)
    total_fen = models.PositiveBigIntegerField(_("total, fen"))
    tax_fen = models.PositiveBigIntegerField(_("tax contained, fen"))
    tax_percent = models.PositiveSmallIntegerField(default=VAT_PERCENT)
    earnest_fen = models.PositiveBigIntegerField(_("earnest money 定金, fen"))
    valid_until = models.DateTimeField(_("valid until"))
    text_hash = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ("booking", "-version")
        constraints = (models.UniqueConstraint(fields=("booking", "version"), name="quote_version_once"),)

    def __str__(self) -> str:
        return f"{self.booking} v{self.version}"

    def shown_lines(self) -> list[dict[str, Any]]:
        """Return the frozen lines with a `label` in the reader's language."""
        key = "label_en" if reads_english() else "label_zh"
        return [{**line, "label": line[key]} for line in self.lines]
