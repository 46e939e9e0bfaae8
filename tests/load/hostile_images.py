"""Thirty hostile or broken uploads, a few megabytes in all, and what a sound system answers to each.

`reject` = a form error naming the cause; `accept` = stored, and shown only as renditions without metadata.
The two-frame GIF is refused here, since GIF is none of our formats.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image

TIFF = b"Exif\0\0II*\0"


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb(width: int, height: int) -> bytes:
    """A valid PNG of one-bit zeros: about width × height / 8,000 bytes."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    body = b"".join(packer.compress(row * count) for count in [256] * (height // 256) + [height % 256])
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", head)
        + png_chunk(b"IDAT", body + packer.flush())
        + png_chunk(b"IEND", b"")
    )


def jpeg(width: int = 640, height: int = 480, **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(out, "JPEG", quality=80, **options)
    return out.getvalue()


def jpeg_claiming(data: bytes, width: int, height: int) -> bytes:
    """The same file with a frame header that claims another size."""
    at = 2
    while True:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in (0xC0, 0xC2):
            return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]
        at += length + 2


def jpeg_with_exif(payload: bytes) -> bytes:
    data = jpeg()
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + data[2:]


def gif(frames: int) -> bytes:
    out = io.BytesIO()
    pictures = [Image.new("P", (1000, 1000), shade) for shade in (0, 1)]
    rest = [pictures[index % 2] for index in range(1, frames)]
    pictures[0].save(out, "GIF", save_all=True, append_images=rest, duration=20, loop=0, optimize=False)
    return out.getvalue()


def gps_exif(orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = "Field Camera"
    exif.get_ifd(0x8769)[0x9003] = "2026:05:01 09:30:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.5), 3: "E", 4: (121.0, 28.0, 12.25)})
    return exif.tobytes()


@cache
def corpus() -> dict[str, tuple[bytes, str]]:
    """Return (content, "reject" or "accept") by file name."""
    made: dict[str, tuple[bytes, str]] = {}

    def add(name: str, data: bytes, answer: str) -> None:
        made[name] = (data, answer)

    add("bomb_20000x20000.png", png_bomb(20000, 20000), "reject")
    add("bomb_12000x12000.png", png_bomb(12000, 12000), "reject")
    add("bomb_9000x9000.png", png_bomb(9000, 9000), "reject")
    add("thin_1x100000.png", png_bomb(1, 100000), "reject")
    add("huge_claim_65500x65500.jpg", jpeg_claiming(jpeg(), 65500, 65500), "reject")
    add("truncated.jpg", jpeg()[:9000], "reject")
    add("zero_bytes.jpg", b"", "reject")
    add("text_as.jpg", b"<?php echo 1; ?>" * 50, "reject")
    add("html_tail_polyglot.jpg", jpeg() + b"<script>alert(1)</script>", "accept")
    plain = jpeg()
    comment = b"<html><script>alert(document.domain)</scri"
    add(
        "html_comment_polyglot.jpg",
        plain[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + plain[2:],
        "accept",
    )
    add("gif_js_polyglot.gif", b"GIF89a/*" + b"\0" * 8 + b"*/=1;alert(1);//" + b";", "reject")
    add("animated_400_frames_1000x1000.gif", gif(400), "reject")
    add("animated_2_frames.gif", gif(2), "reject")
    add("wrong_extension_png.jpg", png_bomb(100, 100), "reject")
    add("exif_gps_private_home.jpg", jpeg(exif=gps_exif()), "accept")
    add("exif_bad_offset.jpg", jpeg_with_exif(TIFF + struct.pack("<I", 0xFFFFFFF0)), "accept")
    loop = struct.pack("<I", 8) + struct.pack("<H", 1) + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    add("exif_self_loop.jpg", jpeg_with_exif(TIFF + loop), "accept")
    count = struct.pack("<I", 8) + struct.pack("<H", 1) + struct.pack("<HHII", 0x010E, 2, 0xFFFFFFFF, 26)
    add("exif_count_4g.jpg", jpeg_with_exif(TIFF + count + struct.pack("<I", 0)), "accept")
    nowhere = struct.pack("<I", 8) + struct.pack("<H", 1) + struct.pack("<HHII", 0x8825, 4, 1, 26)
    nowhere += struct.pack("<I", 0) + struct.pack("<H", 1) + struct.pack("<HHII", 2, 5, 3, 44) + struct.pack("<I", 0)
    add(
        "exif_gps_zero_division.jpg", jpeg_with_exif(TIFF + nowhere + struct.pack("<6I", 31, 0, 13, 0, 49, 0)), "accept"
    )
    turned = struct.pack("<I", 8) + struct.pack("<H", 1) + struct.pack("<HHIHH", 0x0112, 3, 1, 99, 0)
    add("exif_orientation_99.jpg", jpeg_with_exif(TIFF + turned + struct.pack("<I", 0)), "accept")
    packed, small = zlib.compress(b"\0" * 200_000_000, 9), png_bomb(64, 64)
    text = png_chunk(b"zTXt", b"Comment\0\0" + packed)
    add("png_text_bomb.png", small[:33] + text + small[33:], "reject")
    add("png_icc_bomb.png", small[:33] + png_chunk(b"iCCP", b"x\0\0" + packed) + small[33:], "reject")
    _add_drawings(add)
    add("path_traversal_name.jpg", jpeg(64, 64), "accept")
    return made


def _add_drawings(add: Callable[[str, bytes, str], None]) -> None:
    """SVG is none of our formats, whatever it holds."""
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        b'width="10" height="10">%s</svg>'
    )
    frame = b'<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/></foreignObject>'
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 9))
    drawings = {
        "script.svg": svg % b"<script>alert(document.domain)</script>",
        "onload.svg": svg.replace(b"width", b'onload="alert(1)" width') % b"",
        "foreignobject.svg": svg % frame,
        "external_ref.svg": svg % b'<image xlink:href="http://127.0.0.1:9/ssrf"/>',
        "xxe.svg": b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + svg % b"<text>&x;</text>",
        "billion_laughs.svg": b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "lol">'
        + entities
        + b"]>"
        + svg % b"<text>&l8;</text>",
        "jpeg_as.svg": jpeg(64, 64),
    }
    for name, data in drawings.items():
        add(name, data, "reject")
