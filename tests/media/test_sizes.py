"""Sizes of a picture: made outside the request, once, without metadata, largest first."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from media import actions
from media.actions import add_picture, make_avif, make_renditions
from media.models import PortalImage, PortalRendition
from media.templatetags.pictures import caption, picture, picture_url, shot
from portal.audit.models import Event
from portal.core.uploads import pictures
from tests.load.hostile_images import gps_exif, jpeg

from .conftest import jpeg_bytes


def specs(image):
    return sorted(image.renditions.values_list("filter_spec", "width"))


def test_adding_makes_no_size_but_asks_the_worker(picture, monkeypatch, gao):
    asked = []
    monkeypatch.setattr(actions, "enqueue", lambda *args: asked.append(args))
    image = add_picture(file=io.BytesIO(jpeg_bytes()), name="a.jpg", title="x", actor=gao)
    assert asked == [("media.tasks.make_renditions", image.pk)]
    assert PortalRendition.objects.count() == 0
    assert image.state == PortalImage.State.PENDING
    assert Event.objects.filter(action="media.picture_added").count() == 2


def test_sizes_are_made_once_and_only_up_to_the_pictures_own(picture):
    assert make_renditions(picture.pk) == 5
    assert specs(picture) == [
        ("max-165x165", 165),
        ("width-1600|format-webp", 1200),
        ("width-480|format-webp", 480),
        ("width-960|format-jpeg", 960),
        ("width-960|format-webp", 960),
    ]
    assert make_renditions(picture.pk) == 0
    picture.refresh_from_db()
    assert picture.state == PortalImage.State.READY
    assert make_avif(picture.pk) == 3
    assert make_avif(picture.pk) == 0


def test_wagtails_own_picture_tag_finds_them(picture):
    make_renditions(picture.pk)
    with CaptureQueriesContext(connection) as queries:
        found = picture.get_renditions("width-480|format-webp", "width-960|format-jpeg")
        thumb = picture.get_rendition("max-165x165")
    assert [rendition.width for rendition in found.values()] == [480, 960]
    assert thumb.width == 165
    assert not [query for query in queries if "INSERT" in query["sql"]]


def test_a_small_picture_keeps_its_width(gao):
    image = add_picture(file=io.BytesIO(jpeg_bytes(300, 200)), name="a.jpg", title="x", actor=gao)
    make_renditions(image.pk)
    assert specs(image) == [("max-165x165", 165), ("width-480|format-webp", 300), ("width-960|format-jpeg", 300)]


def test_the_cameras_notes_never_leave(gao):
    image = add_picture(file=io.BytesIO(jpeg(1200, 900, exif=gps_exif())), name="a.jpg", title="x", actor=gao)
    make_renditions(image.pk)
    make_avif(image.pk)
    assert (image.width, image.height) == (900, 1200), "turned upright"
    assert str(image.captured_on) == "2026-05-01"
    assert image.camera == "Field Camera"
    assert image.gps_lat is None
    files = [image.file, *(rendition.file for rendition in image.renditions.all())]
    assert len(files) == 7
    for file in files:
        with file.storage.open(file.name, "rb") as opened, Image.open(opened) as drawn:
            assert not drawn.getexif()
            assert not {"exif", "xmp", "comment", "icc_profile"} & {key for key, value in drawn.info.items() if value}
            assert drawn.width < drawn.height


def test_the_position_is_kept_only_where_asked_for(gao):
    image = add_picture(file=io.BytesIO(jpeg(exif=gps_exif())), name="a.jpg", title="x", actor=gao, keep_position=True)
    assert round(image.gps_lat, 4) == 31.2304
    assert round(image.gps_lng, 4) == 121.4701


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_every_format_we_take_can_be_shown(kind, mode, gao):
    out = io.BytesIO()
    Image.new(mode, (1000, 700), (200, 100, 50) if mode == "RGB" else (200, 100, 50, 128)).save(out, kind)
    suffix = {"PNG": ".png", "WEBP": ".webp", "AVIF": ".avif", "HEIF": ".heic"}[kind]
    image = add_picture(file=out, name=f"a{suffix}", title="x", actor=gao)
    assert make_renditions(image.pk) >= 3


def test_a_places_picture_needs_size_and_shape(gao):
    from django.core.exceptions import ValidationError

    for width, height in ((1000, 700), (4000, 900)):
        with pytest.raises(ValidationError):
            add_picture(file=io.BytesIO(jpeg_bytes(width, height)), name="a.jpg", title="x", actor=gao, for_place=True)


def test_the_placeholder_is_tiny_and_the_fingerprint_stable(gao, picture):
    assert picture.placeholder.startswith("data:image/webp;base64,")
    assert len(picture.placeholder) <= 300
    smaller = pictures.examine(io.BytesIO(jpeg_bytes(600, 400)), "b.jpg")
    assert bin(int(smaller.phash, 16) ^ int(picture.phash, 16)).count("1") <= 4
    assert picture.tone.startswith("#")


def test_replacing_throws_the_old_sizes_away(picture, gao, django_capture_on_commit_callbacks):
    make_renditions(picture.pk)
    old = picture.file.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.replace_file(image=picture, file=io.BytesIO(jpeg_bytes(700, 500)), name="b.jpg", actor=gao)
    assert picture.renditions.count() == 0
    assert not picture.file.storage.exists(old)
    assert picture.file.storage.exists(picture.file.name)
    assert picture.state == PortalImage.State.PENDING


def test_a_file_that_cannot_be_drawn_is_marked(picture):
    with picture.file.storage.open(picture.file.name, "r+b") as file:
        file.truncate(400)
    assert make_renditions(picture.pk) == 0
    assert PortalImage.objects.get(pk=picture.pk).state == PortalImage.State.REFUSED
    assert Event.objects.filter(action="media.picture_refused").exists()


def test_the_tag_asks_nothing_when_sizes_are_read_ahead(picture):
    make_renditions(picture.pk)
    image = PortalImage.objects.with_renditions().get(pk=picture.pk)
    with CaptureQueriesContext(connection) as queries:
        html = picture_tag(image) + shot(image) + picture_url(image, 1200)
    assert len(queries) == 0
    assert 'type="image/webp"' in html
    assert "480w" in html
    assert f'data-tone="{image.tone}"' in html


def picture_tag(image, **options):
    return picture(image, **options)


def test_before_its_sizes_are_there_a_picture_shows_its_placeholder(picture):
    html = picture_tag(picture)
    assert f'src="{picture.placeholder}"' in html
    assert 'width="1200" height="800"' in html
    assert PortalRendition.objects.count() == 0


def test_captions_are_honest(picture):
    from django.utils import translation

    with translation.override("en"):
        assert caption(picture).startswith("<span>Sample picture: Hall of an old mansion · ")
        assert caption(picture, True).startswith("<span>Hall of an old mansion · ")
        picture.kind = PortalImage.Kind.RENDER
        assert "Concept render: " in caption(picture, True)
    with translation.override("zh-hans"):
        assert "概念渲染：旧公馆大厅" in caption(picture)
