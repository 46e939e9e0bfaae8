"""Demo content: each part whole or not at all, and what a person changed stays."""

import json

import pytest

from bookings.models import Booking
from demo import bookings, marks, people, places, stages, vendors
from demo.models import SampleMark
from locations.actions import update_location
from locations.models import Location
from portal.audit.models import Event
from services.directory.models import Vendor
from studios.models import Stage

pytestmark = pytest.mark.django_db


class OneForAll(dict):
    """No picture for anybody: the texts are what is looked at."""

    def __missing__(self, key):
        return None


@pytest.fixture
def everybody(monkeypatch):
    for show in ("set_avatar", "show_picture"):
        monkeypatch.setattr(f"services.directory.actions.{show}", lambda **fields: None)
    monkeypatch.setattr("demo.stages._pictures", lambda *row: None)
    monkeypatch.setattr("demo.places.PLACES", places.PLACES[:3])
    monkeypatch.setattr("demo.places.all_places", lambda: list(places.PLACES))
    marks.forget_left()
    return people.load()


@pytest.fixture
def few_vendors(monkeypatch, tmp_path):
    rows = json.loads((vendors.FILES / "vendors.json").read_text(encoding="utf-8"))
    company = next(row for row in rows if row["kind"] == "company" and row["state"] == "verified")
    (tmp_path / "vendors.json").write_text(json.dumps([company]), encoding="utf-8")
    monkeypatch.setattr("demo.vendors.FILES", tmp_path)
    return company


def test_bookings_that_were_interrupted_are_not_there_and_come_whole_the_next_time(everybody, monkeypatch):
    resources = stages.load(OneForAll(), everybody["mei"])
    monkeypatch.setattr("demo.bookings.started", lambda *row: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        bookings.load(everybody, resources)
    assert not Booking.objects.exists()
    assert not marks.is_loaded("bookings")
    monkeypatch.undo()
    bookings.load(everybody, resources)
    assert Booking.objects.count() == len(bookings.PLAN) + 3
    bookings.load(everybody, resources)
    assert Booking.objects.count() == len(bookings.PLAN) + 3


def test_bookings_somebody_deleted_do_not_come_back(everybody):
    marks.mark_loaded("bookings")
    bookings.load(everybody, {})
    assert not Booking.objects.exists()


def test_loading_again_writes_no_audit_row(everybody, few_vendors):
    def load():
        stages.load(OneForAll(), everybody["mei"])
        places.load({}, everybody["gao"])
        vendors.load(everybody, OneForAll())

    load()
    before = Event.objects.count()
    load()
    assert Event.objects.count() == before


def test_a_place_somebody_changed_stays_and_one_nobody_changed_follows_its_sample(everybody, monkeypatch):
    mine, theirs, _third = places.load({}, everybody["gao"])
    update_location(actor=everybody["gao"], location=mine, summary_zh="我改过的一句话")
    monkeypatch.setattr("demo.places.all_places", lambda: [{**one, "summary_zh": "新的样例"} for one in places.PLACES])
    places.load({}, everybody["gao"])
    assert Location.objects.get(pk=mine.pk).summary_zh == "我改过的一句话"
    assert Location.objects.get(pk=theirs.pk).summary_zh == "新的样例"
    assert marks.left == [mine.name_zh]


def test_a_place_somebody_deleted_stays_away(everybody):
    gone = places.load({}, everybody["gao"])[0]
    Location.objects.filter(pk=gone.pk).delete()
    places.load({}, everybody["gao"])
    assert not Location.objects.filter(code=gone.code).exists()


@pytest.mark.parametrize("marked", [True, False], ids=["loaded now", "loaded before samples had keys"])
def test_a_vendor_somebody_renamed_is_found_again_and_keeps_the_name(everybody, few_vendors, marked):
    (vendor,) = vendors.load(everybody, OneForAll())
    Vendor.objects.filter(pk=vendor.pk).update(name_zh="我的新名字")
    if not marked:
        SampleMark.objects.filter(key__startswith="vendor:").delete()
    vendors.load(everybody, OneForAll())
    assert list(Vendor.objects.values_list("name_zh", flat=True)) == ["我的新名字"]
    assert marks.left == ["我的新名字"]


def test_a_stage_with_a_new_address_is_not_made_twice(everybody):
    stages.load(OneForAll(), everybody["mei"])
    Stage.objects.filter(slug="led-1").update(slug="big-wall")
    found = stages.load(OneForAll(), everybody["mei"])
    assert found["led-1"].stage.slug == "big-wall"
    assert Stage.objects.count() == len(stages.STAGES)


def test_a_person_keeps_changed_name_address_and_groups_and_comes_back_when_deleted(everybody):
    mei, bo = everybody["mei"], everybody["bo"]
    mei.email, mei.name = "mei@elsewhere.example", "梅"
    mei.save()
    mei.groups.clear()
    bo.memberships.all().delete()
    bo.delete()
    again = people.load()
    assert (again["mei"].pk, again["mei"].name, again["mei"].groups.count()) == (mei.pk, "梅", 0)
    assert again["bo"].email == "bo@demo.example"
