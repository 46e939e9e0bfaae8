"""场次: what happens when and where."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from cms.events.clock import festival_day
from portal.core.bilingual import Bilingual
from portal.core.days import validate_day
from portal.core.text import validate_signs

from .editions import Edition, Programme
from .films import Film, FilmCopy, Person
from .venues import Hall


class SessionQuerySet(models.QuerySet["ProgrammeSession"]):
    """Sessions."""

    def visible(self) -> SessionQuerySet:
        """Sessions that visitors see: announced ones, called-off ones too, of published editions."""
        shown = (ProgrammeSession.State.PUBLISHED, ProgrammeSession.State.CANCELLED)
        return self.filter(state__in=shown, edition__state=Edition.State.PUBLISHED)

    def standing(self) -> SessionQuerySet:
        """Sessions that take their hall, people and copies: all but called-off ones."""
        return self.exclude(state=ProgrammeSession.State.CANCELLED)


class ProgrammeSession(models.Model):
    """场次: one entry of the programme. It may run past midnight."""

    class Kind(models.TextChoices):
        SCREENING = "screening", _("Screening")
        FORUM = "forum", _("Forum")
        MASTERCLASS = "masterclass", _("Masterclass")
        SALON = "salon", _("Salon")
        CONTEST = "contest", _("Contest")
        EXHIBITION = "exhibition", _("Exhibition")
        MARKET = "market", pgettext_lazy("film week", "Market")
        RED_CARPET = "red_carpet", _("Red carpet")
        CONCERT = "concert", _("Concert")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("announced")
        CANCELLED = "cancelled", _("called off")

    class Entry(models.TextChoices):
        REGISTER = "register", _("with registration")
        OPEN = "open", _("free entry, no registration")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="sessions", verbose_name=_("edition"))
    programme = models.ForeignKey(
        Programme,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=pgettext_lazy("film week", "programme"),
    )
    slug = models.SlugField(_("address of the page"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.SCREENING)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, db_index=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=60)
    title_en = models.CharField(_("title in English"), max_length=90)
    note_zh = models.CharField(_("one line in Chinese"), max_length=80, blank=True)
    note_en = models.CharField(_("one line in English"), max_length=120, blank=True)
    text_zh = models.TextField(_("text in Chinese"), max_length=1200, blank=True)
    text_en = models.TextField(_("text in English"), max_length=1800, blank=True)
    spoken_zh = models.CharField(_("spoken language in Chinese"), max_length=60, blank=True)
    spoken_en = models.CharField(_("spoken language in English"), max_length=80, blank=True)
    starts_at = models.DateTimeField(_("starts at"), validators=[validate_day])
    ends_at = models.DateTimeField(_("ends at"), validators=[validate_day])
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="sessions", verbose_name=_("hall"))
    entry = models.CharField(pgettext_lazy("door", "entry"), max_length=8, choices=Entry, default=Entry.REGISTER)
    capacity = models.PositiveIntegerField(
        _("seats to give"), null=True, blank=True, help_text=_("Empty: all seats of the hall.")
    )
    late_minutes = models.PositiveSmallIntegerField(
        _("minutes before the start when empty seats go to others"), default=5
    )
    reason_zh = models.CharField(_("why it was called off, in Chinese"), max_length=120, blank=True)
    reason_en = models.CharField(_("why it was called off, in English"), max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    title = Bilingual()
    note = Bilingual()
    text = Bilingual()
    spoken = Bilingual()
    reason = Bilingual()
    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("film week", "session")
        verbose_name_plural = pgettext_lazy("film week", "sessions")
        ordering = ("starts_at", "hall", "pk")
        constraints = (
            models.CheckConstraint(
                name="session_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A session must end after it starts."),
            ),
            models.CheckConstraint(
                name="session_gives_a_seat_or_none_is_counted",
                condition=Q(capacity=None) | Q(capacity__gte=1),
                violation_error_message=_("Give at least one seat, or leave the field empty."),
            ),
        )
        indexes = (
            models.Index(fields=("edition", "starts_at"), name="session_by_edition_and_time"),
            models.Index(fields=("hall", "starts_at"), name="session_by_hall_and_time"),
        )

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("events:session", args=[self.slug])

    @property
    def day(self) -> date:
        """The festival day it belongs to."""
        return festival_day(self.starts_at)

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def registers(self) -> bool:
        """Whether people register for it."""
        return self.entry == self.Entry.REGISTER

    @property
    def late_at(self) -> datetime:
        """From then on empty seats go to whoever stands at the door."""
        return self.starts_at - timedelta(minutes=self.late_minutes)

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off."""
        return self.state == self.State.CANCELLED


class SessionFilm(models.Model):
    """A film in a session, from which copy, in which order."""

    session = models.ForeignKey(ProgrammeSession, models.CASCADE, related_name="showings")
    film = models.ForeignKey(Film, models.PROTECT, related_name="showings", verbose_name=_("film"))
    copy = models.ForeignKey(
        FilmCopy, models.PROTECT, null=True, blank=True, related_name="showings", verbose_name=_("film copy")
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("session", "order", "pk")
        constraints = (models.UniqueConstraint(fields=("session", "film"), name="film_once_in_a_session"),)

    def __str__(self) -> str:
        return f"{self.film}"


class SessionPerson(models.Model):
    """A guest in a session."""

    session = models.ForeignKey(ProgrammeSession, models.CASCADE, related_name="guests")
    person = models.ForeignKey(Person, models.PROTECT, related_name="appearances", verbose_name=_("guest"))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("session", "order", "pk")
        constraints = (models.UniqueConstraint(fields=("session", "person"), name="guest_once_in_a_session"),)

    def __str__(self) -> str:
        return f"{self.person}"


class StageDay(models.Model):
    """A day of a stage that the edition took out of the crews' calendar; the closure owns the day rows."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="stage_days")
    resource = models.ForeignKey("studios.Resource", models.PROTECT, related_name="+")
    day = models.DateField()
    closure = models.OneToOneField("bookings.Closure", models.CASCADE, related_name="stage_day")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("resource", "day"), name="stage_day_taken_once"),)

    def __str__(self) -> str:
        return f"{self.resource_id} {self.day}"


class StageRequestQuerySet(models.QuerySet["StageRequest"]):
    def open(self) -> StageRequestQuerySet:
        """Those that wait for an answer."""
        return self.filter(state=StageRequest.State.ASKED)


class StageRequest(models.Model):
    """A day of a stage that an edition asks for while crews hold it; a stage manager gives it or keeps it for them."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("stage day", "asked for")
        GIVEN = "given", pgettext_lazy("stage day", "given")
        REFUSED = "refused", pgettext_lazy("stage day", "kept for the crews")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="stage_requests")
    resource = models.ForeignKey("studios.Resource", models.PROTECT, related_name="+")
    day = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True, validators=[validate_signs])

    objects = StageRequestQuerySet.as_manager()

    class Meta:
        ordering = ("day", "resource", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("edition", "resource", "day"), condition=Q(state="asked"), name="stage_day_asked_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.resource} {self.day}"
