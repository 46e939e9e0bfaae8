"""The door for picture files: what may come in, cleaned of everything but the picture.

A file is known by its content; a name that says something else is refused, since people, mail programs and offices
go by the name, and whoever renamed it may not know what it holds. JPEG, PNG and WebP are rewritten without loss, keeping only the
parts that draw the picture; AVIF, HEIC and turned JPEGs are encoded anew. One reduced decode then proves that the
picture can be drawn and gives its colour, its placeholder and its fingerprint.
"""

from __future__ import annotations

import base64
import os.path
import struct
import threading
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, BinaryIO

import pillow_heif
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _, gettext_lazy
from PIL import Image, ImageOps

from .rewriting import Costly, Damaged, Moving, Oversized, kind_of, rewrite

pillow_heif.register_heif_opener()

MAX_SIDE = 16_000  # WebP ends at 16,383
MIN_SIDE = 16
TURN_WHOLE_PIXELS = 30_000_000  # a turned JPEG above this is kept at half its size: turning needs it twice in memory
PLACE_MIN_SIDE = 800
PLACE_MAX_ASPECT = 4
EXTENSIONS = {
    "JPEG": {".jpg", ".jpeg", ".jfif", ".jpe", ".pjpeg", ".pjp"},  # Chrome on Windows saves .jfif
    "PNG": {".png"},
    "WEBP": {".webp"},
    "AVIF": {".avif"},
    "HEIF": {".heic", ".heif"},
}
NO_PICTURE = gettext_lazy("This is not a picture we can read. Send a JPEG, PNG, WebP, AVIF or HEIC file.")
SUFFIX = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
MIME = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
    MemoryError,
    RecursionError,
    RuntimeError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
_decoding = threading.Lock()  # one large picture in memory at a time


@dataclass(frozen=True, slots=True)
class Facts:
    """What the camera wrote, read before it is thrown away."""

    captured_on: date | None = None
    camera: str = ""
    position: tuple[float, float] | None = None
    orientation: int = 1


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture that may be kept: cleaned bytes and what one decode told."""

    content: bytes
    kind: str
    suffix: str
    mime: str
    width: int
    height: int
    tone: str
    placeholder: str
    phash: str
    facts: Facts


def examine(file: BinaryIO, name: str, *, for_place: bool = False, most: int | None = None) -> CleanPicture:
    """Return the picture in `file`, cleaned. `for_place` asks for the size and shape of a place's picture; `most` bytes.

    Raises `ValidationError`, in the reader's language, for whatever is not a sound still picture within the limits.
    """
    data = _read(file, most or settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
    kind = kind_of(data)
    if kind is None:
        raise ValidationError(NO_PICTURE, code="picture_type")
    extension = os.path.splitext(name)[1].lower()
    if extension not in EXTENSIONS[kind]:
        raise ValidationError(
            _("The file is named %(extension)s but holds a %(kind)s picture. Rename it and send it again."),
            code="picture_name",
            params={"extension": extension or "—", "kind": "HEIC" if kind == "HEIF" else kind},
        )
    with _decoding:
        try:
            facts = _check_header(data, kind, for_place=for_place)
            content, kept = _cleaned(data, kind, facts)
            del data
            return _measured(content, kept, facts)
        except Moving as exc:
            raise ValidationError(
                _("Moving pictures are not taken. Send one still picture."), code="picture_moves"
            ) from exc
        except Oversized as exc:
            raise ValidationError(
                _("The file carries an oversized block of text or colour data. Export it again and send that."),
                code="picture_padding",
            ) from exc
        except Costly as exc:
            raise ValidationError(
                _("The picture is stored in far too many passes. Export it again and send that."), code="picture_passes"
            ) from exc
        except (Damaged, *UNREADABLE) as exc:
            raise ValidationError(
                _("The file is damaged or incomplete, so the picture cannot be read. Send it again."),
                code="picture_damaged",
            ) from exc


def _read(file: BinaryIO, most: int) -> bytes:
    file.seek(0)
    data = file.read(most + 1)
    if not data:
        raise ValidationError(_("The file is empty."), code="picture_empty")
    if len(data) > most:
        raise ValidationError(
            _("The file is larger than %(limit)s."),
            code="picture_bytes",
            params={"limit": filesizeformat(most)},
        )
    return data


def _check_header(data: bytes, kind: str, *, for_place: bool) -> Facts:
    """Judge the size before a pixel is decoded, and read the camera's notes."""
    with Image.open(BytesIO(data), formats=[kind]) as image:
        width, height = image.size
        if width * height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
            raise ValidationError(
                _("The picture has %(count)s megapixels; %(limit)s is the most we take."),
                code="picture_pixels",
                params={
                    "count": round(width * height / 1_000_000),
                    "limit": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000,
                },
            )
        long_side, short_side = max(width, height), min(width, height)
        if long_side > MAX_SIDE or short_side < MIN_SIDE:
            raise ValidationError(
                _("The picture is %(width)s × %(height)s pixels. Each side must have %(least)s to %(most)s."),
                code="picture_sides",
                params={"width": width, "height": height, "least": MIN_SIDE, "most": MAX_SIDE},
            )
        if for_place and short_side < PLACE_MIN_SIDE:
            raise ValidationError(
                _("Pictures of a place need at least %(least)s pixels on the shorter side; this one has %(count)s."),
                code="picture_small",
                params={"least": PLACE_MIN_SIDE, "count": short_side},
            )
        if for_place and long_side > short_side * PLACE_MAX_ASPECT:
            raise ValidationError(
                _("Pictures of a place may be at most four times as long as wide."), code="picture_aspect"
            )
        if kind != "HEIF" and getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
            raise Moving
        return _facts(image)


