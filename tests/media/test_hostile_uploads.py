"""The actions that take pictures in: each hostile one is refused or kept clean. The ways that lead there: `test_every_way_in`."""

import io
import resource
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from media.actions import add_picture, replace_file
from media.models import PortalImage
from tests.load.hostile_files import PICTURE, corpus

from .conftest import jpeg_bytes

NAMES = sorted(name for name in corpus() if not name.endswith((".pdf", ".xlsx", ".ofd", ".csv", ".zip")))
GPS_WORDS = (b"Exif\0\0", b"GPS", b"ns.adobe.com/xap")


def upload(name):
    return SimpleUploadedFile(name, corpus()[name][0], content_type="image/jpeg")


def check(name, accepted):
    assert accepted == (corpus()[name][1] == PICTURE), name


def kept_clean(image):
    with image.file.storage.open(image.file.name, "rb") as file:
        data = file.read()
    assert not any(word in data for word in (*GPS_WORDS, b"<script", b"<html"))
    assert image.file.name.startswith("originals/")
    assert image.file.name.isascii()


@pytest.mark.parametrize("name", NAMES)
def test_the_action_refuses_or_cleans(name, gao):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        image = add_picture(file=io.BytesIO(corpus()[name][0]), name=name, title="x", actor=gao)
    except ValidationError:
        check(name, accepted=False)
    else:
        check(name, accepted=True)
        kept_clean(image)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) / 1024 < 300


@pytest.mark.parametrize("name", NAMES)
def test_replacing_a_file_refuses_or_cleans(name, gao, picture):
    before = picture.file.name
    try:
        replace_file(image=picture, file=io.BytesIO(corpus()[name][0]), name=name, actor=gao)
    except ValidationError:
        check(name, accepted=False)
        assert PortalImage.objects.get(pk=picture.pk).file.name == before
    else:
        check(name, accepted=True)
        kept_clean(picture)


def test_an_upload_mended_afterwards_is_clean_too(client, gao):
    """A title that is too long keeps the file aside until it is mended; what is kept aside has been cleaned."""
    from wagtail.models import UploadedFile

    client.force_login(gao)
    response = client.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "x" * 300, "files[]": upload("exif_gps_private_home.jpg")},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    waiting = UploadedFile.objects.get(pk=response.json()["uploaded_file_id"])
    assert not any(word in waiting.file.read() for word in GPS_WORDS)
    prefix = f"uploaded-image-{waiting.pk}"
    response = client.post(
        reverse("wagtailimages:create_multiple_from_uploaded_image", args=[waiting.pk]),
        {f"{prefix}-title": "短名", f"{prefix}-kind": "photo"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert response.json()["success"]
    image = PortalImage.objects.get(title="短名")
    kept_clean(image)
    assert image.uploaded_by_user == gao
    assert image.placeholder


@pytest.mark.parametrize("name", ["../../etc/x.jpg", "图" * 200 + ".jpg", "a\0b.jpg"])
def test_no_name_reaches_the_disk(name, gao):
    image = add_picture(file=io.BytesIO(jpeg_bytes()), name=name, title="x", actor=gao)
    kept_clean(image)


def test_the_refusal_speaks_the_readers_language(gao):
    from django.utils import translation

    said = []
    for language in ("en", "zh-hans"):
        with translation.override(language), pytest.raises(ValidationError) as refusal:
            add_picture(file=io.BytesIO(b""), name="x.jpg", title="x", actor=gao)
        said.append(refusal.value.messages[0])
    assert said == ["The file is empty.", "文件是空的。"]


def test_a_grey_picture_of_sixteen_bits_keeps_its_greys(gao):
    """Eight bits are kept: before, the file was called damaged, though it is sound."""
    path = Path(__file__).with_name("i16.png")
    image = add_picture(file=io.BytesIO(path.read_bytes()), name="i16.png", title="x", actor=gao)
    with Image.open(path) as source, image.file.storage.open(image.file.name, "rb") as file, Image.open(file) as kept:
        assert (kept.mode, kept.size) == ("L", source.size)
        for place in ((0, 0), (600, 450), (1199, 899)):
            assert abs(kept.getpixel(place) - source.getpixel(place) / 257) <= 1


def test_a_picture_saved_by_chrome_on_windows_keeps_no_odd_ending(gao):
    image = add_picture(file=io.BytesIO(jpeg_bytes()), name="转账.jfif", title="x", actor=gao)
    assert image.file.name.endswith(".jpg")


@pytest.mark.parametrize(("name", "reason"), [
    ("scan-bomb.jpg", "picture_passes"), ("png_named.jpeg", "picture_name"), ("cut.png", "picture_damaged"),
    ("moving_400_frames.webp", "picture_moves"), ("profile_of_two_megabytes.jpg", "picture_padding"),
])  # fmt: skip
def test_a_refusal_names_the_true_reason(name, reason, gao):
    with pytest.raises(ValidationError) as refusal:
        add_picture(file=io.BytesIO(corpus()[name][0]), name=name, title="x", actor=gao)
    assert refusal.value.code == reason
