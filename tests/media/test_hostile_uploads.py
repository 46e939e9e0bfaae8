"""Hostile files on every way in: each is refused with a form error or kept clean; none is a server error."""

import io
import resource
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from media.actions import add_picture, replace_file
from media.models import PortalImage
from tests.load.hostile_images import corpus

from .conftest import jpeg_bytes

NAMES = sorted(corpus())
GPS_WORDS = (b"Exif\0\0", b"GPS", b"ns.adobe.com/xap")


def upload(name):
    return SimpleUploadedFile(name, corpus()[name][0], content_type="image/jpeg")


def check(name, accepted):
    assert accepted == (corpus()[name][1] == "accept"), name


def kept_clean(image):
    with image.file.storage.open(image.file.name, "rb") as file:
        data = file.read()
    assert not any(word in data for word in (*GPS_WORDS, b"<script", b"<html"))
    assert image.file.name.startswith("originals/")
    assert image.file.name.isascii()


@pytest.mark.parametrize("name", NAMES)
def test_the_action_refuses_or_cleans(name, gao):
    cpu, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        image = add_picture(file=io.BytesIO(corpus()[name][0]), name=name, title="x", actor=gao)
    except ValidationError:
        check(name, accepted=False)
    else:
        check(name, accepted=True)
        kept_clean(image)
    assert time.process_time() - cpu < 2
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


@pytest.mark.parametrize("name", NAMES)
def test_the_admins_single_upload(name, client, gao):
    client.force_login(gao)
    response = client.post(reverse("wagtailimages:add"), {"title": "x", "kind": "photo", "file": upload(name)})
    assert response.status_code in {200, 302}
    check(name, accepted=response.status_code == 302)
    assert response.status_code == 302 or response.context["form"].errors["file"]


@pytest.mark.parametrize("name", NAMES)
def test_the_admins_multiple_upload(name, client, gao):
    client.force_login(gao)
    response = client.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "x", "files[]": upload(name)},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert response.status_code == 200
    answer = response.json()
    check(name, accepted=answer["success"])
    if answer["success"]:
        kept_clean(PortalImage.objects.get(pk=answer["image_id"]))
    else:
        assert answer["error_message"]


@pytest.mark.parametrize("name", NAMES)
def test_the_choosers_upload(name, client, gao):
    client.force_login(gao)
    address = reverse("wagtailimages_chooser:create")
    data = {"image-chooser-upload-title": "x", "image-chooser-upload-kind": "photo"}
    response = client.post(address, {**data, "image-chooser-upload-file": upload(name)})
    assert response.status_code == 200
    check(name, accepted=response.json()["step"] == "chosen")


@pytest.mark.parametrize("name", NAMES)
def test_the_admins_edit_page(name, client, gao, picture):
    client.force_login(gao)
    response = client.post(
        reverse("wagtailimages:edit", args=[picture.pk]), {"title": "x", "kind": "photo", "file": upload(name)}
    )
    assert response.status_code in {200, 302}
    check(name, accepted=response.status_code == 302)


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