def _facts(image: Image.Image) -> Facts:
    """Read date, camera, orientation and position; nonsense in them is no fault of the picture."""
    try:
        exif = image.getexif()
        own, gps = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
        orientation = exif.get(0x0112, 1)
        make, model = (_words(exif.get(tag)) for tag in (0x010F, 0x0110))
        camera = model if model.startswith(make) else f"{make} {model}".strip()
        return Facts(
            captured_on=_day(own.get(0x9003) or exif.get(0x0132)),
            camera=camera[:120],
            position=_position(gps),
            orientation=orientation if orientation in range(1, 9) else 1,
        )
    except UNREADABLE:
        return Facts()


def _words(value: Any) -> str:
    return "".join(char for char in value if char.isprintable()).strip() if isinstance(value, str) else ""


def _day(value: Any) -> date | None:
    try:
        taken = datetime.strptime(_words(value)[:10], "%Y:%m:%d").date()  # noqa: DTZ007 - a calendar day, not an instant
    except ValueError:
        return None
    return taken if 1990 <= taken.year <= 2100 else None


def _position(gps: dict[int, Any]) -> tuple[float, float] | None:
    try:
        lat, lng = (
            sum(float(part) / 60**power for power, part in enumerate(gps[tag])) * (-1 if gps[tag - 1] in "SW" else 1)
            for tag in (2, 4)
        )
    except UNREADABLE:
        return None
    return (lat, lng) if -90 <= lat <= 90 and -180 <= lng <= 180 else None


def _cleaned(data: bytes, kind: str, facts: Facts) -> tuple[bytes, str]:
    """Return the picture's bytes without metadata, upright, eight bits a colour, and their format."""
    if kind in {"HEIF", "AVIF"}:
        return _encoded_anew(data, kind, None)
    kept = rewrite(data, kind)
    with Image.open(BytesIO(kept), formats=[kind]) as image:
        deep = image.mode.startswith(("I", "F"))
    if deep:
        kept, kind = _eight_bits(kept, kind), "PNG"
    return _encoded_anew(kept, kind, TURNS.get(facts.orientation)) if facts.orientation != 1 else (kept, kind)


def _eight_bits(data: bytes, kind: str) -> bytes:
    """Return a grey picture of sixteen bits with eight, as PNG: no browser shows more, and no other size keeps them."""
    with Image.open(BytesIO(data), formats=[kind]) as image:
        image.load()
        out = BytesIO()
        image.convert("I").point(lambda value: value * (1 / 257)).convert("L").save(out, "PNG")
    return out.getvalue()


def _encoded_anew(data: bytes, kind: str, turn: Image.Transpose | None) -> tuple[bytes, str]:
    with Image.open(BytesIO(data), formats=[kind]) as image:
        profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA"} else None
        profile = profile if profile and len(profile) <= 512 * 1024 else None
        if kind == "JPEG" and image.width * image.height > TURN_WHOLE_PIXELS:
            image.draft("RGB", (image.width // 2, image.height // 2))
        image.load()
        opaque = image.mode not in {"RGBA", "LA", "PA"} and "transparency" not in image.info
        kept = "JPEG" if opaque else "WEBP"
        target = "RGB" if opaque else "RGBA"
        upright: Image.Image = image
        if turn is None:
            ImageOps.exif_transpose(image, in_place=True)
        else:
            upright = image.transpose(turn)
        upright = upright if upright.mode == target else upright.convert(target)
        out = BytesIO()
        options: dict[str, Any] = {"comment": b""} if kept == "JPEG" else {"method": 2}
        upright.save(out, kept, quality=92, exif=b"", icc_profile=profile, **options)
    return out.getvalue(), kept


def _measured(content: bytes, kind: str, facts: Facts) -> CleanPicture:
    """Decode what will be kept, small where the format allows, and look at it once."""
    with Image.open(BytesIO(content), formats=[kind]) as image:
        width, height = image.size
        image.draft("RGB", (256, 256))
        image.load()
        image.thumbnail((256, 256), Image.Resampling.BOX)
        small = image.copy()
    if small.mode in {"RGBA", "LA", "PA"} or "transparency" in small.info:
        small = small.convert("RGBA")
        paper = Image.new("RGB", small.size, "white")
        paper.paste(small, mask=small.getchannel("A"))
        small = paper
    small = small.convert("RGB")
    return CleanPicture(
        content=content,
        kind=kind.lower(),
        suffix=SUFFIX[kind],
        mime=MIME[kind],
        width=width,
        height=height,
        tone=_tone(small),
        placeholder=_placeholder(small),
        phash=_fingerprint(small),
        facts=facts,
    )


def _tone(small: Image.Image) -> str:
    """Return the most frequent of eight colours."""
    palette = small.resize((48, 48), Image.Resampling.BOX).quantize(8)
    counts = palette.histogram()[:8]
    entry = counts.index(max(counts))
    red, green, blue = (palette.getpalette() or [128, 128, 128])[entry * 3 : entry * 3 + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _placeholder(small: Image.Image) -> str:
    """Return a blurred WebP of about 16 pixels as `data:` URI of at most 300 characters."""
    for side in (16, 12, 8):
        tiny = small.copy()
        tiny.thumbnail((side, side), Image.Resampling.BOX)
        out = BytesIO()
        tiny.save(out, "WEBP", quality=10, method=6)
        uri = "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode()
        if len(uri) <= 300:
            return uri
    return ""


def _fingerprint(small: Image.Image) -> str:
    """Return the 64-bit difference hash: similar pictures differ in few bits."""
    grey = small.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] > grey[row * 9 + column + 1])
    return f"{bits:016x}"
