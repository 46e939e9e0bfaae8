"""场馆, 影厅 and the way between them."""

from __future__ import annotations

from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from portal.core.bilingual import Bilingual


class Venue(models.Model):
    """场馆: a building or a ground with one hall or more."""

    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=90)
    address_zh = models.CharField(_("address in Chinese"), max_length=120, blank=True)
    address_en = models.CharField(_("address in English"), max_length=160, blank=True)
    way_zh = models.CharField(_("how to get there, in Chinese"), max_length=160, blank=True)
    way_en = models.CharField(_("how to get there, in English"), max_length=240, blank=True)
    lat = models.FloatField(
        _("latitude, WGS-84"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    lng = models.FloatField(
        _("longitude, WGS-84"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    order = models.PositiveSmallIntegerField(pgettext_lazy("sort", "order"), default=0)

    name = Bilingual()
    address = Bilingual()
    way = Bilingual()

    class Meta:
        verbose_name = pgettext_lazy("film week", "venue")
        verbose_name_plural = pgettext_lazy("film week", "venues")
        ordering = ("order", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("name_zh",),
                name="venue_named_once",
                violation_error_message=_("There is a venue of that name already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.name)


class Hall(models.Model):
    """影厅: a room with seats. A stage of the lot is one too, and asks the booking engine for its days."""

    venue = models.ForeignKey(
        Venue, models.PROTECT, related_name="halls", verbose_name=pgettext_lazy("film week", "venue")
    )
    name_zh = models.CharField(_("name in Chinese"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60)
    seats = models.PositiveIntegerField(_("seats"))
    wheelchair_seats = models.PositiveSmallIntegerField(_("wheelchair spaces"), default=0)
    door_zh = models.CharField(_("door in Chinese"), max_length=40, blank=True)
    door_en = models.CharField(_("door in English"), max_length=60, blank=True)
    opens_at = models.TimeField(_("opens at"), default=time(8))
    closes_at = models.TimeField(
        _("closes at"), default=time(23, 30), help_text=_("Before the opening hour: past midnight.")
    )
    resource = models.ForeignKey(
        "studios.Resource",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stage of the lot"),
        help_text=_("Sessions here take its days out of the crews' calendar."),
    )
    order = models.PositiveSmallIntegerField(pgettext_lazy("sort", "order"), default=0)

    name = Bilingual()
    door = Bilingual()

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        ordering = ("venue__order", "order", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("venue", "name_zh"),
                name="hall_named_once_in_a_venue",
                violation_error_message=_("This venue has a hall of that name already."),
            ),
            models.CheckConstraint(
                name="hall_holds_somebody",
                condition=Q(seats__gte=1),
                violation_error_message=_("A hall has at least one seat."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.venue.name} {self.name}"


class Travel(models.Model):
    """How long the way between two venues takes, by the shuttle or on foot. One row serves both directions."""

    one = models.ForeignKey(Venue, models.CASCADE, related_name="+", verbose_name=_("from"))
    other = models.ForeignKey(Venue, models.CASCADE, related_name="+", verbose_name=_("to"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("way between venues")
        verbose_name_plural = _("ways between venues")
        ordering = ("one__order", "other__order")
        constraints = (
            models.UniqueConstraint(
                fields=("one", "other"),
                name="way_between_venues_once",
                violation_error_message=_("This way is there already."),
            ),
            models.CheckConstraint(
                name="way_leads_to_another_venue",
                condition=~Q(one=F("other")),
                violation_error_message=_("Choose two different venues."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.one} – {self.other}"

    def clean(self) -> None:
        """The same way in the other direction is the same row."""
        if self.one_id and self.other_id:
            twin = Travel.objects.filter(one=self.other_id, other=self.one_id).exclude(pk=self.pk)
            if twin.exists():
                raise ValidationError({"other": _("This way is there already, in the other direction.")})
