"""The admin's form of a stage: what is left empty or mistyped is answered beside the field, never by an error of ours."""

import pytest
from django.urls import reverse

from studios.models import Stage
from tests.factories.studios import make_resource


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
