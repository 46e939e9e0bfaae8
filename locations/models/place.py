"""The library of places 取景地: what a scout, a driver and a sound recordist need to know before they go."""

from __future__ import annotations

from calendar import isleap
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from locations import vocabulary
from portal.core.bilingual import Bilingual
from portal.core.geo import Point, distance_m


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
            or not all(one in known for one in value)
        ):
            raise ValidationError(_("Choose from the list, each value once."), code="unknown_term")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.field == self.field  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self.field)


@deconstructible
class KnownTerm(KnownTerms):
    """One key of one vocabulary. Raises `ValidationError` for anything else."""

    def __call__(self, value: Any) -> None:
        if value not in vocabulary.SINGLES[self.field]:
            raise ValidationError(_("Choose from the list."), code="unknown_term")

    __hash__ = KnownTerms.__hash__


def term_field(field: str, label: Any) -> models.CharField[str, str]:
    """Return a field that holds one value of a vocabulary, or nothing where nobody looked."""
    return models.CharField(label, max_length=12, blank=True, default="", validators=[KnownTerm(field)])


def terms_field(field: str, label: Any) -> models.JSONField:
    """Return a field that holds several values of a vocabulary."""
    return models.JSONField(label, default=list, blank=True, validators=[KnownTerms(field)])


class Allowance(models.TextChoices):
    """What the owner says to an effect; nothing where nobody asked yet, which is not the same as "ask first"."""

    UNKNOWN = "", pgettext_lazy("fact", "not asked yet")
    OK = "ok", _("allowed")
    ASK = "ask", _("ask first")
    NEVER = "never", _("never")


def allowance_field(label: Any) -> models.CharField[str, str]:
    """Return a field for one effect, empty until somebody asked the owner."""
    return models.CharField(label, max_length=5, choices=Allowance, blank=True, default=Allowance.UNKNOWN)


EFFECTS = (
    "may_smoke",
    "may_wet_down",
    "may_vehicle",
    "may_animals",
    "may_wall_paint",
    "may_night",
    "may_drone",
    "may_fire",
    "may_minors",
)


class LocationQuerySet(models.QuerySet["Location"]):
    """Places."""

    def published(self) -> LocationQuerySet:
        """Places that are live, private ones too."""
        return self.filter(state=Location.State.PUBLISHED)

    def visible_to(self, organisations: frozenset[int], *, staff: bool = False) -> LocationQuerySet:
        """Live places that are public or private to one of the companies; all live ones for the lot's editors."""
        live = self.published()
        if staff:
            return live
        return live.filter(
            Q(organisation=None) | Q(organisation__in=organisations) if organisations else Q(organisation=None)
        )


RESERVED = frozenset({"saved"})


