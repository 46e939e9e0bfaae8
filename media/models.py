"""Pictures and documents of the portal. Originals are private; only renditions are public (ADR 0009)."""

from __future__ import annotations

import os.path
import uuid

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    ImageQuerySet,
    WagtailImageField,
    get_rendition_storage,
    get_rendition_upload_to,
    get_upload_to,
)
from wagtail.search import index

from portal.core.bilingual import Bilingual

PUBLIC_FOLDER = "pictures"


def private_storage() -> Storage:
    """Return where originals lie: never under a public address."""
    return storages["private"]


def document_path(document: models.Model, filename: str) -> str:
    """Return a path no one can guess, with the readable name at its end."""
    stem, extension = os.path.splitext(os.path.basename(filename))
    stem = private_storage().get_valid_name(stem)[:40] or "file"
    return f"documents/{uuid.uuid4().hex}/{stem}{extension.lower()[:6]}"


class PictureQuerySet(ImageQuerySet):
    """Pictures."""

    def with_renditions(self) -> PictureQuerySet:
        """Read every rendition with one query more, so that the picture tags ask nothing."""
        return self.prefetch_related("renditions")

    def ready(self) -> PictureQuerySet:
        """Pictures whose renditions are there."""
        return self.filter(state=PortalImage.State.READY)


class PortalImage(AbstractImage):
    """A picture with its rights, and what it truly shows."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photograph")
        RENDER = "render", _("concept render")

    class State(models.TextChoices):
        PENDING = "pending", _("sizes being made")
        READY = "ready", _("ready")
        REFUSED = "refused", _("cannot be shown")

    file = WagtailImageField(
        verbose_name=_("file"),
        upload_to=get_upload_to,
        storage=private_storage,
        width_field="width",
        height_field="height",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PHOTO)
    subject_zh = models.CharField(
        _("what it shows, in Chinese"),
        max_length=160,
        blank=True,
        help_text=_("The true subject and place, not what it stands for on a page."),
    )
    subject_en = models.CharField(_("what it shows, in English"), max_length=160, blank=True)
    credit = models.CharField(_("photographer or author"), max_length=120, blank=True)
    licence = models.CharField(_("licence"), max_length=160, blank=True)
    licence_url = models.URLField(_("address of the licence"), max_length=300, blank=True)
    source_url = models.URLField(_("where it comes from"), max_length=300, blank=True)
    captured_on = models.DateField(_("taken on"), null=True, blank=True)
    camera = models.CharField(_("camera"), max_length=120, blank=True, editable=False)
    gps_lat = models.FloatField(_("latitude"), null=True, blank=True, editable=False)
    gps_lng = models.FloatField(_("longitude"), null=True, blank=True, editable=False)
    tone = models.CharField(_("main colour"), max_length=7, blank=True, editable=False)
    placeholder = models.CharField(_("placeholder"), max_length=400, blank=True, editable=False)
    phash = models.CharField(_("fingerprint"), max_length=16, blank=True, editable=False, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING, editable=False)

    subject = Bilingual()
    objects = PictureQuerySet.as_manager()

    search_fields = [
        *AbstractImage.search_fields,
        index.SearchField("subject_zh"),
        index.SearchField("subject_en"),
        index.SearchField("credit"),
        index.FilterField("kind"),
        index.FilterField("state"),
    ]
    admin_form_fields = (
        "title",
        "file",
        "subject_zh",
        "subject_en",
        "kind",
        "credit",
        "licence",
        "licence_url",
        "source_url",
        "captured_on",
        "collection",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                name="picture_latitude_comes_with_longitude",
                condition=Q(gps_lat__isnull=True, gps_lng__isnull=True)
                | Q(gps_lat__gte=-90, gps_lat__lte=90, gps_lng__gte=-180, gps_lng__lte=180),
                violation_error_message=_("A position needs latitude and longitude."),
            ),
            models.CheckConstraint(
                name="picture_has_an_area",
                condition=Q(width__gte=1, height__gte=1),
                violation_error_message=_("A picture needs a width and a height."),
            ),
            models.CheckConstraint(
                name="picture_tone_is_a_colour",
                condition=Q(tone="") | Q(tone__startswith="#"),
            ),
        ]

    def get_upload_to(self, filename: str) -> str:
        """Generated names: what the uploader called the file says nothing and can carry anything."""
        extension = os.path.splitext(filename)[1].lower()[:6]
        return f"originals/{uuid.uuid4().hex}{extension}"

    @property
    def default_alt_text(self) -> str:
        return str(self.subject or self.title)


class PortalRendition(AbstractRendition):
    """One size and format of a picture, public, without metadata."""

    image = models.ForeignKey(PortalImage, models.CASCADE, related_name="renditions")
    file = WagtailImageField(
        upload_to=get_rendition_upload_to,
        storage=get_rendition_storage,
        width_field="width",
        height_field="height",
    )

    class Meta:
        verbose_name = _("picture size")
        verbose_name_plural = _("picture sizes")
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="picture_has_each_size_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.image_id} {self.filter_spec}"

    def get_upload_to(self, filename: str) -> str:
        """Renditions alone live in the public folder."""
        return f"{PUBLIC_FOLDER}/{filename[:2]}/{self.file.field.storage.get_valid_name(filename)}"


class PortalDocument(AbstractDocument):
    """A file to fetch. Private unless an editor says otherwise."""

    file = models.FileField(_("file"), upload_to=document_path, storage=private_storage)
    is_public = models.BooleanField(
        _("anyone may fetch it"), default=False, help_text=_("Off: only people of the lot can open it.")
    )

    admin_form_fields = ("title", "file", "is_public", "collection")
    search_fields = [*AbstractDocument.search_fields, index.FilterField("is_public")]

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.CheckConstraint(
                name="document_is_not_empty",
                condition=Q(file_size__isnull=True) | Q(file_size__gt=0),
                violation_error_message=_("The file is empty."),
            )
        ]

    def clean(self) -> None:
        """Intake has read the content already; Wagtail's check by extension adds nothing."""


def rendition_stem(image: PortalImage) -> str:
    """Return the generated stem of the original, which names its renditions too."""
    return os.path.splitext(os.path.basename(image.file.name))[0]
