"""影片, 片源 and 嘉宾."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.bilingual import Bilingual
from portal.core.days import validate_day


class Film(models.Model):
    """影片: a film that is shown in one session or in several."""

    slug = models.SlugField(_("address of the page"), max_length=60, unique=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=60)
    title_en = models.CharField(_("title in English"), max_length=90)
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(1895), MaxValueValidator(2200)])
    runtime_min = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(1)])
    genre_zh = models.CharField(_("genre in Chinese"), max_length=30, blank=True)
    genre_en = models.CharField(_("genre in English"), max_length=40, blank=True)
    country_zh = models.CharField(_("country in Chinese"), max_length=40, blank=True)
    country_en = models.CharField(_("country in English"), max_length=60, blank=True)
    director_zh = models.CharField(_("director in Chinese"), max_length=60, blank=True)
    director_en = models.CharField(_("director in English"), max_length=90, blank=True)
    spoken_zh = models.CharField(_("spoken language in Chinese"), max_length=60, blank=True)
    spoken_en = models.CharField(_("spoken language in English"), max_length=80, blank=True)
    synopsis_zh = models.TextField(_("synopsis in Chinese"), max_length=600, blank=True)
    synopsis_en = models.TextField(_("synopsis in English"), max_length=900, blank=True)
    advice_zh = models.CharField(_("for whom, in Chinese"), max_length=60, blank=True)
    advice_en = models.CharField(_("for whom, in English"), max_length=90, blank=True)
    picture = models.ForeignKey(
        "media.PortalImage", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    shows_film = models.BooleanField(
        _("the picture is a still"), default=False, help_text=_("Off: the page says that it is a sample picture.")
    )
    sample = models.BooleanField(_("sample content"), default=False)

    title = Bilingual()
    genre = Bilingual()
    country = Bilingual()
    director = Bilingual()
    spoken = Bilingual()
    synopsis = Bilingual()
    advice = Bilingual()

    class Meta:
        verbose_name = _("film")
        verbose_name_plural = _("films")
        ordering = ("title_en", "pk")

    def __str__(self) -> str:
        return str(self.title)


class FilmCopy(models.Model):
    """片源: what is projected. One copy cannot be in two places."""

    class Format(models.TextChoices):
        DCP = "dcp", "DCP"
        FILE = "file", _("video file")
        PRINT = "print", _("film print")

    film = models.ForeignKey(Film, models.CASCADE, related_name="copies", verbose_name=_("film"))
    label = models.CharField(_("label"), max_length=40)
    format = models.CharField(_("format"), max_length=6, choices=Format, default=Format.DCP)
    picture_zh = models.CharField(_("picture and sound in Chinese"), max_length=60, blank=True)
    picture_en = models.CharField(_("picture and sound in English"), max_length=80, blank=True)
    subtitles_zh = models.CharField(_("subtitles in Chinese"), max_length=60, blank=True)
    subtitles_en = models.CharField(_("subtitles in English"), max_length=80, blank=True)
    key_from = models.DateTimeField(_("key (KDM) from"), null=True, blank=True, validators=[validate_day])
    key_until = models.DateTimeField(_("key (KDM) until"), null=True, blank=True, validators=[validate_day])

    picture = Bilingual()
    subtitles = Bilingual()

    class Meta:
        verbose_name = _("film copy")
        verbose_name_plural = _("film copies")
        ordering = ("film", "label")
        constraints = (
            models.UniqueConstraint(
                fields=("film", "label"),
                name="copy_labelled_once",
                violation_error_message=_("This film has a copy of that label already."),
            ),
            models.CheckConstraint(
                name="key_ends_after_it_starts",
                condition=Q(key_from=None) | Q(key_until=None) | Q(key_until__gt=F("key_from")),
                violation_error_message=_("The key must end after it starts."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.film.title} · {self.label}"


class Person(models.Model):
    """嘉宾: who speaks, judges or presents."""

    name_zh = models.CharField(_("name in Chinese"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60)
    work_zh = models.CharField(_("profession in Chinese"), max_length=60, blank=True)
    work_en = models.CharField(_("profession in English"), max_length=90, blank=True)
    bio_zh = models.TextField(_("about, in Chinese"), max_length=400, blank=True)
    bio_en = models.TextField(_("about, in English"), max_length=600, blank=True)
    sample = models.BooleanField(_("sample content"), default=False)

    name = Bilingual()
    work = Bilingual()
    bio = Bilingual()

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        ordering = ("name_en", "pk")

    def __str__(self) -> str:
        return str(self.name)
