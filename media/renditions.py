"""Sizes of a picture, made in the worker from one reduced decode, each width from the next larger one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageCms

from portal.core.locking import lock_rows
from portal.core.uploads.pictures import UNREADABLE

from .models import PortalImage, PortalRendition, rendition_stem

logger = logging.getLogger(__name__)

WEBP_WIDTHS = (1600, 960, 480)
JPEG_WIDTHS = (960,)
AVIF_WIDTHS = (1600, 960, 480)
THUMB = (165, "thumb")  # Wagtail's own lists and choosers ask for this size
THUMB_SPEC = "max-165x165"
PRESS_LONGEST = 3200  # 27 cm at 300 dpi
_SUFFIX = {"webp": ".webp", "jpeg": ".jpg", "avif": ".avif", "thumb": ".jpg"}
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def spec(width: int, kind: str) -> str:
    """Return Wagtail's name of a size: `width-480|format-webp`."""
    return THUMB_SPEC if kind == "thumb" else f"width-{width}|format-{kind}"


def wanted(image: PortalImage, kinds: tuple[str, ...]) -> list[tuple[int, str]]:
    """Return the sizes this picture should have, largest first; never one above its own width but the smallest."""
    widths = {"webp": WEBP_WIDTHS, "jpeg": JPEG_WIDTHS, "avif": AVIF_WIDTHS}
    sizes = []
    for kind in kinds:
        steps = sorted(widths[kind])
        sizes += [(step, kind) for before, step in zip([0, *steps], steps, strict=False) if before < image.width]
    return [*sorted(sizes, reverse=True), *([THUMB] if "webp" in kinds else [])]


def make(image: PortalImage, kinds: tuple[str, ...] = ("webp", "jpeg")) -> int:
    """Make the sizes that are missing and return how many. Twice does no harm. Raises `OSError` where unreadable."""
    there = set(image.renditions.values_list("filter_spec", flat=True))
    missing = [(width, kind) for width, kind in wanted(image, kinds) if spec(width, kind) not in there]
    original = image.file.name
    made = list(_encoded(image, missing)) if missing else []
    with transaction.atomic():
        current = lock_rows(PortalImage, [image.pk]).get(image.pk)
        if current is None or current.file.name != original:
            return 0  # deleted or replaced meanwhile; the new file has a task of its own
        there = set(current.renditions.values_list("filter_spec", flat=True))
        made = [entry for entry in made if entry[0] not in there]
        for name, size, content, suffix in made:
            file = ContentFile(content, name=f"{rendition_stem(image)}.{size[0]}{suffix}")
            PortalRendition.objects.create(
                image=current, filter_spec=name, focal_point_key="", file=file, width=size[0], height=size[1]
            )
    return len(made)


def _encoded(image: PortalImage, sizes: list[tuple[int, str]]) -> Iterator[tuple[str, tuple[int, int], bytes, str]]:
    """Yield (spec, size, bytes, suffix) of each size."""
    largest = min(image.width, max(width for width, _kind in sizes))
    with image.file.storage.open(image.file.name, "rb") as file, Image.open(file) as source:
        source.draft("RGB", (largest, max(1, round(largest * image.height / image.width))))
        source.load()
        current = _in_srgb(source)
    for step, kind in sizes:
        width = min(step, image.width)
        if kind == "thumb":
            width = min(width, max(1, round(step * image.width / image.height)))
        if current.width > width:
            height = max(1, round(width * image.height / image.width))
            current = current.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        yield spec(step, kind), current.size, _bytes(current, kind), _SUFFIX[kind]


def press_copy(image: PortalImage, longest: int = PRESS_LONGEST) -> tuple[bytes, tuple[int, int]] | None:
    """Return a JPEG for print without metadata, and its size; nothing where the file cannot be read."""
    scale = min(1.0, longest / max(image.width, image.height))
    width = max(1, round(image.width * scale))
    out = BytesIO()
    try:
        with image.file.storage.open(image.file.name, "rb") as file, Image.open(file) as source:
            source.draft("RGB", (width, max(1, round(image.height * scale))))
            source.load()
            picture = _on_white(_in_srgb(source))
        picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
        picture.save(out, "JPEG", quality=90, progressive=True, optimize=True)
    except UNREADABLE:
        logger.info("media: no press copy of picture %s could be made", image.pk)
        return None
    return out.getvalue(), picture.size


def _bytes(picture: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    if kind in {"jpeg", "thumb"}:
        _on_white(picture).save(out, "JPEG", quality=78, progressive=True, optimize=True)
    elif kind == "webp":
        picture.save(out, "WEBP", quality=78, method=2, exif=b"", icc_profile=None)
    else:
        picture.save(out, "AVIF", quality=58, speed=10, exif=b"", icc_profile=None)
    return out.getvalue()


def _in_srgb(source: Image.Image) -> Image.Image:
    """Return the picture in RGB or RGBA of the web's colour space, so that it needs no profile."""
    clear = source.mode in {"RGBA", "LA", "PA"} or "transparency" in source.info
    mode = "RGBA" if clear else "RGB"
    profile = source.info.get("icc_profile")
    if profile and source.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(source, own, _SRGB, outputMode=mode)
        except (ImageCms.PyCMSError, *UNREADABLE):
            logger.info("media: a colour profile could not be used")
        else:
            if turned is not None:
                turned.info.clear()
                return turned
    picture = source.convert(mode)
    picture.info.clear()
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
