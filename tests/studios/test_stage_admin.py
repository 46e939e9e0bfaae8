"""The admin's form of a stage: what is left empty or mistyped is answered beside the field, never by an error of ours."""

import pytest
from django.urls import reverse

from studios.models import BookingPolicy, Resource, Stage
from tests.architecture.page_forms import Forms
from tests.factories.studios import make_policy, make_resource


@pytest.fixture
def stage(db):
    return Stage.objects.filter(pk=make_resource().stage_id).first() or Stage.objects.first()


def filled(form):
    """What a browser would send of a form as it stands, formsets too."""
    data = {}
    for one in [
        form,
        *(each for formset in form.formsets.values() for each in (formset.management_form, *formset.forms)),
    ]:
        for field in one:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = value
    return data


def sent(client, stage, sources):
    page = reverse("stage_records:edit", args=[stage.pk])
    data = filled(client.get(page).context["form"]) | {"sources": sources}
    return client.post(page, data)


def test_emptied_sources_are_no_sources(client, mei, stage):
    client.force_login(mei)
    assert sent(client, stage, "").status_code == 302
    stage.refresh_from_db()
    assert stage.sources == {}


@pytest.mark.parametrize(
    "typed", ["[1]", '"x"', '{"floor_area_m2": 5}', '{"floor_area_m2": "guessed"}', "null", "{", "5"]
)
def test_mistyped_sources_are_refused_beside_the_field(client, mei, stage, typed):
    client.force_login(mei)
    answer = sent(client, stage, typed)
    if typed == "null":
        assert answer.status_code == 302
        stage.refresh_from_db()
        assert stage.sources == {}
    else:
        assert answer.status_code == 200
        assert answer.context["form"].errors["sources"]


def test_sources_that_are_right_are_kept(client, mei, stage):
    client.force_login(mei)
    assert sent(client, stage, '{"floor_area_m2": "published"}').status_code == 302
    stage.refresh_from_db()
    assert stage.sources == {"floor_area_m2": "published"}


def mended(client, stage):
    """What the stage's form says is missing: its text and where it leads."""
    page = client.get(reverse("stage_records:edit", args=[stage.pk]))
    found = page.context["missing"]
    if found is not None:
        assert str(found["text"]) in page.text
        assert found["href"] in page.text
    return found


def typed(client, address, **fields):
    page = Forms()
    page.feed(client.get(address).text)
    return max((data for _method, _action, data in page.found), key=len) | fields


def test_a_stage_without_a_page_says_why_and_where_that_is_mended(client, mei):
    """From an empty database to a public page, each step led to by the one before."""
    client.force_login(mei)
    stage = Stage.objects.create(slug="new", kind="standard", name_zh="新棚", name_en="New stage", published=True)
    public = reverse("studios:detail", args=["new"])
    assert client.get(public).status_code == 404

    missing = mended(client, stage)
    assert missing["href"] == reverse("policy_records:add")
    fields = typed(
        client, missing["href"], name_zh="条款", name_en="Terms", cancellation_bands='[{"days": 0, "percent": 50}]'
    )
    assert client.post(missing["href"], fields).status_code == 302
    policy = BookingPolicy.objects.get()
    assert policy.cancellation_bands == [{"days": 0, "percent": 50}]

    missing = mended(client, stage)
    assert missing["href"].startswith(reverse("resource_records:add"))
    fields = typed(client, missing["href"], policy=policy.pk, units=2, active="on")
    assert fields["stage"] == str(stage.pk), "the stage is chosen"
    assert client.post(missing["href"], fields).status_code == 302
    resource = Resource.objects.get()
    assert (resource.kind, resource.name_zh) == ("standard", "新棚")
    assert list(resource.units.values_list("index", flat=True)) == [1, 2]

    assert mended(client, stage) is None
    assert client.get(public).status_code == 200
    assert mended(client, Stage.objects.create(slug="draft", kind="xr", name_zh="稿", name_en="Draft")) is None


def test_a_stage_whose_booking_is_off_says_so(client, mei):
    client.force_login(mei)
    resource = make_resource(active=False)
    missing = mended(client, resource.stage)
    assert missing["href"] == reverse("resource_records:edit", args=[resource.pk])
    assert client.post(missing["href"], typed(client, missing["href"], active="on")).status_code == 302
    assert mended(client, resource.stage) is None
    assert client.get(resource.stage.get_absolute_url()).status_code == 200


def test_units_are_added_and_never_taken_away(client, mei):
    client.force_login(mei)
    resource = make_resource(units=2)
    address = reverse("resource_records:edit", args=[resource.pk])
    answer = client.post(address, typed(client, address, units=1))
    assert answer.status_code == 200
    assert answer.context["form"].errors["units"]
    assert client.post(address, typed(client, address, units=3, slots_per_day=2)).status_code == 302
    resource.refresh_from_db()
    assert (resource.units.count(), resource.slots_per_day) == (3, 1), "slots stay, bookings stand on them"


@pytest.mark.parametrize(
    "bands",
    [
        "{}",
        "[1]",
        '[{"days": 14}]',
        '[{"days": -1, "percent": 5}]',
        '[{"days": 1, "percent": 101}]',
        '[{"days": "1", "percent": 5}]',
    ],
)
def test_cancellation_bands_that_no_clock_understands_are_refused(client, mei, bands):
    client.force_login(mei)
    policy = make_policy()
    address = reverse("policy_records:edit", args=[policy.pk])
    answer = client.post(address, typed(client, address, cancellation_bands=bands))
    assert answer.status_code == 200
    assert answer.context["form"].errors["cancellation_bands"]


@pytest.mark.parametrize("name", ["resource_records", "policy_records"])
def test_how_stages_are_booked_is_the_stage_managers_alone(client, lin, gao, mei, name):
    record = make_resource() if name == "resource_records" else make_policy()
    for who, there in ((None, False), (lin, False), (gao, False), (mei, True)):
        client.logout()
        if who:
            client.force_login(who)
        for address in (reverse(f"{name}:index"), reverse(f"{name}:add"), reverse(f"{name}:edit", args=[record.pk])):
            assert (client.get(address).status_code == 200) is there, (who, address)
