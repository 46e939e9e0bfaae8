from __future__ import annotations

from django.db import models
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition


class PortalImage(AbstractImage):
    """A picture of the portal with its rights."""

    admin_form_fields = ("title", "file", "description", "collection", "tags")


class PortalRendition(AbstractRendition):
    """One size and format of a picture, public."""

    image = models.ForeignKey(PortalImage, models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class PortalDocument(AbstractDocument):
    """A file for people to fetch."""

    admin_form_fields = ("title", "file", "collection", "tags")
