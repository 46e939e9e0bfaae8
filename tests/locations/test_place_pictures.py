"""What stands for a place is the place: its own photograph once on a screen, else its section; samples say so."""

import io
import re

import pytest
from django.urls import reverse
from PIL import Image

from locations import queries
from locations.actions import create_location, hide_location, update_location
from locations.models import LocationPhoto
from portal.search.query import Viewer

from .conftest import fields

pytestmark = pytest.mark.django_db


def with_photos(gao, place, *photos):
    rows = [LocationPhoto(image=image, order=n, shows_place=own) for n, (image, own) in enumerate(photos)]
    return update_location(actor=gao, location=place, children={"photos": rows}, captured_on="2026-04-11")


def test_a_picture_of_elsewhere_never_stands_for_a_place(client, gao, street, make_image):
    image = make_image(1)
    with_photos(gao, street, (image, False))
    for page in (reverse("locations:list"), "/zh-hans/"):
        text = client.get(page).text
        assert f'alt="{image.subject}"' not in text
    listed = client.get(reverse("locations:list")).text
    assert f"{street.slug}/section-card.svg?v=2" in listed
    assert client.get("/api/v1/locations").json()["items"][0]["thumbnail"] is None
    assert street.slug in client.get("/api/v1/locations").json()["items"][0]["drawing"]


def test_a_sample_says_on_itself_that_it_is_not_this_place(client, gao, street, make_image):
    with_photos(gao, street, (make_image(1), False))
    chinese = client.get(street.get_absolute_url()).text
    assert "示例图片，非此地" in re.search(r"<figcaption.*?</figcaption>", chinese, re.S)[0]
    english = client.get(f"/en/locations/{street.slug}/").text
    assert "Sample picture, not this place" in re.search(r"<figcaption.*?</figcaption>", english, re.S)[0]


def test_a_samples_capture_date_is_not_the_places(client, gao, street, make_image):
    with_photos(gao, street, (make_image(1), False))
    assert "2026-04-11" not in client.get(street.get_absolute_url()).text
    assert client.get(f"/api/v1/locations/{street.slug}").json()["captured_on"] is None
    with_photos(gao, street, (make_image(1), True))
    assert "2026-04-11" in client.get(street.get_absolute_url()).text
    assert client.get(f"/api/v1/locations/{street.slug}").json()["captured_on"] == "2026-04-11"


def test_no_picture_stands_for_two_places_on_a_screen(client, gao, street, make_image):
    shared, second = make_image(1), make_image(2)
    with_photos(gao, street, (shared, True))
    create_location(
        actor=gao,
        children={"photos": [LocationPhoto(image=shared, order=0), LocationPhoto(image=second, order=1)]},
        **fields(5),
    )
    create_location(actor=gao, children={"photos": [LocationPhoto(image=shared)]}, **fields(6))
    shown = queries.with_covers(queries.visible(Viewer()).order_by("code"))
    assert [one.cover and one.cover.image_id for one in shown] == [shared.pk, second.pk, None]


def test_its_own_picture_comes_first_and_says_whose_it_is(client, gao, street, make_image):
    sample, own = make_image(1), make_image(2)
    with_photos(gao, street, (sample, False), (own, True))
    listed = client.get(reverse("locations:list")).text
    assert "section-card" not in listed
    assert "实景" in listed
    assert "A. Author" in listed
    page = client.get(street.get_absolute_url()).text
    assert "section-card" not in page
    assert "og:image" in page


@pytest.mark.parametrize("frame", ["card", "wide", "share"])
def test_a_drawing_is_served_in_the_readers_language(client, street, frame):
    chinese = client.get(reverse("locations:section", args=[street.slug, frame]))
    assert chinese["Content-Type"].startswith("image/svg+xml")
    assert "松溉古镇剖面图" in chinese.text
    assert "script" not in chinese["Content-Security-Policy"]
    assert "Section through Songji" in client.get(f"/en/locations/{street.slug}/section-{frame}.svg").text
    assert client.get(f"/en/locations/{street.slug}/section-huge.svg").status_code == 404


def test_a_versions_drawing_may_be_kept_and_a_changed_place_has_a_new_one(client, gao, street):
    address = re.search(r'src="([^"]+section-card[^"]+)"', client.get(street.get_absolute_url()).text)[1]
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=86400"
    update_location(actor=gao, location=street, truck_to_set_m=40)
    assert "max-age=60" in client.get(address)["Cache-Control"]
    then = re.search(r'src="([^"]+section-card[^"]+)"', client.get(street.get_absolute_url()).text)[1]
    assert then != address
    assert "现场 40 米" in client.get(then).text


def test_the_picture_for_chat_apps_is_a_png_of_their_size(client, street):
    page = client.get(street.get_absolute_url()).text
    address = re.search(r'og:image" content="[a-z]+://[^/]+([^"]+)"', page)[1]
    answer = client.get(address)
    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


@pytest.mark.parametrize("name", ["section-card.svg", "section-wide.svg", "section.png"])
def test_a_stranger_gets_no_drawing_of_a_hidden_or_private_place(client, gao, street, private, hidden, name):
    for place in (private, hidden):
        assert client.get(f"/zh-hans/locations/{place.slug}/{name}").status_code == 404
    assert client.get(f"/zh-hans/locations/{street.slug}/{name}").status_code == 200
    hide_location(actor=gao, location=street)
    assert client.get(f"/zh-hans/locations/{street.slug}/{name}").status_code == 404


def test_a_private_places_drawing_is_kept_by_nobody_else(client, private, lin):
    client.force_login(lin)
    answer = client.get(f"/zh-hans/locations/{private.slug}/section-card.svg")
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
