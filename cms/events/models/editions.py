"""届次 and 单元."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from portal.core.bilingual import Bilingual
from portal.core.day_ranges import DayRange
from portal.core.days import validate_day

MOST_DAYS = 100
RESERVED = frozenset({"desk", "door", "mine", "r", "sessions"})


class Level(models.TextChoices):
    """What happens when two sessions want the same."""

    BLOCK = "block", _("refuse")
    WARN = "warn", _("warn")
    IGNORE = "ignore", _("ignore")


def level_field(label: object, default: Level) -> models.CharField[str, str]:
    """Return a field for the level of one conflict rule."""
    return models.CharField(label, max_length=6, choices=Level, default=default)  # type: ignore[arg-type]


def new_secret() -> str:
    """Return a secret for an address that is mailed."""
    return secrets.token_urlsafe(18)


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions."""

    def visible(self) -> EditionQuerySet:
        """Editions that visitors see."""
        return self.filter(state=Edition.State.PUBLISHED)


class Edition(models.Model):
    """届次: one film week, convention or festival with its days and its rules."""

    class Kind(models.TextChoices):
        TECH_WEEK = "tech_week", _("Science and technology film week")
        CONVENTION = "convention", _("Film industry convention")
        FESTIVAL = "festival", _("Film festival")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    slug = models.SlugField(_("address of the page"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.TECH_WEEK)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, db_index=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=90)
    summary_zh = models.CharField(_("one line in Chinese"), max_length=120, blank=True)
    summary_en = models.CharField(_("one line in English"), max_length=200, blank=True)
    town_zh = models.CharField(_("town in Chinese"), max_length=30, default="永川")
    town_en = models.CharField(_("town in English"), max_length=40, default="Yongchuan")
    start = models.DateField(_("first day"), validators=[validate_day])
    end = models.DateField(_("day after the last"), validators=[validate_day])
    halls = models.ManyToManyField(
        "events.Hall",
        blank=True,
        related_name="editions",
        verbose_name=_("halls"),
        help_text=_("They stand on its board, beside those its sessions are in. None chosen and no session yet: all."),
    )
    picture = models.ForeignKey(
        "media.PortalImage", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    sample = models.BooleanField(
        _("sample content"), default=False, help_text=_("The pages say so until the programme is real.")
    )
    hall_level = level_field(_("a hall twice"), Level.BLOCK)
    person_level = level_field(_("a person twice"), Level.BLOCK)
    copy_level = level_field(_("a film copy in two places"), Level.BLOCK)
    travel_level = level_field(_("too little time between venues"), Level.WARN)
    hall_gap_minutes = models.PositiveSmallIntegerField(_("minutes to clear a hall"), default=15)
    offer_hours = models.PositiveSmallIntegerField(
        _("hours an offered seat waits"), default=12, help_text=_("Then the next on the waiting list is asked.")
    )
    companions_most = models.PositiveSmallIntegerField(_("companions at most"), default=3)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    name = Bilingual()
    summary = Bilingual()
    town = Bilingual()
    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("-start", "slug")
        constraints = (
            models.CheckConstraint(
                name="edition_ends_after_it_starts",
                condition=Q(end__gt=F("start")),
                violation_error_message=_("An edition must end after it starts."),
            ),
            models.CheckConstraint(
                name="offered_seats_wait_an_hour_or_more",
                condition=Q(offer_hours__gte=1),
                violation_error_message=_("An offered seat waits at least an hour."),
            ),
        )

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("events:edition", args=[self.slug])

    def clean(self) -> None:
        """An edition's address is none that the portal uses itself, and its pages show every day it has."""
        if self.slug in RESERVED:
            raise ValidationError({"slug": _("This address is taken. Choose another.")})
        if self.start and self.end and (self.end - self.start).days > MOST_DAYS:
            raise ValidationError({"end": _("An edition lasts %(most)s days at most.") % {"most": MOST_DAYS}})

    @property
    def days(self) -> DayRange:
        """The days of the edition, half-open."""
        return DayRange(self.start, self.end)

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return timezone.localdate() >= self.end

    @property
    def forget_on(self) -> date:
        """The day on which what visitors told us is erased."""
        return self.end + timedelta(days=settings.VISITORS_FORGOTTEN_AFTER_DAYS)


class Programme(models.Model):
    """单元: a part of an edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="programmes", verbose_name=_("edition"))
    name_zh = models.CharField(_("name in Chinese"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60)
    summary_zh = models.CharField(_("one line in Chinese"), max_length=160, blank=True)
    summary_en = models.CharField(_("one line in English"), max_length=240, blank=True)
    order = models.PositiveSmallIntegerField(pgettext_lazy("sort", "order"), default=0)

    name = Bilingual()
    summary = Bilingual()

    class Meta:
        verbose_name = pgettext_lazy("film week", "programme")
        verbose_name_plural = pgettext_lazy("film week", "programmes")
        ordering = ("edition", "order", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("edition", "name_zh"),
                name="programme_named_once_in_an_edition",
                violation_error_message=_("This edition has a programme of that name already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.name)
