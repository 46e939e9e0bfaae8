"""Reads that span pictures."""

from __future__ import annotations

from .models import PictureQuerySet, PortalImage


def credited_pictures() -> PictureQuerySet:
    """Return every published picture whose author or licence is known, with its renditions (two queries)."""
    pictures = PortalImage.objects.ready().exclude(credit="", licence="")
    return pictures.order_by("kind", "subject_zh", "pk").with_renditions()