class Location(ClusterableModel):
    """A place to film 取景地."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        HIDDEN = "hidden", _("hidden")

    class HeritageLevel(models.TextChoices):
        NONE = "", _("not a listed monument")
        NATIONAL = "national", _("national monument")
        MUNICIPAL = "municipal", _("municipal monument")
        DISTRICT = "district", _("district monument")
        UNGRADED = "ungraded", _("old, not graded")

    class Owner(models.TextChoices):
        STATE = "state", pgettext_lazy("owner", "state")
        COLLECTIVE = "collective", _("collective")
        PRIVATE = "private", _("private owner")
        SCENIC = "scenic", _("scenic area")
        TRANSPORT = "transport", _("transport company")
        SCHOOL = "school", pgettext_lazy("owner", "school")
        PUBLIC = "public", _("public space")

    class FeeBasis(models.TextChoices):
        FREE = "free", _("free of charge")
        HOUR = "hour", _("an hour")
        HALF_DAY = "half_day", _("half a day")
        DAY = "day", _("a day")
        PROJECT = "project", _("a project")

    class Network(models.TextChoices):
        UNKNOWN = "", _("not measured")
        NONE = "none", _("no signal")
        G4 = "4g", "4G"
        G5 = "5g", "5G"

    class Setting(models.TextChoices):
        EXTERIOR = "exterior", _("exterior")
        INTERIOR = "interior", _("interior")
        BOTH = "both", _("interior and exterior")
        OPEN_GROUND = "open-ground", _("open ground for a build")

    code = models.CharField(
        pgettext_lazy("place", "code"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}-[A-Z]{2}-\d{3}$", _("Like YC-SG-014."))],
    )
    slug = models.SlugField(_("address of the page"), max_length=60, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, db_index=True)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("private to company"),
        help_text=_("Empty: everybody may see it once it is published."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    popularity = models.PositiveIntegerField(
        _("popularity"), default=0, help_text=_("Settles the order of equal results.")
    )

    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=90)
    summary_zh = models.CharField(_("one line in Chinese"), max_length=120)
    summary_en = models.CharField(_("one line in English"), max_length=200)
    description_zh = models.TextField(_("description in Chinese"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    aliases = models.CharField(
        _("also known as"), max_length=200, blank=True, help_text=_("Found by the search, not shown.")
    )

    setting = models.CharField(_("setting"), max_length=12, choices=Setting, default=Setting.EXTERIOR)
    landscape = terms_field("landscape", _("landscape"))
    urban_form = terms_field("urban_form", _("city form"))
    heritage = terms_field("heritage", _("old towns and buildings"))
    industrial = terms_field("industrial", _("industrial heritage"))
    modern = terms_field("modern", _("modern public spaces"))
    era = terms_field("era", _("era it can play"))
    architectural_style = terms_field("architectural_style", _("architectural style"))
    heritage_level = models.CharField(
        _("monument"), max_length=10, choices=HeritageLevel, blank=True, default=HeritageLevel.NONE
    )
    interior_drama_allowed = models.BooleanField(_("drama may be filmed inside"), null=True, blank=True)

    district_zh = models.CharField(_("district in Chinese"), max_length=30)
    district_en = models.CharField(_("district in English"), max_length=40)
    town_zh = models.CharField(_("town or street in Chinese"), max_length=30, blank=True)
    town_en = models.CharField(_("town or street in English"), max_length=40, blank=True)
    lat = models.FloatField(_("latitude, WGS-84"), validators=[MinValueValidator(-90), MaxValueValidator(90)])
    lng = models.FloatField(_("longitude, WGS-84"), validators=[MinValueValidator(-180), MaxValueValidator(180)])
    exact_point_public = models.BooleanField(
        _("exact point is public"), default=True, help_text=_("Off: strangers see it rounded to 500 m.")
    )
    altitude_m = models.SmallIntegerField(_("altitude, m"), null=True, blank=True)

    truck_to_set_m = models.PositiveSmallIntegerField(_("truck to set, m"), null=True, blank=True)
    stairs_up = models.PositiveSmallIntegerField(_("steps up"), null=True, blank=True)
    stairs_down = models.PositiveSmallIntegerField(_("steps down"), null=True, blank=True)
    level_diff_m = models.DecimalField(_("level difference, m"), max_digits=5, decimal_places=1, null=True, blank=True)
    porters_needed = models.PositiveSmallIntegerField(_("porters needed"), null=True, blank=True)
    road_width_m = models.DecimalField(_("road width, m"), max_digits=4, decimal_places=1, null=True, blank=True)
    turning_ok = models.BooleanField(_("trucks can turn"), null=True, blank=True)
    entry_floor = models.SmallIntegerField(
        _("floor of the entrance"), null=True, blank=True, help_text=_("0 is the street, −2 two floors below it.")
    )
    lift = term_field("lift", _("lift"))
    height_limit_m = models.DecimalField(_("height limit, m"), max_digits=4, decimal_places=1, null=True, blank=True)
    weight_limit_t = models.DecimalField(_("weight limit, t"), max_digits=4, decimal_places=1, null=True, blank=True)
    boat_access = models.BooleanField(_("reached by boat"), null=True, blank=True)
    rain_slip = models.BooleanField(_("slippery in rain"), null=True, blank=True)

    power_available_kw = models.PositiveSmallIntegerField(_("power on site, kW"), null=True, blank=True)
    power_run_m = models.PositiveSmallIntegerField(_("cable run, m"), null=True, blank=True)
    generator_spot = models.BooleanField(_("place for a generator"), null=True, blank=True)
    base_camp = models.BooleanField(_("place for a base camp"), null=True, blank=True)
    parking_trucks = models.PositiveSmallIntegerField(_("parking for trucks"), null=True, blank=True)
    toilets = models.BooleanField(_("toilets"), null=True, blank=True)
    green_room = models.BooleanField(_("green room"), null=True, blank=True)
    makeup_space = models.BooleanField(_("room for make-up"), null=True, blank=True)
    network = models.CharField(_("mobile network"), max_length=5, choices=Network, blank=True, default=Network.UNKNOWN)
    area_m2 = models.PositiveIntegerField(_("area, m²"), null=True, blank=True)
    crowd_level = term_field("crowd_level", _("people passing"))
    noise_sources = terms_field("noise_sources", _("sources of noise"))
    aspect = term_field("aspect", _("faces"))
    sky_view = term_field("sky_view", _("sky"))
    best_window = terms_field("best_window", _("best light"))
    capacity_people = models.PositiveSmallIntegerField(_("people at most"), null=True, blank=True)
    latest_hour = models.TimeField(_("latest hour"), null=True, blank=True)
    noise_zh = models.CharField(_("noise in Chinese"), max_length=120, blank=True)
    noise_en = models.CharField(_("noise in English"), max_length=160, blank=True)
    quiet_windows_zh = models.CharField(_("quiet hours in Chinese"), max_length=80, blank=True)
    quiet_windows_en = models.CharField(_("quiet hours in English"), max_length=120, blank=True)

    sync_sound = allowance_field(_("sync sound"))
    may_smoke = allowance_field(_("smoke and haze"))
    may_wet_down = allowance_field(_("wet-down"))
    may_vehicle = allowance_field(_("vehicles on set"))
    may_animals = allowance_field(_("animals"))
    may_wall_paint = allowance_field(_("painting walls"))
    may_night = allowance_field(_("night shooting"))
    may_drone = allowance_field(_("drones"))
    may_fire = allowance_field(_("open fire"))
    may_minors = allowance_field(_("minors on set"))

    owner_kind = models.CharField(_("kind of owner"), max_length=10, choices=Owner, default=Owner.PUBLIC)
    consent_from_zh = models.CharField(_("consent from, in Chinese"), max_length=120, blank=True)
    consent_from_en = models.CharField(_("consent from, in English"), max_length=160, blank=True)
    fee_basis = models.CharField(_("fee for"), max_length=10, choices=FeeBasis, default=FeeBasis.DAY)
    fee_fen = models.PositiveIntegerField(_("fee, fen"), null=True, blank=True)
    security_deposit_fen = models.PositiveIntegerField(_("security deposit, fen"), null=True, blank=True)
    min_hours = models.PositiveSmallIntegerField(_("hours at least"), null=True, blank=True)
    figures_are_samples = models.BooleanField(
        _("figures are samples"), default=False, help_text=_("Shown on the page until somebody has measured them.")
    )
    captured_on = models.DateField(_("pictures taken on"), null=True, blank=True)
    last_verified_on = models.DateField(_("verified on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    name = Bilingual()
    summary = Bilingual()
    description = Bilingual()
    district = Bilingual()
    town = Bilingual()
    noise = Bilingual()
    quiet_windows = Bilingual()
    consent_from = Bilingual()

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                name="location_lies_on_the_globe",
                condition=Q(lat__gte=-90, lat__lte=90, lng__gte=-180, lng__lte=180),
                violation_error_message=_("A point needs a latitude within ±90 and a longitude within ±180."),
            ),
            models.CheckConstraint(
                name="location_is_draft_published_or_hidden", condition=Q(state__in=["draft", "published", "hidden"])
            ),
            models.CheckConstraint(
                name="location_free_of_charge_has_no_fee",
                condition=~Q(fee_basis="free") | Q(fee_fen=None) | Q(fee_fen=0),
                violation_error_message=_("A place free of charge has no fee."),
            ),
        )
        indexes = (models.Index(fields=("state", "organisation"), name="location_by_who_may_see"),)

    def clean(self) -> None:
        """A place's address is none that the portal uses itself."""
        super().clean()
        if self.slug in RESERVED:
            raise ValidationError({"slug": _("This address is taken. Choose another.")})

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("locations:detail", args=[self.slug])

    @property
    def point(self) -> Point:
        """The exact point: for the lot and for those it is private to."""
        return Point(self.lat, self.lng)

    @property
    def public_point(self) -> Point:
        """The point strangers see: exact where it may be known, else on a grid of 500 m."""
        return self.point if self.exact_point_public else self.point.rounded(500)

    @property
    def distance_lot_m(self) -> float:
        """Metres from the lot as the crow flies, from the point strangers see."""
        return distance_m(Point(*settings.LOT_POINT), self.public_point)

    @property
    def stairs(self) -> int | None:
        """Steps between truck and set, up and down together; nothing where nobody counted."""
        if self.stairs_up is None and self.stairs_down is None:
            return None
        return (self.stairs_up or 0) + (self.stairs_down or 0)

    @property
    def fee_known(self) -> bool:
        """Whether somebody registered what the place costs; the basis alone is only the form's default."""
        return self.fee_basis == self.FeeBasis.FREE or self.fee_fen is not None

    def kind_terms(self) -> list[vocabulary.Term]:
        """Return what kind of place it is, in a few words."""
        fields = ("heritage", "landscape", "urban_form", "industrial", "modern")
        return [term for field in fields for term in vocabulary.terms(field, getattr(self, field))]


