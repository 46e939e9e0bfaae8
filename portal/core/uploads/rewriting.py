"""Lossless rewriting of picture files: only the parts that draw the picture are kept. Pure, no Django."""

from __future__ import annotations

import re
import struct
import zlib

MAX_TEXT = 1024 * 1024
MAX_PROFILE = 512 * 1024
MAX_CHUNKS = 100_000
MAX_SCANS = 100
MAX_SCANNED = 600_000_000  # passes × pixels: ten passes, as usual, over the largest picture that is taken
FRAMES = {0xC0, 0xC1, 0xC2}
JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
PNG_DRAWS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"bKGD"}


class Damaged(Exception):
    """The file's structure does not hold."""


class Moving(Exception):
    """The file holds more than one frame."""


class Oversized(Exception):
    """A block beside the picture unfolds to an absurd size."""


class Costly(Exception):
    """The picture is stored in so many passes that drawing it takes absurdly long."""


def kind_of(data: bytes) -> str | None:
    """Return Pillow's name of the format by content, or nothing where we do not take it."""
    head = data[:32]
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        if head[8:12] in {b"avif", b"avis"}:
            return "AVIF"
        if head[8:12] in {b"heic", b"heix", b"mif1", b"heim", b"heis"}:
            return "HEIF"
    return None


def rewrite(data: bytes, kind: str) -> bytes:
    """Return the file with nothing but its picture. Raises `Damaged`, `Moving`, `Oversized` or `Costly`."""
    return {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp}[kind](data)


def _jpeg(data: bytes) -> bytes:
    """Keep tables, frames, scans and the colour profile; drop EXIF, XMP, comments and whatever follows the end."""
    kept = [data[:2]]
    position, profile, pixels, scans = 2, 0, 0, 0
    for _count in range(MAX_CHUNKS):
        while data[position : position + 2] == b"\xff\xff":
            position += 1
        if len(data) < position + 2 or data[position] != 0xFF:
            raise Damaged("marker expected")
        marker = data[position + 1]
        if marker == 0xD9:
            kept.append(b"\xff\xd9")
            return b"".join(kept)
        if len(data) < position + 4:
            raise Damaged("cut off in a segment")
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if end > len(data) or end < position + 4:
            raise Damaged("segment runs past the end")
        segment = data[position:end]
        is_profile = marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\0"
        profile += len(segment) if is_profile else 0
        if profile > MAX_PROFILE:
            raise Oversized
        if marker in FRAMES and len(segment) > 8:
            pixels = max(pixels, int.from_bytes(segment[5:7], "big") * int.from_bytes(segment[7:9], "big"))
        if marker == 0xDA:
            scans += 1
            if scans > MAX_SCANS or scans * pixels > MAX_SCANNED:
                raise Costly
        if marker == 0xE0:
            kept.append(_density(segment))
        elif is_profile or marker == 0xEE or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            kept.append(segment)
        position = end
        if marker == 0xDA:
            found = JPEG_MARKER.search(data, position)
            if found is None:
                raise Damaged("scan without end")
            kept.append(data[position : found.start()])
            position = found.start()
    raise Damaged("too many segments")


def _density(segment: bytes) -> bytes:
    """Return a JFIF block with its density alone: a thumbnail in it may show what was cut off the picture."""
    if segment[4:9] != b"JFIF\0" or len(segment) < 16:
        return b""
    return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0"


def _png(data: bytes) -> bytes:
    """Keep the chunks that draw; look into compressed text and profiles only to see that they are no bombs."""
    kept = [data[:8]]
    position = 8
    for _count in range(MAX_CHUNKS):
        if len(data) < position + 12:
            raise Damaged("cut off")
        length = int.from_bytes(data[position : position + 4], "big")
        name = data[position + 4 : position + 8]
        end = position + 12 + length
        if end > len(data):
            raise Damaged("chunk runs past the end")
        if name == b"acTL":
            raise Moving
        if name in {b"zTXt", b"iTXt", b"iCCP", b"tEXt", b"eXIf"}:
            _refuse_bomb(name, data[position + 8 : end - 4])
        if name in PNG_DRAWS:
            kept.append(data[position:end])
        elif not name[0] & 0x20:
            raise Damaged("unknown chunk that matters")
        if name == b"IEND":
            return b"".join(kept)
        position = end
    raise Damaged("too many chunks")


def _refuse_bomb(name: bytes, body: bytes) -> None:
    if len(body) > MAX_TEXT:
        raise Oversized
    if name in {b"zTXt", b"iCCP"}:
        packed = body.partition(b"\0")[2][1:]
    elif name == b"iTXt" and body.partition(b"\0")[2][:1] == b"\1":
        packed = body.partition(b"\0")[2][2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        return
    unpacker = zlib.decompressobj()
    try:
        unfolded = unpacker.decompress(packed, MAX_TEXT + 1)
    except zlib.error:
        return
    if len(unfolded) > MAX_TEXT:
        raise Oversized


def _webp(data: bytes) -> bytes:
    """Drop EXIF and XMP and clear their flags."""
    total = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    kept: list[bytes] = []
    position = 12
    while position + 8 <= total:
        name, length = struct.unpack_from("<4sI", data, position)
        end = position + 8 + length + (length & 1)
        if position + 8 + length > len(data):
            raise Damaged("chunk runs past the end")
        if name in {b"ANIM", b"ANMF"}:
            raise Moving
        if name == b"ICCP" and length > MAX_PROFILE:
            raise Oversized
        if name == b"VP8X" and length >= 10:
            flags = data[position + 8]
            if flags & 0x02:
                raise Moving
            kept.append(data[position : position + 8] + bytes([flags & ~0x0C]) + data[position + 9 : end])
        elif name in {b"VP8 ", b"VP8L", b"ALPH", b"ICCP"}:
            kept.append(data[position:end].ljust(end - position, b"\0"))
        position = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
