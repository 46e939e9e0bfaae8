"""Editors keep the library; every write leaves a trace and reaches the outbox."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from locations import actions
from locations.errors import LocationIncomplete
from locations.models import Location, LocationPhoto, LocationRestriction
from portal.audit.models import Event
from portal.search.models import SearchDocument

from .conftest import STREET, fields

pytestmark = pytest.mark.django_db


def events():
    return list(Event.objects.order_by("pk").values_list("action", flat=True))


def test_making_and_publishing_leaves_two_traces_and_one_document(gao):
    place = actions.create_location(actor=gao, **STREET)
    assert events() == ["locations.created", "locations.published"]
    assert SearchDocument.objects.get(object_id=place.pk).payload["title_zh"] == "松溉古镇"


def test_a_draft_is_not_in_the_outbox_and_a_hidden_place_is_marked_gone(gao):
    place = actions.create_location(actor=gao, **fields(1, state="draft"))
    assert not SearchDocument.objects.exists()
    actions.publish_location(actor=gao, location=place)
    actions.hide_location(actor=gao, location=place)
    assert SearchDocument.objects.get().deleted
    assert events() == ["locations.created", "locations.published", "locations.hidden"]


def test_doing_it_twice_does_it_once(gao, street):
    before = len(events())
    actions.publish_location(actor=gao, location=street)
    assert len(events()) == before


@pytest.mark.parametrize("who", ["lin", "zhao", "fang"])
def test_only_editors_and_stage_managers_may(request, who, street):
    with pytest.raises(PermissionDenied):
        actions.create_location(actor=request.getfixturevalue(who), **fields(9))
    with pytest.raises(PermissionDenied):
        actions.delete_location(actor=request.getfixturevalue(who), location=street)


def test_a_stage_manager_may(mei):
    assert actions.create_location(actor=mei, **fields(9)).pk


def test_a_place_without_description_is_not_published(gao):
    with pytest.raises(LocationIncomplete):
        actions.create_location(actor=gao, **fields(1, description_zh="", description_en=""))
    draft = actions.create_location(actor=gao, **fields(1, description_zh="", description_en="", state="draft"))
    with pytest.raises(LocationIncomplete):
        actions.publish_location(actor=gao, location=draft)


@pytest.mark.parametrize(
    "wrong",
    [
        {"landscape": ["moon"]},
        {"era": ["qing", "qing"]},
        {"heritage": "old-town"},
        {"lat": 91},
        {"code": "x"},
        {"sync_sound": "perhaps"},
        {"fee_basis": "free", "fee_fen": 100},
    ],
)
def test_wrong_facts_are_refused(gao, wrong):
    with pytest.raises(ValidationError):
        actions.create_location(actor=gao, **fields(1, **wrong))
    assert not Location.objects.exists()


def test_deleting_takes_it_from_the_search(gao, street, client):
    actions.delete_location(actor=gao, location=street)
    assert client.get("/api/v1/locations").json()["total"] == 0
    assert "locations.deleted" in events()


def form_data(**changes):
    base = {
        field.name: getattr(Location(**STREET), field.name)
        for field in Location._meta.fields
        if field.editable and field.name not in {"id", "organisation"}
    }
    data = {name: value for name, value in base.items() if value not in (None, False, "")}
    for relation in ("photos", "restrictions", "blackouts", "credits"):
        data |= {f"{relation}-TOTAL_FORMS": 0, f"{relation}-INITIAL_FORMS": 0, f"{relation}-MIN_NUM_FORMS": 0}
    return data | changes


@pytest.fixture
def admin(client, gao):
    """The editor at the admin, no superuser."""
    client.force_login(gao)
    return client


@pytest.mark.parametrize("who", ["fang", "lin", "zhao"])
def test_nobody_else_opens_the_library_in_the_admin(request, client, street, who):
    client.force_login(request.getfixturevalue(who))
    for name, args in (("list", []), ("add", []), ("edit", [street.pk])):
        assert client.get(reverse(Location.snippet_viewset.get_url_name(name), args=args)).status_code in {302, 403}


def test_the_admins_form_goes_through_the_action(admin, make_image):
    image = make_image(1)
    one = {"restrictions-TOTAL_FORMS": 1, "restrictions-0-text_zh": "禁明火", "restrictions-0-text_en": "No fire"}
    one |= {"photos-TOTAL_FORMS": 1, "photos-0-image": image.pk, "photos-0-shows_place": "on"}
    response = admin.post(reverse(Location.snippet_viewset.get_url_name("add")), form_data(**one))
    assert response.status_code == 302, response.context["form"].errors
    place = Location.objects.get()
    assert events() == ["locations.created", "locations.published"]
    assert SearchDocument.objects.get().object_id == place.pk
    assert LocationRestriction.objects.get().text_zh == "禁明火"
    assert LocationPhoto.objects.get().image == image
    edit = reverse(Location.snippet_viewset.get_url_name("edit"), args=[place.pk])
    response = admin.post(edit, form_data(name_zh="新名字"))
    assert response.status_code == 302, response.context["form"].errors
    assert events()[-1] == "locations.updated"
    assert SearchDocument.objects.get().payload["title_zh"] == "新名字"


def test_the_admins_lists_and_forms_open(admin, street):
    for name, args in (("list", []), ("add", []), ("edit", [street.pk]), ("delete", [street.pk])):
        assert admin.get(reverse(Location.snippet_viewset.get_url_name(name), args=args)).status_code == 200


def test_the_admins_form_wants_a_description_to_publish(admin):
    response = admin.post(
        reverse(Location.snippet_viewset.get_url_name("add")), form_data(description_zh="", description_en="")
    )
    assert "description_zh" in response.context["form"].errors


def test_the_admin_deletes_through_the_action(admin, street):
    admin.post(reverse(Location.snippet_viewset.get_url_name("delete"), args=[street.pk]))
    assert events()[-1] == "locations.deleted"
    assert SearchDocument.objects.get().deleted


def test_deleting_several_in_the_admin_goes_through_the_action_too(admin, street, bamboo):
    address = reverse("wagtail_bulk_action", args=["locations", "location", "delete"])
    admin.post(f"{address}?id={street.pk}&id={bamboo.pk}&next=/admin/")
    assert not Location.objects.exists()
    assert events().count("locations.deleted") == 2
    assert SearchDocument.objects.filter(deleted=True).count() == 2


def test_a_place_takes_no_address_that_the_portal_uses_itself(gao, street):
    with pytest.raises(ValidationError) as refused:
        actions.update_location(actor=gao, location=street, slug="saved")
    assert "slug" in refused.value.message_dict