class LocationPhoto(models.Model):
    """A picture on a place's page. It shows the place, or says that it does not."""

    location = ParentalKey(Location, on_delete=models.CASCADE, related_name="photos")
    image = models.ForeignKey("media.PortalImage", models.PROTECT, related_name="+", verbose_name=_("picture"))
    order = models.PositiveSmallIntegerField(pgettext_lazy("sort", "order"), default=0, blank=True)
    shows_place = models.BooleanField(
        _("shows this place"), default=True, help_text=_("Off: the page says that it is a sample picture.")
    )

    class Meta:
        verbose_name = _("picture of a place")
        verbose_name_plural = _("pictures of a place")
        ordering = ("order", "pk")
        constraints = (models.UniqueConstraint(fields=("location", "image"), name="picture_of_a_place_once"),)

    def __str__(self) -> str:
        return f"{self.location_id} #{self.order}"


class LocationRestriction(models.Model):
    """One thing a crew must keep to."""

    location = ParentalKey(Location, on_delete=models.CASCADE, related_name="restrictions")
    text_zh = models.CharField(_("in Chinese"), max_length=160)
    text_en = models.CharField(_("in English"), max_length=240)
    text = Bilingual()

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.text)


class LocationBlackout(models.Model):
    """Days a place is not to be had: `starts_on` is inside, `ends_on` is not.

    `yearly`: the same days every year, whatever year stands in the dates (exams, flood season, forest fires).
    """

    location = ParentalKey(Location, on_delete=models.CASCADE, related_name="blackouts")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("first day free again"))
    yearly = models.BooleanField(
        _("every year"), default=False, help_text=_("Exams, flood season, forest fires: only day and month count.")
    )
    reason_zh = models.CharField(_("reason in Chinese"), max_length=80)
    reason_en = models.CharField(_("reason in English"), max_length=120)
    reason = Bilingual()

    class Meta:
        verbose_name = _("days not to be had")
        verbose_name_plural = _("days not to be had")
        ordering = ("starts_on",)
        constraints = (
            models.CheckConstraint(
                name="blackout_ends_after_it_starts",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The last day must come after the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"

    def clean(self) -> None:
        """Days of every year are less than a year long."""
        super().clean()
        long = self.starts_on and self.ends_on and (self.ends_on - self.starts_on).days > 365
        if self.yearly and long:
            raise ValidationError({"ends_on": _("Days of every year end within a year.")})

    def coming(self, today: date) -> tuple[date, date]:
        """Return the days, half-open: of a yearly rule those that are on or come next, seen from `today`."""
        if not self.yearly:
            return self.starts_on, self.ends_on
        over = self.ends_on.year - self.starts_on.year
        for year in (today.year - 1, today.year, today.year + 1):
            start, end = in_year(self.starts_on, year), in_year(self.ends_on, year + over)
            if end > today:
                return start, end
        return start, end


def in_year(day: date, year: int) -> date:
    """Return a day in another year; 29 February is 1 March where there is none."""
    return date(year, 3, 1) if (day.month, day.day) == (2, 29) and not isleap(year) else day.replace(year=year)


class LocationCredit(models.Model):
    """A film that was shot here."""

    location = ParentalKey(Location, on_delete=models.CASCADE, related_name="credits")
    title_zh = models.CharField(_("film in Chinese"), max_length=80)
    title_en = models.CharField(_("film in English"), max_length=120)
    year = models.PositiveSmallIntegerField(_("year"))
    scene_zh = models.CharField(_("scene in Chinese"), max_length=120, blank=True)
    scene_en = models.CharField(_("scene in English"), max_length=160, blank=True)
    title = Bilingual()
    scene = Bilingual()

    class Meta:
        verbose_name = _("film shot here")
        verbose_name_plural = _("films shot here")
        ordering = ("-year", "pk")
        constraints = (
            models.CheckConstraint(
                name="film_was_made_after_film_was_invented",
                condition=Q(year__gte=1895, year__lte=2100),
                violation_error_message=_("Give the year of the film."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.year}"
