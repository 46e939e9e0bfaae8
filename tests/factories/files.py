"""Small files as people upload them: papers, sheets and archives, sound unless the caller makes them otherwise."""

from __future__ import annotations

import io
import zipfile
import zlib

PAGE = {
    1: b"<< /Type /Catalog /Pages 2 0 R %s >>",
    2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R >>",
    4: b"<< /Length 27 >>\nstream\nBT 20 20 Td (page) Tj ET   \nendstream",
}


def pdf(catalog: bytes = b"", *, trailer: bytes = b"", **extra: bytes) -> bytes:
    """Return a PDF of one page. `catalog` is added to its catalogue, `o5=b"…"` is object 5, `trailer` to the trailer."""
    objects = {**PAGE, **{int(name[1:]): body for name, body in extra.items()}}
    objects[1] = objects[1] % catalog if b"%s" in objects[1] else objects[1]
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, trailer, start)
    return bytes(out)


def stream(dictionary: bytes, content: bytes, *, squeeze: bool = True) -> bytes:
    """Return a stream object of a PDF."""
    body = zlib.compress(content, 9) if squeeze else content
    packed = b"/Filter /FlateDecode " if squeeze else b""
    return b"<< %s %s/Length %d >>\nstream\n%s\nendstream" % (dictionary, packed, len(body), body)


def packed_pdf(hidden: bytes) -> bytes:
    """Return a PDF 1.5 whose table is a stream and whose object 6 is `hidden`, inside a stream of objects."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 6 0 R >>",
        2: PAGE[2],
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>",
        5: stream(b"/Type /ObjStm /N 1 /First 4", b"6 0 " + hidden),
    }
    out, places = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = places[7] = len(out)
    rows = [(0, 0, 255), *((1, places[number], 0) if number in places else (0, 0, 0) for number in range(1, 6))]
    rows += [(2, 5, 0), (1, start, 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([last]) for kind, place, last in rows)
    out += b"7 0 obj\n" + stream(b"/Type /XRef /Size 8 /W [1 4 1] /Root 1 0 R", table) + b"\nendobj\n"
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def archive(parts: dict[str, bytes | str]) -> bytes:
    """Return a ZIP of the given files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def ofd() -> bytes:
    """Return an electronic invoice in OFD, as far as the door looks into it."""
    return archive({"OFD.xml": "<ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016'/>", "Doc_0/Document.xml": "<d/>"})
