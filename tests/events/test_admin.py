"""Film week in the admin: every save is an action with its trail, a refusal stands in the form, nobody else gets in."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cms.events.models import Edition, Film, Hall, Registration, Venue
from portal.audit.models import Event
from tests.factories.events import make_film, make_hall, make_session, register

LISTS = ("editions", "programmes", "venues", "halls", "films", "copies", "guests", "codes", "sessions", "registrations")


@pytest.fixture
def admin(client, gao):
    client.force_login(gao)
    return client


def test_an_editor_sees_every_list(admin, gao, edition, screening):
    register(screening)
    for name in LISTS:
        assert admin.get(f"/admin/film-week/{name}/").status_code == 200, name


@pytest.mark.parametrize("who", ["mei", "fang", "zhao", "lin"])
def test_nobody_else_changes_a_record(client, request, who, screening):
    client.force_login(request.getfixturevalue(who))
    before = Edition.objects.values_list("pk", "version", "state")
    for name in LISTS[:-1]:
        for tail in ("", "new/", "edit/1/", "delete/1/"):
            url = f"/admin/film-week/{name}/{tail}"
            assert client.get(url).status_code in {302, 403, 404}, url
            assert client.post(url, {}).status_code in {302, 403, 404, 405}, url
    assert list(before) == list(Edition.objects.values_list("pk", "version", "state"))


def test_a_saved_venue_leaves_a_trail(admin):
    fields = {"name_zh": "大剧院", "name_en": "Grand Theatre", "order": "0"}
    answer = admin.post("/admin/film-week/venues/new/", fields)
    assert answer.status_code == 302, answer.context["form"].errors
    made = Venue.objects.get()
    assert Event.objects.filter(subject_id=made.pk, action__startswith="events.").exists()


@pytest.mark.parametrize("fields", [{"name_zh": ""}, {"name_zh": "x" * 10_000}, {"lat": "abc"}, {"lat": "999"}])
def test_a_bad_venue_is_told_beside_its_field(admin, fields):
    values = {"name_zh": "大剧院", "name_en": "Grand Theatre", "order": "0"} | fields
    answer = admin.post("/admin/film-week/venues/new/", values)
    assert answer.status_code in {200, 422}
    assert answer.context["form"].errors
    assert not Venue.objects.exists()


def test_an_edition_is_not_shortened_past_its_sessions(admin, gao, edition, hall):
    from tests.factories.events import at

    make_session(gao, edition, hall, begins=at(10, day=4))
    page = admin.get(f"/admin/film-week/editions/edit/{edition.pk}/")
    form = page.context["form"]
    values = {name: form.initial.get(name) or "" for name in form.fields} | {"end": edition.start.isoformat()}
    answer = admin.post(f"/admin/film-week/editions/edit/{edition.pk}/", values)
    assert answer.context["form"].errors
    edition.refresh_from_db()
    assert (edition.end - edition.start).days == 5


def test_what_sessions_use_is_not_deleted(admin, screening):
    film = make_film()
    answer = admin.post(f"/admin/film-week/halls/delete/{screening.hall_id}/")
    assert answer.status_code == 302
    assert Hall.objects.filter(pk=screening.hall_id).exists()
    admin.post(f"/admin/film-week/films/delete/{film.pk}/")
    assert not Film.objects.exists()
    assert Event.objects.filter(action__endswith="_deleted").exists()


def test_sessions_and_registrations_are_changed_on_the_desk_only(admin, screening):
    made = register(screening)
    for url in (f"/admin/film-week/sessions/edit/{screening.pk}/", f"/admin/film-week/registrations/edit/{made.pk}/"):
        assert admin.post(url, {"state": "cancelled"}).status_code in {302, 403, 404}
    made.refresh_from_db()
    assert made.state == "registered"
    assert Registration.objects.count() == 1


def test_a_hall_of_the_admin_keeps_what_the_desk_offers(admin, gao):
    hall = make_hall()
    page = admin.get(f"/admin/film-week/halls/edit/{hall.pk}/")
    form = page.context["form"]
    values = {name: form.initial.get(name) if form.initial.get(name) is not None else "" for name in form.fields}
    values |= {"seats": "250"}
    answer = admin.post(f"/admin/film-week/halls/edit/{hall.pk}/", values)
    assert answer.status_code == 302, answer.context["form"].errors
    hall.refresh_from_db()
    assert hall.seats == 250
    assert reverse("events:desk")


def test_a_refusal_is_told_in_the_form_and_is_no_error(client, gao, edition, screening):
    client.force_login(gao)
    url = f"/admin/film-week/editions/edit/{edition.pk}/"
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    late = (edition.start + timedelta(days=2)).isoformat()
    answer = client.post(url, values | {"start": late})
    assert answer.status_code == 200
    assert answer.context["form"].errors["start"]
