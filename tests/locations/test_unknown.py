"""Unknown is not no: what nobody measured, asked or registered is said so, counts in no facet, and is null in the API."""

import importlib
from datetime import date
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from locations import facets
from locations.actions import update_location
from locations.admin import LocationViewSet
from locations.models import EFFECTS, Location, LocationBlackout

from .conftest import fields

pytestmark = pytest.mark.django_db
YES_OR_NO = (
    "turning_ok", "boat_access", "rain_slip", "generator_spot", "base_camp", "toilets", "green_room", "makeup_space",
    "interior_drama_allowed",
)  # fmt: skip
NO_FACTS = {"exact_point_public", "figures_are_samples"}
"""Switches of the record, which somebody sets either way."""


def test_every_yes_or_no_of_a_place_has_a_third_state():
    flags = {f.name for f in Location._meta.get_fields() if f.get_internal_type() == "BooleanField"}
    assert flags == {*YES_OR_NO, *NO_FACTS}
    for name in YES_OR_NO:
        field = Location._meta.get_field(name)
        assert field.null
        assert field.get_default() is None


@pytest.mark.parametrize("name", YES_OR_NO)
def test_a_facet_counts_only_what_is_known_to_be_so(name):
    def keys(value):
        found = facets.keys_of(Location(**fields(1), **{name: value}))
        return {(facet, key) for facet, values in found.items() for key in values}

    assert keys(None) <= keys(True) | keys(False)
    gained = (keys(True) | keys(False)) - keys(None)
    assert len(gained) == 1
    assert gained == (keys(False) if name == "rain_slip" else keys(True)) - keys(None)


def test_dry_is_what_somebody_found_dry():
    for value, dry in ((None, False), (True, False), (False, True)):
        found = facets.keys_of(Location(**fields(1, altitude_m=300), rain_slip=value))
        assert ("dry" in found.get("way", [])) is dry


def test_no_porters_and_the_fees_basis_count_only_where_somebody_said_so():
    assert "way" not in facets.keys_of(Location(**fields(1), stairs_up=0))
    assert facets.keys_of(Location(**fields(1), porters_needed=0))["way"] == ["no-porters"]
    assert "fee_basis" not in facets.keys_of(Location(**fields(1)))
    assert facets.keys_of(Location(**fields(1), fee_fen=100))["fee_basis"] == ["day"]
    assert facets.keys_of(Location(**fields(1), fee_basis="free"))["fee_basis"] == ["free"]


def facts_of(text, heading):
    part = text.split(f'id="{heading}"')[1].split("</section>")[0]
    return part


def test_the_page_says_what_nobody_measured_asked_or_registered(client, gao, street):
    update_location(actor=gao, location=street, heritage_level="municipal", truck_to_set_m=None)
    chinese = client.get(street.get_absolute_url()).text
    assert facts_of(chinese, "h-acc").count("未实测") >= 12
    assert "未问" in facts_of(chinese, "h-rule")
    assert "未登记" in facts_of(chinese, "h-rule")
    assert "不滑" not in chinese
    english = client.get(f"/en/locations/{street.slug}/").text
    assert "not measured" in english
    assert "not asked yet" in english
    assert "not registered" in english


def test_the_page_says_yes_and_no_where_somebody_looked(client, gao, street):
    known = dict.fromkeys(YES_OR_NO, False) | dict.fromkeys((*EFFECTS, "sync_sound"), "ask")
    update_location(actor=gao, location=street, heritage_level="municipal", **known)
    text = client.get(street.get_absolute_url()).text
    assert "不滑" in text
    assert "未问" not in text
    update_location(actor=gao, location=street, rain_slip=True)
    assert "雨天" in client.get(street.get_absolute_url()).text


def test_the_api_says_null_for_unknown_under_the_names_it_had(client, gao, street):
    one = client.get(f"/api/v1/locations/{street.slug}").json()
    assert one["access"]["rain_slip"] is None
    assert one["access"]["boat_access"] is None
    assert one["interior_drama_allowed"] is None
    update_location(actor=gao, location=street, rain_slip=False, boat_access=True)
    one = client.get(f"/api/v1/locations/{street.slug}").json()
    assert one["access"]["rain_slip"] is False
    assert one["access"]["boat_access"] is True


def test_never_asked_is_not_ask_first(client, gao, street):
    def columns_of(language):
        text = client.get(f"/{language}/locations/{street.slug}/").text
        found = text.split('id="h-may"')[1].split('id="sun"')[0].split("<h3>")[1:]
        return [(one.split(" <b>")[0], one.count("<dt>")) for one in found]

    assert [Location._meta.get_field(name).get_default() for name in ("sync_sound", *EFFECTS)] == [""] * 10
    assert columns_of("zh-hans") == [("可以", 0), ("先问", 0), ("不可", 0), ("未问", 10)]
    assert "as the permit letter says" not in client.get(f"/en/locations/{street.slug}/").text
    update_location(actor=gao, location=street, may_smoke="ask", may_fire="never")
    assert columns_of("en") == [("Allowed", 0), ("Ask first", 1), ("Never", 1), ("Not asked yet", 8)]
    assert "as the permit letter says" in client.get(f"/en/locations/{street.slug}/").text
    said = client.get(f"/api/v1/locations/{street.slug}").json()["allowances"]
    assert (said["smoke"], said["fire"], said["drone"], said["sync_sound"]) == ("ask", "never", None, None)
    update_location(actor=gao, location=street, **dict.fromkeys(("sync_sound", *EFFECTS), "ok"))
    assert [label for label, _count in columns_of("en")] == ["Allowed", "Ask first", "Never"]


