"""One entry of the directory 服务商: what a production needs to know before it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from locations.vocabulary import Term
from portal.accounts.models import validate_credit_code
from portal.core.bilingual import Bilingual
from portal.core.text import validate_signs
from services.directory import vocabulary

if TYPE_CHECKING:
    from portal.accounts.models import User

models.CharField.register_lookup(Length)


@deconstructible
class KnownTerms:
    """A list of keys of one vocabulary, each once. Raises `ValidationError` for anything else."""

    def __init__(self, field: str) -> None:
        self.field = field

    def __call__(self, value: Any) -> None:
        known = vocabulary.LISTS[self.field]
        if (
            not isinstance(value, list)
            or len(set(map(str, value))) != len(value)
            or not all(isinstance(one, str) and one in known for one in value)
        ):
            raise ValidationError(_("Choose from the list, each value once."), code="unknown_term")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KnownTerms) and other.field == self.field

    def __hash__(self) -> int:
        return hash(self.field)


def terms_field(field: str, label: Any) -> models.JSONField:
    """Return a field that holds several values of a vocabulary."""
    return models.JSONField(label, default=list, blank=True, validators=[KnownTerms(field)])


class VendorQuerySet(models.QuerySet["Vendor"]):
    """Entries."""

    def public(self) -> VendorQuerySet:
        """Entries that everybody finds: checked at least once and not suspended."""
        return self.filter(state__in=Vendor.PUBLIC_STATES)

    def for_member(self, user: User) -> VendorQuerySet:
        """Entries of the companies a person belongs to."""
        return self.filter(organisation__memberships__user=user)

    def waiting(self) -> VendorQuerySet:
        """Entries that the lot's verifier works on, the longest waiting first."""
        work = Q(state__in=Vendor.QUEUE_STATES) | (Q(state=Vendor.State.VERIFIED) & ~Q(needs_check=""))
        return self.filter(work).order_by("submitted_at", "pk")


