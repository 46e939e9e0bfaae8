"""入场码: what the QR code says, and how a door tells ours from a forged one."""

from __future__ import annotations

import hashlib
import hmac
import io
import unicodedata
import warnings
from dataclasses import dataclass

import segno
import zxingcpp
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from PIL import Image

from portal.core.uploads.rewriting import Costly, Damaged, Moving, Oversized, kind_of, rewrite

from .models import CODE_SIGNS, Registration

MARK = "GYCQ"
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2000


class UnreadablePicture(ValueError):
    """No picture, or one that is too large to be looked at."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a code says."""

    session: int
    code: str
    proof: str


def proof_of(session_id: int, code: str) -> str:
    """Return the proof that a code of a session is ours: ten hexadecimal signs."""
    text = f"{MARK}.{session_id}.{code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"door ticket\0" + text, hashlib.sha256).hexdigest()[:10]


def payload(registration: Registration) -> str:
    """Return the text in the QR code: `GYCQ.<session>.<code>.<proof>`."""
    session, code = registration.session_id, registration.code
    return f"{MARK}.{session}.{code}.{proof_of(session, code)}"


def read(text: str) -> Ticket | None:
    """Return what a scanned text says where its proof holds, else nothing."""
    parts = text.strip().split(".")
    if len(parts) != 4 or parts[0] != MARK or not parts[1].isascii() or not parts[1].isdigit() or len(parts[1]) > 12:
        return None
    session, code = int(parts[1]), parts[2]
    expected = proof_of(session, code)
    if not hmac.compare_digest(expected.encode(), parts[3].encode("utf-8", "replace")):
        return None
    return Ticket(session, code, expected)


def typed_code(text: str) -> str:
    """Return a code as it was typed or said: in capitals of one width, without dash and blanks; empty where it is none."""
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    code = "".join(sign for sign in plain if sign.isalnum())
    return code if len(code) == 6 and set(code) <= set(CODE_SIGNS) else ""


def read_picture(data: bytes) -> str | None:
    """Return what the QR code in a phone's picture says, nothing where none is found. Nothing is kept.

    Raises `UnreadablePicture` for what is no picture, one with more than `MOST_PIXELS`, or in so many passes that it costs seconds.
    """
    kind = kind_of(data)
    if kind not in PICTURE_FORMATS:
        raise UnreadablePicture
    try:
        rewrite(data, kind)  # walks its parts without drawing it
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=PICTURE_FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise UnreadablePicture
            picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            grey = picture.convert("L")
    except (Costly, Damaged, Moving, Oversized) as exc:
        raise UnreadablePicture from exc
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise UnreadablePicture from exc
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return str(found[0].text) if found else None


def qr_svg(text: str, label: str) -> SafeString:
    """Return the code as an inline SVG, dark on light in both colour schemes."""
    drawn = segno.make_qr(text, error="m")
    svg = drawn.svg_inline(border=4, svgclass="qr", lineclass=None, light="#fff", title=label, omitsize=True)
    return mark_safe(svg)  # noqa: S308 - drawn by segno, which escapes the title


def qr_png(text: str) -> bytes:
    """Return the code as a PNG for a mail."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", scale=8, border=4)
    return out.getvalue()