def test_the_form_of_a_place_offers_never_asked_first(gao):
    form = LocationViewSet().edit_handler.bind_to_model(Location).get_form_class()(for_user=gao)
    for name in ("sync_sound", *EFFECTS):
        assert [value for value, _label in form.fields[name].choices] == ["", "ok", "ask", "never"], name


def test_the_migration_turns_the_forms_default_into_never_asked(street):
    moved = importlib.import_module("locations.migrations.0006_never_asked_is_not_ask_first")
    assert set(moved.LABELS) == {"sync_sound", *EFFECTS}
    Location.objects.update(may_smoke="ask", may_fire="never", sync_sound="ok")
    moved.ask_was_only_the_default(apps, SimpleNamespace(connection=connection))
    street.refresh_from_db()
    assert (street.may_smoke, street.may_fire, street.sync_sound) == ("", "never", "ok")
    moved.unknown_was_ask(apps, SimpleNamespace(connection=connection))
    street.refresh_from_db()
    assert (street.may_smoke, street.may_fire, street.sync_sound) == ("ask", "never", "ok")


def test_the_form_of_a_place_offers_three_choices(gao):
    form = LocationViewSet().edit_handler.bind_to_model(Location).get_form_class()(for_user=gao)
    for name in YES_OR_NO:
        assert [value for value, _label in form.fields[name].widget.choices] == ["unknown", "true", "false"], name


def test_the_migration_keeps_true_and_makes_an_unticked_box_unknown(street):
    moved = importlib.import_module("locations.migrations.0005_unknown_is_not_no")
    Location.objects.update(rain_slip=True, boat_access=False, interior_drama_allowed=False)
    moved.false_was_only_the_default(apps, SimpleNamespace(connection=connection))
    street.refresh_from_db()
    assert (street.rain_slip, street.boat_access, street.interior_drama_allowed) == (True, None, None)
    moved.unknown_was_false(apps, SimpleNamespace(connection=connection))
    street.refresh_from_db()
    assert (street.rain_slip, street.boat_access, street.interior_drama_allowed) == (True, False, False)


@pytest.mark.parametrize(
    ("starts", "ends", "today", "expected"),
    [
        ("2020-06-07", "2020-06-10", "2026-11-28", ("2027-06-07", "2027-06-10")),
        ("2020-06-07", "2020-06-10", "2026-06-09", ("2026-06-07", "2026-06-10")),
        ("2020-06-07", "2020-06-10", "2026-06-10", ("2027-06-07", "2027-06-10")),
        ("2020-06-07", "2020-06-10", "2027-01-01", ("2027-06-07", "2027-06-10")),
        ("2020-12-20", "2021-01-05", "2027-01-02", ("2026-12-20", "2027-01-05")),
        ("2020-12-20", "2021-01-05", "2027-01-05", ("2027-12-20", "2028-01-05")),
        ("2020-02-29", "2020-03-05", "2027-01-01", ("2027-03-01", "2027-03-05")),
    ],
)
def test_a_rule_of_every_year_is_on_the_same_days_of_any_year(starts, ends, today, expected):
    rule = LocationBlackout(starts_on=date.fromisoformat(starts), ends_on=date.fromisoformat(ends), yearly=True)
    assert rule.coming(date.fromisoformat(today)) == tuple(map(date.fromisoformat, expected))


def test_the_page_and_the_api_show_the_next_days_of_a_yearly_rule(client, gao, street):
    past = LocationBlackout(
        starts_on="2020-06-07", ends_on="2020-06-10", yearly=True, reason_zh="高考", reason_en="Exams"
    )
    gone = LocationBlackout(starts_on="2020-01-01", ends_on="2020-01-02", reason_zh="旧事", reason_en="Long ago")
    update_location(actor=gao, location=street, children={"blackouts": [past, gone]})
    text = client.get(street.get_absolute_url()).text
    assert "每年" in text
    assert "6月7日–9日" in text
    assert "旧事" not in text
    (row,) = client.get(f"/api/v1/locations/{street.slug}").json()["blackouts"]
    assert row["yearly"]
    assert row["start"] > "2026"
    assert row["start"][4:] == "-06-07"


def test_the_demo_has_its_seasons_on_their_days_and_shows_no_named_place_of_elsewhere():
    from demo.places import NOWHERE, all_places

    places = {one["slug"]: one for one in all_places()}
    rules = [rule for one in places.values() for rule in one["blackouts"]]
    assert {rule[:2] for rule in rules if "高考" in rule[2]} == {((6, 7), (6, 10))}
    assert all(rule[0][0] in range(2, 8) for rule in rules)
    assert not [stem for stem in NOWHERE if stem.startswith(("cn-", "cq-", "loc-harbour", "loc-light-bridge"))]
    own = [stem for one in places.values() for stem, shows in one["photos"][:1] if shows]
    assert len(own) == len(set(own)) == 3
    assert "偷拍" not in str(places["jiefangbei-square"])
    assert "报备" in places["jiefangbei-square"]["description_zh"]
    assert "2021" in places["eighteen-steps"]["summary_zh"]
    assert "2021" in places["eighteen-steps"]["summary_en"]


def test_a_card_says_what_nobody_measured(client, gao, street):
    def slate():
        return client.get("/zh-hans/locations/").text.split('class="hit__body"')[1]

    assert slate().count("未实测") == 1  # the steps; the distance is known
    update_location(actor=gao, location=street, stairs_down=62)
    assert "未实测" not in slate()
