"""Hostile and broken files beside the thirty pictures of `hostile_images`: pictures, papers, sheets.

`refused` by every way in; `picture`, `pdf`, `office`, `sheet`, `text` may be taken by a way in that takes such things.
"""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

from PIL import Image

from tests.factories.files import archive, ofd, packed_pdf, pdf, stream

from . import hostile_images
from .hostile_images import gps_exif, jpeg, jpeg_with_exif, png_bomb, png_chunk

REFUSED, PICTURE, PDF, OFFICE, SHEET, TEXT, OFD = "refused", "picture", "pdf", "office", "sheet", "text", "ofd"
SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def office(folder: str, **parts: bytes | str) -> bytes:
    """Return the skeleton of an office file; `word__document="…"` is the part `word/document.xml`."""
    named = {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    return archive({"[Content_Types].xml": TYPES, f"{folder}/document.xml": "<x/>", **named})


def scan_bomb(side: int = 4000, scans: int = 900) -> bytes:
    """Return a progressive JPEG whose last pass is sent again and again."""
    out = io.BytesIO()
    Image.new("L", (side, side), 90).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    start = data.rindex(b"\xff\xda")
    tables = data.rindex(b"\xff\xc4", 0, start)
    return data[:tables] + data[tables:-2] * scans + b"\xff\xd9"


def frames(kind: str, count: int) -> bytes:
    """Return a moving picture."""
    out = io.BytesIO()
    pictures = [Image.new("RGB", (64, 64), (shade % 256, 90, 90)) for shade in range(count)]
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=20)
    return out.getvalue()


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (640, 480), **options: object) -> bytes:
    """Return a small sound picture with some noise."""
    out = io.BytesIO()
    noise = Image.effect_noise(size, 60)
    (noise.convert(mode) if mode != "I;16" else Image.new("I;16", size, 30000)).save(out, kind, **options)
    return out.getvalue()


