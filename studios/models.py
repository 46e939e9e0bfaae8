from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from portal.core.bilingual import Bilingual
from portal.core.money import VAT_PERCENT

from . import fit
from .day_types import DayType


class StageQuerySet(models.QuerySet["Stage"]):
    def published(self) -> StageQuerySet:
        """Stages that visitors see: published, with a bookable resource."""
        return self.filter(published=True, resource__active=True)


class Stage(ClusterableModel):
    """影棚: a stage, volume or facility of the lot with its spec sheet. Units stand in the field names."""

    class Kind(models.TextChoices):
        LED_VOLUME = "led_volume", _("LED volume")
        XR = "xr", _("XR stage")
        STANDARD = "standard", _("Standard stage")
        MOCAP = "mocap", _("Motion capture stage")
        GREENSCREEN = "greenscreen", _("Green-screen stage")
        WATER = "water", _("Water stage")
        WORKSHOP = "workshop", _("Construction shop")
        RENDER_CLOUD = "render_cloud", _("Render cloud")
        POST = "post", _("Post-production suite")

    slug = models.SlugField(_("address part"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, db_index=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    summary_zh = models.CharField(_("one line (Chinese)"), max_length=200, blank=True)
    summary_en = models.CharField(_("one line (English)"), max_length=200, blank=True)
    description_zh = models.TextField(_("text (Chinese)"), blank=True)
    description_en = models.TextField(_("text (English)"), blank=True)
    published = models.BooleanField(_("published"), default=False)

    # Space and load
    floor_area_m2 = models.PositiveIntegerField(_("floor area, m²"), null=True, blank=True)
    length_m = models.DecimalField(_("length, m"), max_digits=6, decimal_places=1, null=True, blank=True)
    width_m = models.DecimalField(_("width, m"), max_digits=6, decimal_places=1, null=True, blank=True)
    clear_height_m = models.DecimalField(_("clear height, m"), max_digits=5, decimal_places=1, null=True, blank=True)
    height_under_grid_m = models.DecimalField(
        _("height under grid, m"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    floor_load_kn_m2 = models.DecimalField(
        _("floor load, kN/m²"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    grid_point_load_kg = models.PositiveIntegerField(_("load per hanging point, kg"), null=True, blank=True)
    hoist_points = models.PositiveSmallIntegerField(_("hanging points"), null=True, blank=True)
    turntable_d_m = models.DecimalField(_("turntable, m"), max_digits=4, decimal_places=1, null=True, blank=True)
    cyclorama = models.CharField(_("cyclorama"), max_length=80, blank=True)

    # Access, power, comfort
    door_w_m = models.DecimalField(_("door width, m"), max_digits=4, decimal_places=1, null=True, blank=True)
    door_h_m = models.DecimalField(_("door height, m"), max_digits=4, decimal_places=1, null=True, blank=True)
    door_acoustic = models.BooleanField(_("acoustic door"), null=True, blank=True)
    truck_access = models.BooleanField(_("trucks drive in"), null=True, blank=True)
    max_vehicle_t = models.DecimalField(_("heaviest vehicle, t"), max_digits=5, decimal_places=1, null=True, blank=True)
    power_kva = models.PositiveIntegerField(_("power, kVA"), null=True, blank=True)
    power_tariff_fen_kwh = models.PositiveIntegerField(_("power tariff, fen per kWh"), null=True, blank=True)
    hvac_silent = models.BooleanField(_("silent air conditioning"), null=True, blank=True)
    nr_rating = models.PositiveSmallIntegerField(_("noise rating, NR"), null=True, blank=True)
    sync_sound_ok = models.BooleanField(_("sync sound possible"), null=True, blank=True)
    dressing_rooms = models.PositiveSmallIntegerField(_("dressing rooms"), null=True, blank=True)
    makeup_rooms = models.PositiveSmallIntegerField(_("make-up rooms"), null=True, blank=True)
    production_office_m2 = models.PositiveIntegerField(_("production office, m²"), null=True, blank=True)
    workshop_distance_m = models.PositiveIntegerField(_("distance to the shop, m"), null=True, blank=True)
    parking_trucks = models.PositiveSmallIntegerField(_("truck spaces"), null=True, blank=True)

    # Render nodes
    volume_area_m2 = models.PositiveIntegerField(_("shooting area in the volume, m²"), null=True, blank=True)
    engine = models.CharField(_("engine"), max_length=80, blank=True)
    engine_versions = models.CharField(_("engine versions"), max_length=80, blank=True)
    render_nodes = models.PositiveSmallIntegerField(_("render nodes"), null=True, blank=True)
    node_gpu = models.CharField(_("graphics per node"), max_length=80, blank=True)
    node_ram_gb = models.PositiveIntegerField(_("memory per node, GB"), null=True, blank=True)
    workstations = models.PositiveSmallIntegerField(_("workstations"), null=True, blank=True)
    media_server = models.CharField(_("media server"), max_length=80, blank=True)
    # Tracking
    tracking_system = models.CharField(_("tracking system"), max_length=80, blank=True)
    tracking_protocols = models.CharField(_("tracking protocols"), max_length=80, blank=True)
    tracked_cameras = models.PositiveSmallIntegerField(_("tracked cameras"), null=True, blank=True)
    mocap_cameras = models.PositiveSmallIntegerField(_("capture cameras"), null=True, blank=True)
    latency_frames = models.DecimalField(_("latency, frames"), max_digits=4, decimal_places=1, null=True, blank=True)
    # Sync
    sync_hw = models.CharField(_("sync hardware"), max_length=80, blank=True)
    genlock = models.BooleanField(_("genlock"), null=True, blank=True)
    timecode = models.CharField(_("timecode"), max_length=40, blank=True)
    max_fps = models.PositiveSmallIntegerField(_("highest frame rate, fps"), null=True, blank=True)
    # Network
    node_network_gbps = models.PositiveSmallIntegerField(_("network per node, Gb/s"), null=True, blank=True)
    storage_tb = models.PositiveIntegerField(_("storage, TB"), null=True, blank=True)
    uplink_gbps = models.PositiveSmallIntegerField(_("uplink, Gb/s"), null=True, blank=True)
    equipment_zh = models.CharField(_("equipment (Chinese)"), max_length=200, blank=True)
    equipment_en = models.CharField(_("equipment (English)"), max_length=200, blank=True)

    sources = models.JSONField(
        _("where each figure comes from"),
        default=dict,
        blank=True,
        help_text=_("field → published, computed or example; fields not named are examples"),
    )
    source_note_zh = models.CharField(_("source (Chinese)"), max_length=200, blank=True)
    source_note_en = models.CharField(_("source (English)"), max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    name = Bilingual()
    summary = Bilingual()
    description = Bilingual()
    equipment = Bilingual()
    source_note = Bilingual()
    objects = StageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ("order", "slug")

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("studios:detail", args=[self.slug])

    def clean(self) -> None:
        """Figures that contradict each other are refused: area against length × width, grid against height."""
        if self.floor_area_m2 and self.length_m and self.width_m:
            computed = float(self.length_m) * float(self.width_m)
            if not fit.agrees(self.floor_area_m2, computed):
                message = _("Length × width is %(computed)s m²; the floor area differs by more than a tenth.")
                raise ValidationError({"floor_area_m2": ValidationError(message, params={"computed": round(computed)})})
        if self.height_under_grid_m and self.clear_height_m and self.height_under_grid_m > self.clear_height_m:
            raise ValidationError({"height_under_grid_m": _("The grid cannot hang above the clear height.")})


class LedSurface(models.Model):
    """One LED surface of a stage, drawn to scale on its page."""

    class Role(models.TextChoices):
        MAIN_WALL = "main_wall", _("main wall")
        CEILING = "ceiling", _("ceiling")
        SIDE = "side", _("side wall")
        FLOOR = "floor", _("LED floor")
        WILD = "wild", _("wild wall")

    stage = ParentalKey(Stage, on_delete=models.CASCADE, related_name="surfaces")
    role = models.CharField(_("surface"), max_length=12, choices=Role)
    count = models.PositiveSmallIntegerField(_("number"), default=1)
    arc_length_m = models.DecimalField(_("arc length, m"), max_digits=6, decimal_places=1)
    height_m = models.DecimalField(_("height, m"), max_digits=5, decimal_places=1)
    curvature_deg = models.PositiveSmallIntegerField(
        _("angle, °"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(360)]
    )
    pixel_pitch_mm = models.DecimalField(_("pixel pitch, mm"), max_digits=4, decimal_places=2)
    peak_nits = models.PositiveIntegerField(_("peak brightness, nits"), null=True, blank=True)
    refresh_hz = models.PositiveIntegerField(_("refresh, Hz"), null=True, blank=True)
    bit_depth = models.PositiveSmallIntegerField(_("bit depth"), null=True, blank=True)
    last_calibrated_on = models.DateField(_("last calibrated"), null=True, blank=True)
    sources = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("LED surface")
        verbose_name_plural = _("LED surfaces")
        constraints = (
            models.CheckConstraint(name="led_pitch_is_above_zero", condition=Q(pixel_pitch_mm__gt=0)),
            models.CheckConstraint(name="led_surface_has_a_size", condition=Q(arc_length_m__gt=0, height_m__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.arc_length_m} × {self.height_m} m"

    @property
    def pixels_w(self) -> int:
        """Pixels along the arc: size over pitch."""
        return fit.pixels(float(self.arc_length_m), float(self.pixel_pitch_mm))

    @property
    def pixels_h(self) -> int:
        """Pixels up the wall."""
        return fit.pixels(float(self.height_m), float(self.pixel_pitch_mm))

    @property
    def area_m2(self) -> float:
        """Area of one surface."""
        return round(float(self.arc_length_m) * float(self.height_m), 1)


class StagePhoto(models.Model):
    """A picture of a stage, in order."""

    stage = ParentalKey(Stage, on_delete=models.CASCADE, related_name="photos")
    image = models.ForeignKey("media.PortalImage", models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    shows_stage = models.BooleanField(_("shows this very stage"), default=False)

    class Meta:
        verbose_name = _("stage picture")
        verbose_name_plural = _("stage pictures")
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return f"{self.stage} {self.order}"


class BookingPolicy(models.Model):
    """The terms of booking. Copied into each booking, so that a change never touches an agreed one."""

    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    hold_hours = models.PositiveIntegerField(_("a hold lasts, hours"), default=72)
    holds_per_company = models.PositiveSmallIntegerField(_("holds per company and resource"), default=VAT_PERCENT)
    challenge_hours = models.PositiveSmallIntegerField(_("time to answer a challenge, hours"), default=24)
    hours_to_pay = models.PositiveSmallIntegerField(_("time to pay the earnest money, hours"), default=72)
    quote_valid_hours = models.PositiveSmallIntegerField(_("a quotation is good for, hours"), default=168)
    earnest_percent = models.PositiveSmallIntegerField(_("earnest money 定金, percent"), default=20)
    advance_percent = models.PositiveSmallIntegerField(_("advance payment 订金, percent"), default=0)
    advance_days_before = models.PositiveSmallIntegerField(_("advance 订金 due, days before the first day"), default=14)
    balance_days_before = models.PositiveSmallIntegerField(_("balance 尾款 due, days before the first day"), default=3)
    security_deposit_fen = models.PositiveBigIntegerField(_("security deposit 押金, fen"), default=0)
    cancellation_bands = models.JSONField(
        _("cancellation bands"),
        default=list,
        help_text=_('[{"days": 14, "percent": 20}, …]: from that many days before'),
    )
    earliest_days = models.PositiveSmallIntegerField(_("book at most, days ahead"), default=365)
    latest_days = models.PositiveSmallIntegerField(_("book at least, days ahead"), default=2)
    longest_days = models.PositiveSmallIntegerField(_("longest line, days"), default=90)

    name = Bilingual()

    class Meta:
        verbose_name = _("booking policy")
        verbose_name_plural = _("booking policies")
        constraints = (
            models.CheckConstraint(
                name="earnest_money_within_the_legal_cap",
                condition=Q(earnest_percent__lte=20),
                violation_error_message=_("The law caps earnest money at 20 %."),
            ),
            models.CheckConstraint(
                name="earnest_money_and_advance_within_the_price",
                condition=Q(earnest_percent__lte=100 - F("advance_percent")),
                violation_error_message=_("Earnest money and advance together are more than the whole price."),
            ),
            models.CheckConstraint(name="notice_window_is_open", condition=Q(latest_days__lt=F("earliest_days"))),
        )

    def __str__(self) -> str:
        return str(self.name)

    def snapshot(self) -> dict[str, object]:
        """Return the terms as data, for the booking that is made on them."""
        names = (field.name for field in self._meta.concrete_fields)
        return {name: getattr(self, name) for name in names}


class Resource(models.Model):
    """What can be booked: a stage as a whole, or a pool of like units (render nodes)."""

    stage = models.OneToOneField(Stage, models.CASCADE, related_name="resource", null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Stage.Kind)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    slots_per_day = models.PositiveSmallIntegerField(
        _("slots per day"), default=1, validators=[MinValueValidator(1), MaxValueValidator(2)]
    )
    buffer_before = models.PositiveSmallIntegerField(_("buffer before, days"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("buffer after, days"), default=0)
    policy = models.ForeignKey(BookingPolicy, models.PROTECT, related_name="+", verbose_name=_("policy"))
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    active = models.BooleanField(_("bookable"), default=True)

    name = Bilingual()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(name="resource_has_one_or_two_slots", condition=Q(slots_per_day__in=(1, 2))),
        )

    def __str__(self) -> str:
        return str(self.name)


class Unit(models.Model):
    """One of the like things of a resource: a stage has one, the render cloud eight nodes."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="units")
    index = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("unit name"), max_length=40)
    active = models.BooleanField(_("in service"), default=True)

    class Meta:
        verbose_name = _("bookable unit")
        verbose_name_plural = _("units")
        ordering = ("resource", "index")
        constraints = (models.UniqueConstraint(fields=("resource", "index"), name="unit_number_used_once"),)

    def __str__(self) -> str:
        return self.name


class Bundle(models.Model):
    """A resource that brings others along: an LED volume its wall, tracking and nodes."""

    parent = models.ForeignKey(Resource, models.CASCADE, related_name="bundle")
    child = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        constraints = (
            models.UniqueConstraint(fields=("parent", "child"), name="child_bundled_once"),
            models.CheckConstraint(name="bundle_is_not_of_itself", condition=~Q(parent=F("child"))),
        )

    def __str__(self) -> str:
        return f"{self.parent} + {self.quantity} × {self.child}"


class RateCardQuerySet(models.QuerySet["RateCard"]):
    def for_day(self, day: date) -> RateCardQuerySet:
        """Cards in force on `day`, the newest first."""
        return self.filter(valid_from__lte=day).order_by("-valid_from", "-pk")


class RateCard(models.Model):
    """The prices of a resource from a day on, in fen, per day type and slot."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="rate_cards")
    valid_from = models.DateField(_("valid from"))
    hours_per_day = models.PositiveSmallIntegerField(_("hours in a day"), default=10)
    stage_manager_fen = models.PositiveBigIntegerField(_("stage manager per day 棚长费, fen"), default=0)
    overtime_percent = models.PositiveSmallIntegerField(_("overtime, percent of the hourly rate"), default=150)
    tax_percent = models.PositiveSmallIntegerField(_("tax contained, percent"), default=VAT_PERCENT)
    example = models.BooleanField(_("an example, not the lot's price"), default=True)

    objects = RateCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate card")
        verbose_name_plural = _("rate cards")
        ordering = ("resource", "-valid_from")
        constraints = (models.UniqueConstraint(fields=("resource", "valid_from"), name="one_rate_card_from_a_day"),)

    def __str__(self) -> str:
        return f"{self.resource} {self.valid_from}"


class Rate(models.Model):
    """The price of one day type."""

    card = models.ForeignKey(RateCard, models.CASCADE, related_name="rates")
    day_type = models.CharField(_("day type"), max_length=14, choices=DayType)
    price_fen = models.PositiveBigIntegerField(_("price per day, fen"))

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        constraints = (models.UniqueConstraint(fields=("card", "day_type"), name="day_type_priced_once"),)

    def __str__(self) -> str:
        return f"{self.get_day_type_display()} {self.price_fen}"


class RateExtra(models.Model):
    """Something added per day: a screen operator, a make-up room."""

    card = models.ForeignKey(RateCard, models.CASCADE, related_name="extras")
    code = models.SlugField(max_length=30)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    price_fen = models.PositiveBigIntegerField(_("price per day, fen"))

    name = Bilingual()

    class Meta:
        verbose_name = _("extra")
        verbose_name_plural = _("extras")
        constraints = (models.UniqueConstraint(fields=("card", "code"), name="extra_priced_once"),)

    def __str__(self) -> str:
        return str(self.name)


class WorkdayException(models.Model):
    """调休: a weekend day that is worked, or a weekday off."""

    day = models.DateField(_("day"), unique=True)
    works = models.BooleanField(_("people work"))
    reason = models.CharField(_("reason"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("working-day exception")
        verbose_name_plural = _("working-day exceptions")
        ordering = ("day",)

    def __str__(self) -> str:
        return str(self.day)