class Vendor(models.Model):
    """A company or a person that offers something to productions."""

    class Kind(models.TextChoices):
        COMPANY = "company", pgettext_lazy("vendor", "company")
        PERSON = "person", pgettext_lazy("vendor", "person")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("vendor", "draft")
        SUBMITTED = "submitted", pgettext_lazy("vendor", "submitted")
        CHECKING = "checking", pgettext_lazy("vendor", "being checked")
        RETURNED = "returned", pgettext_lazy("vendor", "returned")
        VERIFIED = "verified", pgettext_lazy("vendor", "verified")
        DUE = "due", pgettext_lazy("vendor", "due for a check")
        EXPIRED = "expired", pgettext_lazy("vendor", "papers expired")
        SUSPENDED = "suspended", pgettext_lazy("vendor", "suspended")

    class Basis(models.TextChoices):
        HOUR = "hour", pgettext_lazy("price for", "hour")
        DAY = "day", pgettext_lazy("price for", "day")
        PERSON_DAY = "person_day", pgettext_lazy("price for", "person and day")
        ITEM_DAY = "item_day", pgettext_lazy("price for", "piece and day")
        VEHICLE_DAY = "vehicle_day", pgettext_lazy("price for", "vehicle and day")
        ROOM_NIGHT = "room_night", pgettext_lazy("price for", "room and night")
        MEAL = "meal", pgettext_lazy("price for", "meal")
        SQM = "sqm", pgettext_lazy("price for", "m²")
        MINUTE = "minute", pgettext_lazy("price for", "minute of film")
        WORDS = "words", pgettext_lazy("price for", "1,000 characters")
        PROJECT = "project", pgettext_lazy("price for", "project")

    class Invoice(models.TextChoices):
        SPECIAL = "special", _("special VAT invoice")
        GENERAL = "general", _("general VAT invoice")
        NONE = "none", _("no invoice")

    class Changed(models.TextChoices):
        PAPER = "paper", _("a paper")
        IDENTITY = "identity", _("name, code or trade")

    PUBLIC_STATES = (State.VERIFIED, State.DUE, State.EXPIRED)
    QUEUE_STATES = (State.SUBMITTED, State.CHECKING, State.DUE, State.EXPIRED)
    OWN_STATES = (State.DRAFT, State.RETURNED)

    kind = models.CharField(pgettext_lazy("vendor", "kind"), max_length=10, choices=Kind, default=Kind.COMPANY)
    slug = models.SlugField(_("address of the page"), max_length=60, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, db_index=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    needs_check = models.CharField(
        _("changed since it was checked"), max_length=10, choices=Changed, blank=True, default="", db_index=True
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="vendors",
        verbose_name=_("kept by company"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    name_zh = models.CharField(_("name in Chinese"), max_length=60, validators=[validate_signs])
    name_en = models.CharField(_("name in English"), max_length=90, blank=True, validators=[validate_signs])
    summary_zh = models.CharField(_("one line in Chinese"), max_length=120, blank=True)
    summary_en = models.CharField(_("one line in English"), max_length=200, blank=True)
    description_zh = models.TextField(_("description in Chinese"), max_length=4000, blank=True)
    description_en = models.TextField(_("description in English"), max_length=6000, blank=True)
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_credit_code],
        error_messages={"unique": _("This code is in the directory already.")},
    )
    categories = terms_field("categories", _("categories"))
    coverage = terms_field("coverage", _("comes to"))
    radius_km = models.PositiveSmallIntegerField(
        _("radius, km"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3000)]
    )
    languages = terms_field("languages", _("languages"))

    price_from_fen = models.PositiveIntegerField(_("price from, fen"), null=True, blank=True)
    price_to_fen = models.PositiveIntegerField(_("price to, fen"), null=True, blank=True)
    price_basis = models.CharField(
        pgettext_lazy("vendor", "price for"), max_length=12, choices=Basis, default=Basis.DAY
    )
    tax_included = models.BooleanField(_("tax included"), default=True)
    invoice = models.CharField(_("invoice"), max_length=10, choices=Invoice, default=Invoice.GENERAL)
    minimum_zh = models.CharField(_("smallest order in Chinese"), max_length=60, blank=True)
    minimum_en = models.CharField(_("smallest order in English"), max_length=90, blank=True)

    avatar = models.ForeignKey(
        "media.PortalImage", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("mark or portrait")
    )
    is_sample = models.BooleanField(_("sample"), default=False)
    popularity = models.PositiveIntegerField(
        _("popularity"), default=0, help_text=_("Settles the order of equal results.")
    )
    submitted_at = models.DateTimeField(_("sent for checking"), null=True, blank=True)
    confirmed_on = models.DateField(_("last confirmed by themselves"), null=True, blank=True)
    last_verified_on = models.DateField(_("verified on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    name = Bilingual()
    summary = Bilingual()
    description = Bilingual()
    minimum = Bilingual()

    objects = VendorQuerySet.as_manager()

    class Meta:
        verbose_name = _("vendor")
        verbose_name_plural = _("vendors")
        ordering = ("name_zh", "pk")
        constraints = (
            models.CheckConstraint(
                name="vendor_prices_go_up",
                condition=Q(price_to_fen=None) | Q(price_from_fen__isnull=False, price_to_fen__gte=F("price_from_fen")),
                violation_error_message=_("The highest price is not below the lowest."),
            ),
            models.CheckConstraint(
                name="vendor_in_public_was_verified",
                condition=~Q(state__in=["verified", "due", "expired"]) | Q(last_verified_on__isnull=False),
                violation_error_message=_("An entry is public only after it has been verified."),
            ),
            models.CheckConstraint(
                name="vendor_sent_back_or_suspended_says_why",
                condition=~Q(state__in=["returned", "suspended"]) | ~Q(reason=""),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="vendor_credit_code_is_18_long_or_missing",
                condition=Q(credit_code__isnull=True) | Q(credit_code__length=18),
                violation_error_message=_("A unified social credit code has 18 characters."),
            ),
        )
        indexes = (
            models.Index(fields=("state", "submitted_at"), name="vendor_queue"),
            models.Index(fields=("name_zh",), name="vendor_by_name"),
        )

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("directory:detail", args=[self.slug])

    @property
    def is_public(self) -> bool:
        """Whether everybody finds it."""
        return self.state in self.PUBLIC_STATES

    @property
    def category_terms(self) -> list[Term]:
        """The trades."""
        return vocabulary.terms("categories", self.categories)

    @property
    def masked_code(self) -> str:
        """The credit code as strangers may see it: 9150 **** **** **** 4X."""
        code = self.credit_code or ""
        return f"{code[:4]} **** **** **** {code[-2:]}" if code else ""


class VendorContact(models.Model):
    """How to reach a vendor. A row of its own, so that no page loads it by accident; strangers never see it."""

    vendor = models.OneToOneField(Vendor, models.CASCADE, related_name="contact")
    person = models.CharField(_("contact person"), max_length=60, validators=[validate_signs])
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    phone_digits = models.CharField(max_length=20, blank=True, editable=False, db_index=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("contact data")
        verbose_name_plural = _("contact data")
        constraints = (
            models.CheckConstraint(
                name="vendor_contact_has_a_way",
                condition=~Q(phone="", email=""),
                violation_error_message=_("Give a phone number or an e-mail address."),
            ),
        )

    def __str__(self) -> str:
        return str(self.vendor_id)


class Credit(models.Model):
    """A work somebody took part in, as they say themselves."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="credits")
    title_zh = models.CharField(_("title in Chinese"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(1905), MaxValueValidator(2100)])
    role_zh = models.CharField(_("what was done, in Chinese"), max_length=120, blank=True)
    role_en = models.CharField(_("what was done, in English"), max_length=160, blank=True)

    title = Bilingual()
    role = Bilingual()

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering = ("-year", "pk")

    def __str__(self) -> str:
        return f"{self.title} {self.year}"


class WorkPicture(models.Model):
    """A picture of somebody's work, with its rights."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="pictures")
    image = models.ForeignKey("media.PortalImage", models.PROTECT, related_name="+", verbose_name=_("picture"))
    order = models.PositiveSmallIntegerField(default=0)
    shows_work = models.BooleanField(_("shows their own work"), default=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ("order", "pk")
        constraints = (models.UniqueConstraint(fields=("vendor", "image"), name="vendor_shows_a_picture_once"),)

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.image_id}"


class BusySpan(models.Model):
    """Days on which a vendor is taken; half-open."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="busy")
    start = models.DateField(_("first day"))
    end = models.DateField(_("day after the last"))

    class Meta:
        verbose_name = _("busy days")
        verbose_name_plural = _("busy days")
        ordering = ("start", "pk")
        constraints = (
            models.CheckConstraint(
                name="busy_days_end_after_they_start",
                condition=Q(end__gt=F("start")),
                violation_error_message=_("The last day is not before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.start}–{self.end}"
