"""Stages: arithmetic of sheets, the list's facets and words, the page, and who may edit."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from studios import fit
from studios.actions import keep_stage
from studios.models import LedSurface, Stage
from tests.factories.studios import make_resource


def test_pixels_are_size_over_pitch():
    wall = LedSurface(arc_length_m=42, height_m=7, pixel_pitch_mm=1.95)
    assert (wall.pixels_w, wall.pixels_h, wall.area_m2) == (21538, 3590, 294.0)


def test_an_arc_closes_where_geometry_says():
    arc = fit.arc(42, 150)
    assert (round(arc.radius_m, 1), round(arc.chord_m, 1), round(arc.depth_m, 1)) == (16.0, 31.0, 11.9)
    with pytest.raises(ValueError, match="angle"):
        fit.arc(10, 0)


@pytest.mark.parametrize(("area", "ok"), [(3000, True), (3200, True), (4000, False)])
def test_a_floor_area_that_contradicts_its_sides_is_refused(area, ok):
    stage = Stage(slug="x", kind="standard", name_zh="x", name_en="x", floor_area_m2=area, length_m=60, width_m=50)
    if ok:
        stage.clean()
    else:
        with pytest.raises(ValidationError, match=r"3000|3,000"):
            stage.clean()


def test_only_stage_managers_keep_stages(lin, gao, mei, db):
    stage = make_resource().stage
    for person in (lin, gao):
        with pytest.raises(PermissionDenied):
            keep_stage(actor=person, stage=stage)
    keep_stage(actor=mei, stage=stage)


@pytest.fixture
def three(db, mei):
    led, green, cloud = (
        make_resource("led-1"),
        make_resource("green-6", kind="greenscreen"),
        make_resource("cloud", kind="render_cloud", units=8),
    )
    Stage.objects.filter(pk=green.stage_id).update(name_zh="绿幕实时合成棚", name_en="Green screen", floor_area_m2=800)
    Stage.objects.filter(pk=led.stage_id).update(
        name_zh="LED 虚拟拍摄棚", name_en="LED volume", floor_area_m2=3000, sync_sound_ok=True
    )
    for resource in (led, green, cloud):
        keep_stage(actor=mei, stage=Stage.objects.get(pk=resource.stage_id))
    return led, green, cloud


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("q=绿幕", 1),
        ("q=lvmu", 1),
        ("q=green", 1),
        ("kind=greenscreen&kind=render_cloud", 2),
        ("area=l", 1),
        ("area=l&kind=greenscreen", 0),
        ("kind=nonsense", 3),
        ("feature=sync_sound", 1),
    ],
)
def test_words_and_facets_narrow_the_list(three, query, found):
    page = Client().get(f"/zh-hans/stages/?{query}").text
    assert page.count('class="hit__title"') == found


def test_hidden_stages_are_nowhere(three, db):
    stage = three[0].stage
    Stage.objects.filter(pk=stage.pk).update(published=False)
    client = Client()
    assert client.get(f"/zh-hans/stages/{stage.slug}/").status_code == 404
    assert client.get(f"/zh-hans/bookings/new/{stage.slug}/").status_code == 404
    assert f"/stages/{stage.slug}/" not in client.get("/zh-hans/stages/").text
    assert client.get(f"/api/v1/stages/{stage.slug}").status_code == 404
    assert client.get(f"/api/v1/resources/{three[0].pk}/calendar").status_code == 404
    assert stage.slug not in str(client.get("/api/v1/stages/free").json())


def test_pages_cost_few_queries(three, django_assert_max_num_queries):
    client = Client()
    client.get("/zh-hans/stages/")
    with django_assert_max_num_queries(12):
        client.get("/zh-hans/stages/")
    with django_assert_max_num_queries(12):
        client.get("/zh-hans/stages/led-1/")


@pytest.mark.parametrize(
    "query", ["q=" + "x" * 10_000, "q=%00%ff", "q=%27%22)(", "kind=" + "a" * 3000, "page=-1", "area=l&" * 500]
)
def test_hostile_queries_are_answered(three, query):
    expected = 400 if "%00" in query else 200  # what no database holds is refused before any page
    assert Client().get(f"/en/stages/?{query}").status_code == expected


def test_a_yes_or_no_of_a_stage_that_nobody_looked_at_is_not_measured(three, mei):
    led, _green, _cloud = three
    page = Client().get(led.stage.get_absolute_url()).text
    assert "未实测" in page
    assert "not measured" in Client().get(led.stage.get_absolute_url().replace("/zh-hans/", "/en/")).text
    flags = ("door_acoustic", "truck_access", "hvac_silent", "sync_sound_ok", "genlock")
    for name in flags:
        assert Stage._meta.get_field(name).null
    stage = Stage.objects.get(pk=led.stage_id)
    for name in flags:
        setattr(stage, name, False)
    keep_stage(actor=mei, stage=stage)
    assert "未实测" not in Client().get(stage.get_absolute_url()).text
