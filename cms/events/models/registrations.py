"""Who comes: seats, registrations, the waiting list, the door."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from .editions import Edition, new_secret
from .names import validate_name
from .sessions import ProgrammeSession

if TYPE_CHECKING:
    from portal.accounts.models import User

CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and figures that nobody confuses when they are said aloud."""
WITHOUT_NUL = ProhibitNullCharactersValidator()
"""Programs write past forms, which refuse this sign themselves; PostgreSQL cannot store it."""


def new_code() -> str:
    """Return six signs to say aloud at the door."""
    return "".join(secrets.choice(CODE_SIGNS) for _sign in range(6))


class Audience(models.TextChoices):
    """For whom seats are kept."""

    PUBLIC = "public", _("public")
    INDUSTRY = "industry", _("industry")
    PRESS = "press", _("press")
    GUEST = "guest", _("guests")
    STUDENT = "student", _("students")


class SeatPool(models.Model):
    """席位/配额: the seats of a session for one audience. `taken` counts registered and offered seats.

    The public pool holds what the quotas leave. The constraint makes overselling impossible, whoever forgets a lock.
    """

    session = models.ForeignKey(ProgrammeSession, models.CASCADE, related_name="pools")
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.PUBLIC)
    seats = models.PositiveIntegerField(_("seats"))
    taken = models.PositiveIntegerField(default=0, editable=False)
    last_position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ("session", "pk")
        constraints = (
            models.UniqueConstraint(fields=("session", "audience"), name="pool_of_an_audience_once"),
            models.CheckConstraint(name="seats_never_oversold", condition=Q(taken__lte=F("seats"))),
        )

    def __str__(self) -> str:
        return f"{self.session_id} {self.audience} {self.taken}/{self.seats}"

    @property
    def free(self) -> int:
        """Seats left."""
        return self.seats - self.taken


class AccessCode(models.Model):
    """Opens an audience's quota to whoever was given it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="access_codes", verbose_name=_("edition"))
    code = models.CharField(_("code"), max_length=20)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.INDUSTRY)

    class Meta:
        verbose_name = _("access code")
        verbose_name_plural = _("access codes")
        ordering = ("edition", "audience")
        constraints = (
            models.UniqueConstraint(
                fields=("edition", "code"),
                name="access_code_once_in_an_edition",
                violation_error_message=_("This edition has that code already."),
            ),
        )

    def __str__(self) -> str:
        return self.code


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Registrations."""

    def live(self) -> RegistrationQuerySet:
        """Those that hold a seat or wait for one."""
        return self.filter(state__in=Registration.LIVE)

    def for_member(self, user: User) -> RegistrationQuerySet:
        """A person's own."""
        return self.filter(user=user)


class Registration(models.Model):
    """回执: one person with companions for one session. Whoever has the secret link may change it."""

    class State(models.TextChoices):
        REGISTERED = "registered", _("registered")
        WAITING = "waiting", _("on the waiting list")
        OFFERED = "offered", _("seat offered")
        CANCELLED = "cancelled", _("cancelled")
        LAPSED = "lapsed", _("offer lapsed")

    LIVE = (State.REGISTERED, State.WAITING, State.OFFERED)
    SEATED = (State.REGISTERED, State.OFFERED)

    session = models.ForeignKey(ProgrammeSession, models.PROTECT, related_name="registrations")
    pool = models.ForeignKey(SeatPool, models.PROTECT, related_name="registrations")
    code = models.CharField(_("code"), max_length=6, default=new_code)
    secret = models.CharField(max_length=40, unique=True, default=new_secret)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60, validators=[WITHOUT_NUL, validate_name])
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[WITHOUT_NUL, validate_name])
    wheelchair = models.BooleanField(_("needs a wheelchair space"), default=False)
    seats = models.PositiveSmallIntegerField(pgettext_lazy("film week", "people"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REGISTERED)
    position = models.PositiveIntegerField(_("place on the waiting list"), null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="registrations"
    )
    entered = models.PositiveSmallIntegerField(_("inside"), default=0)
    forgotten = models.BooleanField(default=False)
    request_key = models.CharField(max_length=64, blank=True)  # digests of a program's idempotency key and body
    request_body = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("registered at"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ("session", "pk")
        constraints = (
            models.UniqueConstraint(fields=("session", "code"), name="door_code_once_in_a_session"),
            models.UniqueConstraint(
                fields=("session", "email"),
                condition=Q(state__in=["registered", "waiting", "offered"]),
                name="one_live_registration_per_address",
            ),
            models.UniqueConstraint(fields=("pool", "position"), name="waiting_place_once"),
            models.UniqueConstraint(
                fields=("session", "request_key"), condition=~Q(request_key=""), name="one_registration_per_request_key"
            ),
            models.CheckConstraint(name="registration_is_for_somebody", condition=Q(seats__gte=1)),
            models.CheckConstraint(
                name="who_waits_has_a_place", condition=~Q(state="waiting") | Q(position__isnull=False)
            ),
            models.CheckConstraint(
                name="an_offer_has_an_end", condition=~Q(state="offered") | Q(offered_until__isnull=False)
            ),
        )
        indexes = (
            models.Index(fields=("pool", "state", "position"), name="waiting_in_order"),
            models.Index(fields=("state", "offered_until"), name="offers_that_end"),
            models.Index(fields=("email",), name="registration_by_address"),
        )

    def __str__(self) -> str:
        return self.spoken_code  # the trail keeps what this says for good, also once the visitor's name is erased

    def get_absolute_url(self) -> str:
        return reverse("events:registration", args=[self.secret])

    @property
    def spoken_code(self) -> str:
        """The code as it is said: K7M2-96."""
        return f"{self.code[:4]}-{self.code[4:]}"

    @property
    def reference(self) -> str:
        """The reference that programs are given."""
        return self.spoken_code

    def state_at(self, now: datetime) -> str:
        """Return the state with the clock applied: an offer ends by time, the sweeper only tidies."""
        lapsed = self.state == self.State.OFFERED and self.offered_until and self.offered_until <= now
        return self.State.LAPSED if lapsed else self.state

    @property
    def current_state(self) -> str:
        """The state now."""
        return self.state_at(timezone.now())


class Companion(models.Model):
    """同行: who comes along, by name."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="companions")
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60, validators=[WITHOUT_NUL, validate_name])

    class Meta:
        ordering = ("registration", "pk")

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """A mail to a visitor: written in the action's transaction, sent once by the worker.

    `starts_at` is the session's start when it was written; `was` says where a moved session stood before: ISO texts
    `starts_at` and `ends_at`, the hall's names `hall_zh` and `hall_en`.
    """

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="letters")
    event = models.CharField(max_length=20)
    once_key = models.CharField(max_length=80, unique=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    was = models.JSONField(default=dict, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.once_key


class CheckIn(models.Model):
    """入场: somebody let in (or out again) at a door, by the phone's own clock; phones may send it hours later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(ProgrammeSession, models.CASCADE, related_name="check_ins")
    registration = models.ForeignKey(Registration, models.CASCADE, related_name="check_ins")
    people = models.SmallIntegerField()
    device = models.CharField(max_length=40)
    at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    settled = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("session", "at"), name="check_in_by_session"),)

    def __str__(self) -> str:
        return f"{self.registration_id} {self.people}"


class Pick(models.Model):
    """我的节目单: a session somebody keeps in their account."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="picks")
    session = models.ForeignKey(ProgrammeSession, models.CASCADE, related_name="picks")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("user", "session")
        constraints = (models.UniqueConstraint(fields=("user", "session"), name="session_kept_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.session_id}"
