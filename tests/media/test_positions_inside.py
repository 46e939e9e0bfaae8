"""Pictures inside PDFs, office files and archives do not say where they were taken, and everything else stays."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from PIL import Image
from pypdf import PdfReader

from portal.core.uploads import positions
from portal.core.uploads.papers import check_paper
from tests.factories.files import archive
from tests.load.hostile_files import TYPES, photo_pdf, picture
from tests.load.hostile_images import gps_exif, jpeg, jpeg_with_exif

WORD = {"[Content_Types].xml": TYPES, "word/document.xml": "<x/>"}


def kept(content, name):
    return check_paper(io.BytesIO(content), name)


def where(photo):
    with Image.open(io.BytesIO(photo)) as image:
        return dict(image.getexif().get_ifd(positions.GPS))


def colours(photo):
    with Image.open(io.BytesIO(photo)) as image:
        return image.convert("RGB").tobytes()


@pytest.mark.parametrize("turned", [1, 6])
def test_a_photo_in_a_pdf_forgets_where_and_keeps_how_it_is_turned_and_every_byte_its_place(turned):
    photo = jpeg(exif=gps_exif(orientation=turned))
    before = photo_pdf(photo)
    after = kept(before, "a.pdf")
    assert len(after) == len(before)
    found = PdfReader(io.BytesIO(after)).get_object(6).get_data()
    assert where(photo)
    assert not where(found)
    assert colours(found) == colours(photo)
    with Image.open(io.BytesIO(found)) as image:
        assert image.getexif().get(positions.ORIENTATION, 1) == turned


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (photo_pdf(jpeg()), "a.pdf"),
        (archive({**WORD, "word/media/a.jpg": jpeg(), "word/media/b.png": picture("PNG")}), "a.docx"),
        (archive({"a.jpg": jpeg_with_exif(b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")}), "a.zip"),
    ],
    ids=["pdf", "docx", "zip"],
)
def test_what_says_nothing_is_kept_byte_for_byte(content, name):
    assert kept(content, name) == content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_document_keeps_its_parts_their_order_and_the_colours_of_its_pictures(kind):
    photo = picture(kind, exif=gps_exif(orientation=1))
    content = archive({**WORD, "word/media/a.bin": photo, "word/styles.xml": "<s/>"})
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(io.BytesIO(kept(content, "a.docx"))) as new:
        assert new.namelist() == old.namelist()
        assert new.read("word/styles.xml") == b"<s/>"
        assert not positions.says_where(new.read("word/media/a.bin"))
        assert not where(new.read("word/media/a.bin"))
        assert colours(new.read("word/media/a.bin")) == colours(photo)


def test_names_that_windows_wrote_in_chinese_stay_readable():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("XXXX.jpg", jpeg(exif=gps_exif()))
    content = out.getvalue().replace(b"XXXX.jpg", "片场".encode("gb18030") + b".jpg")
    with zipfile.ZipFile(io.BytesIO(kept(content, "a.zip"))) as new:
        assert new.namelist() == ["片场.jpg"]


@pytest.mark.parametrize("kind", ["TIFF", "HEIF", "AVIF"])
def test_a_picture_that_is_not_rewritten_here_is_refused_by_name_where_it_says_where(kind):
    for exif, refused in ((gps_exif(), True), (b"", False)):
        options = {"exif": exif} if exif else {}
        content = archive({"bilder/a.pic": picture(kind, size=(320, 240), **options)})
        if refused:
            with pytest.raises(ValidationError, match=r"a\.pic"):
                kept(content, "a.zip")
        else:
            assert kept(content, "a.zip") == content


def test_words_of_xmp_are_blanked_in_place_and_stay_xml():
    before = b"<d exif:GPSLatitude='31,13.8N' a='1'><exif:GPSLongitude>121,28E</exif:GPSLongitude></d>"
    after = positions.forget(before)
    assert len(after) == len(before)
    assert b"31,13" not in after
    assert b"121,28" not in after
    assert b"<exif:wasLongitude>       </exif:wasLongitude></d>" in after