def _pictures() -> dict[str, tuple[bytes, str]]:
    png, webp, avif = picture("PNG"), picture("WEBP"), picture("AVIF")
    heif = picture("HEIF", size=(320, 240))
    small = png_bomb(64, 64)
    text = zlib.compress(b"<x:xmpmeta>" + b"\0" * 50_000_000, 9)
    exif = gps_exif(orientation=8)
    return {
        "scan-bomb.jpg": (scan_bomb(), REFUSED),
        "cut.png": (png[: len(png) // 2], REFUSED),
        "cut.webp": (webp[: len(webp) // 2], REFUSED),
        "cut.avif": (avif[: len(avif) // 2], REFUSED),
        "cut.heic": (heif[: len(heif) // 2], REFUSED),
        "png_named.jpeg": (png, REFUSED),
        "jpeg_named.png": (jpeg(), REFUSED),
        "webp_named.jpg": (webp, REFUSED),
        "gif_named.png": (hostile_images.gif(2), REFUSED),
        "moving_400_frames.webp": (frames("WEBP", 400), REFUSED),
        "moving.png": (frames("PNG", 3), REFUSED),
        "profile_of_two_megabytes.jpg": (picture("JPEG", icc_profile=b"\0" * 2_000_000), REFUSED),
        "itxt_bomb.png": (
            small[:33] + png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + text) + small[33:], REFUSED
        ),
        "pixel_claim.avif": (avif.replace(struct.pack(">II", 640, 480), struct.pack(">II", 60000, 60000)), REFUSED),
        "page_behind.webp": (webp + b"<html><script>alert(1)</script>", PICTURE),
        "pdf_behind.png": (png + pdf(b"/OpenAction 5 0 R", o5=SCRIPT), PICTURE),
        "zip_behind.jpg": (jpeg() + archive({"run.exe": "MZ"}), PICTURE),
        "gps.png": (picture("PNG", exif=exif), PICTURE),
        "gps.webp": (picture("WEBP", exif=exif), PICTURE),
        "gps.avif": (picture("AVIF", exif=exif), PICTURE),
        "gps.heic": (picture("HEIF", size=(320, 240), exif=exif), PICTURE),
        "gps_from_chrome.jfif": (jpeg(exif=exif), PICTURE),
        "gps_xmp.jpg": (jpeg_with_exif(b"http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude='31,13.8N'/>"), PICTURE),
        "sixteen_bits.png": (picture("PNG", "I;16"), PICTURE),
        "transparent_turned.png": (picture("PNG", "RGBA", exif=exif), PICTURE),
    }  # fmt: skip


def photo_pdf(photo: bytes, *, squeeze: bool = False, also: bytes = b"", **objects: bytes) -> bytes:
    """Return a PDF with a JPEG in it, lying open or packed a second time."""
    filters = b"[/FlateDecode /DCTDecode]" if squeeze else b"/DCTDecode"
    body = zlib.compress(photo) if squeeze else photo
    head = (
        b"<< /Type /XObject /Subtype /Image /Width 640 /Height 480 /ColorSpace /DeviceRGB /BitsPerComponent 8 %s" % also
    )
    picture = head + b" /Filter %s /Length %d >>\nstream\n%s\nendstream" % (filters, len(body), body)
    return pdf(o6=picture, **objects)


def _placed() -> dict[str, tuple[bytes, str]]:
    """Files with pictures inside that say where they were taken: taken without it, or refused."""
    photo = jpeg(exif=gps_exif(orientation=1))
    words = b"<x:xmpmeta><d exif:GPSLatitude='31,13.8N'><exif:GPSLongitude>121,28E</exif:GPSLongitude></d></x:xmpmeta>"
    signature = b"<< /Type /Sig /ByteRange [0 9 9 9] /Contents <00> >>"
    word = {"[Content_Types].xml": TYPES, "word/document.xml": "<x/>"}
    png, webp = (picture(kind, exif=gps_exif(orientation=1)) for kind in ("PNG", "WEBP"))
    heic = picture("HEIF", size=(320, 240), exif=gps_exif())
    document = archive({**word, "word/media/a.jpeg": photo})
    return {
        "photo.pdf": (photo_pdf(photo), PDF),
        "photo_with_words.pdf": (photo_pdf(photo, o5=stream(b"/Type /Metadata /Subtype /XML", words, squeeze=False)), PDF),
        "words_packed.pdf": (pdf(o5=stream(b"/Type /Metadata /Subtype /XML", words)), REFUSED),
        "photo_packed_twice.pdf": (photo_pdf(photo, squeeze=True), REFUSED),
        "photo_signed.pdf": (photo_pdf(photo, o5=signature), REFUSED),
        "photo_without_position_signed.pdf": (photo_pdf(jpeg(), o5=signature), PDF),
        "photo_without_position_packed_twice.pdf": (photo_pdf(jpeg(), squeeze=True), PDF),
        "photos.docx": (archive({**word, **{f"word/media/a.{n}": one for n, one in
            (("jpeg", photo), ("png", png), ("webp", webp))}}), OFFICE),
        "photos_signed.docx": (archive({**word, "word/media/a.jpeg": photo, "_xmlsignatures/sig1.xml": "<x/>"}), REFUSED),
        "photo_of_a_telephone.docx": (archive({**word, "word/media/a.heic": heic}), REFUSED),
        "photos.zip": (archive({"照片/a.jpg": photo, "b.png": png, "c.webp": webp}), OFFICE),
        "papers_with_photos.zip": (archive({"a.pdf": photo_pdf(photo), "b.docx": document}), OFFICE),
        "pdf_with_a_script.zip": (archive({"a.pdf": pdf(b"/OpenAction 5 0 R", o5=SCRIPT)}), REFUSED),
        "photo_of_a_telephone.zip": (archive({"a.heic": heic}), REFUSED),
        "film.zip": (archive({"a.mov": b"\0\0\0\x14ftypqt  " + b"\xa9xyz\0\x12\x15\xc7+29.3563+105.9270/"}), REFUSED),
        "nested_by_another_name.zip": (archive({"a": archive({"b": archive({"c": archive({"d": "x"})})})}), REFUSED),
    }  # fmt: skip


def _papers() -> dict[str, tuple[bytes, str]]:
    escaped = SCRIPT.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53")
    named = pdf(b"/Names << /JavaScript << /Names [(a) 5 0 R] >> >>", o5=SCRIPT)
    attachment = {
        "o5": b"<< /Type /Filespec /F (a.exe) /EF << /F 6 0 R >> >>",
        "o6": stream(b"/Type /EmbeddedFile", b"MZ"),
    }
    carrying = pdf(b"/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>", **attachment)
    form = pdf(b"/AcroForm << /XFA 5 0 R /Fields [] >>", o5=stream(b"", b"<xdp:xdp/>"))
    pinned = pdf(
        o3=b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots [<< /Subtype /FileAttachment /FS 5 0 R >>] >>",
        **attachment,
    )
    bomb = pdf(o5=stream(b"/Type /ObjStm /N 1 /First 4", b"6 0 " + b" " * 100_000_000))
    return {
        "script.pdf": (pdf(b"/OpenAction 5 0 R", o5=SCRIPT), REFUSED),
        "script_escaped.pdf": (pdf(b"/OpenAction 5 0 R", o5=escaped), REFUSED),
        "script_in_stream.pdf": (packed_pdf(SCRIPT), REFUSED),
        "script_escaped_in_stream.pdf": (packed_pdf(escaped), REFUSED),
        "script_by_name.pdf": (named, REFUSED),
        "script_sort_elsewhere.pdf": (pdf(b"/OpenAction << /S 5 0 R >>", o5=b"/JavaScript"), REFUSED),
        "script_in_link.pdf": (pdf(b"/A << /S /URI /URI (javascript:alert(1)) >>"), REFUSED),
        "script_in_no_table.pdf": (
            pdf() + b"9 0 obj\n" + SCRIPT + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % pdf().rindex(b"xref\n0 1"), REFUSED
        ),
        "launch_on_close.pdf": (pdf(b"/AA << /WC << /S /Launch /F (cmd.exe) >> >>"), REFUSED),
        "carries_a_program.pdf": (carrying, REFUSED),
        "pinned_file.pdf": (pinned, REFUSED),
        "xfa_form.pdf": (form, REFUSED),
        "cut.pdf": (pdf()[:-60], REFUSED),
        "page_in_front.pdf": (b"<html><script>alert(1)</script>" + pdf(), REFUSED),
        "page_behind.pdf": (pdf() + b"<html><script>alert(1)</script>", REFUSED),
        "zip_behind.pdf": (pdf() + archive({"run.exe": "MZ"}), REFUSED),
        "no_pages.pdf": (pdf(o2=b"<< /Type /Pages /Kids [] /Count 0 >>"), REFUSED),
        "stream_bomb.pdf": (bomb, REFUSED),
        "deep.pdf": (pdf(b"/X " + b"[" * 100_000 + b"]" * 100_000), REFUSED),
        "brackets.pdf": (b"%PDF-1.4\n" + b"1 0 obj (" * 200_000 + b"\nstartxref\n0\n%%EOF", REFUSED),
        "picture_named.pdf": (jpeg(), REFUSED),
        "good.pdf": (pdf(), PDF),
        "opens_at_page.pdf": (packed_pdf(b"<< /S /GoTo /D [3 0 R /Fit] >>"), PDF),
        "good.ofd": (ofd(), OFD),
        "zip_named.ofd": (archive({"a.txt": "x"}), REFUSED),
        "cut.ofd": (ofd()[:-30], REFUSED),
        "macro.xlsx": (archive({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<x/>", "xl/vbaProject.bin": "x"}), REFUSED),
        "macro_by_type.xlsx": (
            archive({"[Content_Types].xml": "<Types macroEnabled='1'/>", "xl/workbook.xml": "<x/>"}), REFUSED
        ),
        "macro.docm": (office("word"), REFUSED),
        "entities.xlsx": (
            office("xl", xl__sharedStrings='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'), REFUSED
        ),
        "unfolds.xlsx": (office("xl", xl__big=b"<x>" + b" " * 60_000_000), REFUSED),
        "remote_template.docx": (
            archive({
                "[Content_Types].xml": TYPES, "word/document.xml": "<x/>",
                "word/_rels/settings.xml.rels": '<R><r Type="x/attachedTemplate" Target="http://a.example/x" TargetMode="External"/></R>',
            }), REFUSED,
        ),
        "cut.xlsx": (office("xl")[:-40], REFUSED),
        "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, REFUSED),
        "page.csv": (b"a,b\n<html><script>alert(1)</script>", REFUSED),
        "entities.csv": (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>', REFUSED),
        "pdf_named.csv": (pdf(), REFUSED),
        "nul.csv": (b"a,b\n\0\0\0,1\n" + b"\xff\xfe", REFUSED),
        "good.csv": ("日期,贷方\n2026-01-02,100.00\n".encode(), TEXT),
        "nested.zip": (archive({"inner.zip": archive({"run.exe": "MZ"})}), REFUSED),
        "program.zip": (archive({"readme.txt": "x", "run.exe": "MZ"}), REFUSED),
    }  # fmt: skip


@cache
def corpus() -> dict[str, tuple[bytes, str]]:
    """Return (content, sort) by file name: the thirty, and these."""
    made = {
        name: (data, PICTURE if answer == "accept" else REFUSED)
        for name, (data, answer) in hostile_images.corpus().items()
    }
    return made | _pictures() | _papers() | _placed()
