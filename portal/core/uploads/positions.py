"""Where a picture was taken, forgotten inside other files. Pure, no Django.

What is written over keeps its length, so that the tables of a PDF still lead where they led. `pdf_look.py` uses this too.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from itertools import islice

GPS, ORIENTATION = 0x8825, 0x0112
EXIF = re.compile(rb"\xff\xe1(..)Exif\0\0", re.DOTALL)
WORDS = re.compile(rb":GPS(\w{1,40}\s{0,4}(?:=\s{0,4}[\"']|>))([^\"'<]{0,400})")
"""XMP: `exif:GPSLatitude="29,21.3N"` and `<exif:GPSLatitude>29,21.3N</exif:GPSLatitude>`."""
IN_JPEG_2000 = b"JpgTiffExif->JP2"
TIFF = re.compile(rb"II\*\0|MM\0\*")
IN_FILMS = re.compile(rb"\xa9xyz.{4}[+-]\d\d?\.\d|location\.ISO6709", re.DOTALL)
MAX_TAGS = 200
MAX_FOUND = 5000  # more blocks than photos in any file; what lies behind them is not believed
MAX_TEXT = 1024 * 1024


def tags(data: bytes, begin: int = 0, end: int | None = None) -> dict[int, int]:
    """Return the first word of each tag in the first directory of a TIFF or an EXIF block; none where it is neither."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[begin : begin + 4])
    found: dict[int, int] = {}
    if order is None:
        return found
    last = len(data) if end is None else end
    try:
        place = begin + struct.unpack_from(order + "I", data, begin + 4)[0]
        count = struct.unpack_from(order + "H", data, place)[0]
        for number in range(min(count, MAX_TAGS, (last - place - 2) // 12)):
            tag, _kind, _length, value = struct.unpack_from(order + "HHIH", data, place + 2 + 12 * number)
            found[tag] = value
    except struct.error:  # cut off: what was read counts
        pass
    return found


def forget(data: bytes) -> bytes:
    """Return a file of the same length in which no JPEG and no XMP lying open says where; how it is turned stays."""
    kept = bytearray(data)
    for match in islice(EXIF.finditer(data), MAX_FOUND):
        begin, length = match.start(), int.from_bytes(match[1], "big")
        end = begin + 2 + length
        found = tags(data, match.end(), end) if end <= len(data) else {}
        if GPS in found:
            kept[begin:end] = _turned_only(found.get(ORIENTATION, 1), length)
    return WORDS.sub(lambda match: b":was" + match[1] + b" " * len(match[2]), bytes(kept))


def _turned_only(orientation: int, length: int) -> bytes:
    """Return a segment of JPEG that says how the picture is turned and nothing else; a comment where it is not turned."""
    tiff = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHxxI", ORIENTATION, 3, 1, orientation & 0xFFFF, 0)
    if orientation == 1 or length < 8 + len(tiff):
        return b"\xff\xfe" + length.to_bytes(2, "big") + bytes(length - 2)
    return (b"\xff\xe1" + length.to_bytes(2, "big") + b"Exif\0\0" + tiff).ljust(2 + length, b"\0")


def says_where(data: bytes) -> bool:
    """Return whether a picture, an XMP packet or a film says where it was taken.

    JPEG, JPEG 2000, PNG, WebP, TIFF and what cameras call raw, HEIC and AVIF, MP4 and MOV.
    """
    if data.startswith(b"\x89PNG"):
        return any(_chunk_says(name, body) for name, body in _png_chunks(data))
    blocks = [0]
    if data[:4] == b"RIFF":
        place = data.find(b"EXIF", 12) + 8
        blocks += [place, place + 6]  # some write `Exif` and two NUL before it
    if (place := data.find(IN_JPEG_2000)) >= 0:
        blocks.append(place + len(IN_JPEG_2000))
    blocks += [match.end() for match in islice(EXIF.finditer(data), MAX_FOUND)]
    if data[4:8] == b"ftyp":
        if IN_FILMS.search(data):
            return True
        blocks += [match.start() for match in islice(TIFF.finditer(data), MAX_FOUND)]
    if len(blocks) > MAX_FOUND or any(GPS in tags(data, begin) for begin in blocks):
        return True
    return any(match[2].strip() for match in WORDS.finditer(data))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 8
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        yield data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        position += 12 + length


def _chunk_says(name: bytes, body: bytes) -> bool:
    """Return whether a chunk of a PNG says where. Old programs write EXIF in hexadecimal signs, as `Raw profile type`."""
    if name == b"eXIf":
        return GPS in tags(body)
    if name not in {b"tEXt", b"zTXt", b"iTXt"}:
        return False
    word, _end, rest = body.partition(b"\0")
    packed = rest[1:] if name == b"zTXt" else b""
    if name == b"iTXt" and rest[:1] == b"\1":
        packed = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    if packed:
        try:
            rest = zlib.decompressobj().decompress(packed, MAX_TEXT)
        except zlib.error:
            return False
    return word.startswith(b"Raw profile type") or any(match[2].strip() for match in WORDS.finditer(rest))
