"""Every URL of film week, tried by a stranger, a colleague of nobody, a visitor and somebody with the wrong link."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.events.models import CheckIn, Edition, ProgrammeSession, Registration
from tests.architecture.test_urls_guarded import EVENTS_PUBLIC, EVENTS_STAFF, OWN, patterns
from tests.factories.events import at, make_hall, make_session, register

DOORS = {
    "events:doors",
    "events:door",
    "events:sync",
    "events:door_picture",
    "events:settle",
    "events:visitors",
    "events:export",
}
STAGE_DAYS = {"events:stage_days", "events:answer_stage_day"}
"""The stage managers' own: tests/events/test_stage_days.py."""


@pytest.fixture
def arguments(screening, edition):
    """What every URL of film week takes."""
    made = register(screening)
    return {
        "events:edit_session": [screening.pk], "events:move_session": [screening.pk], "events:announce_session": [screening.pk],
        "events:call_off_session": [screening.pk], "events:delete_session": [screening.pk], "events:visitors": [screening.pk],
        "events:export": [screening.pk, "csv"], "events:board": [edition.slug], "events:new_session": [edition.slug],
        "events:copy_edition": [edition.slug], "events:door": [screening.slug], "events:sync": [screening.slug], "events:door_picture": [screening.slug],
        "events:settle": [screening.slug], "events:answer_stage_day": [1], "events:session": [screening.slug], "events:toggle": [screening.slug],
        "events:session_calendar": [screening.slug], "events:edition": [edition.slug], "events:films": [edition.slug],
        "events:film": [edition.slug, "nothing"], "events:edition_calendar": [edition.slug],
        "events:registration": [made.secret], "events:registration_calendar": [made.secret], "events:change_registration": [made.secret],
        "events:cancel_registration": [made.secret], "events:accept_offer": [made.secret],
    }  # fmt: skip


def everything():
    sessions = list(ProgrammeSession.objects.values_list("pk", "version", "state", "starts_at"))
    return sessions, list(Registration.objects.values_list("pk", "state", "entered")), Edition.objects.count()


def test_every_url_of_film_week_is_listed_here():
    names = {name for name, _path in patterns() if name.startswith("events:")}
    assert names == EVENTS_PUBLIC | EVENTS_STAFF | {name for name in OWN if name.startswith("events:")}
    assert len(names) > 25


@pytest.mark.parametrize("who", ["zhao", "lin", "fang", None])
def test_nobody_else_reaches_the_desk_or_a_door(arguments, who, request):
    client = Client()
    if who:
        client.force_login(request.getfixturevalue(who))
    before = everything()
    for name in sorted(EVENTS_STAFF):
        url = reverse(name, args=arguments.get(name, []))
        for method in ("get", "post"):
            answer = getattr(client, method)(url, {"reason_zh": "x", "reason_en": "x", "code": "AAAAAA"})
            assert answer.status_code == (404 if who else 302), (name, method, answer.status_code)
            if not who:
                assert "/accounts/login/" in answer.headers["Location"], name
    assert everything() == before
    assert not CheckIn.objects.exists()


def test_a_stage_manager_keeps_the_door_and_not_the_desk(arguments, mei):
    client = Client()
    client.force_login(mei)
    for name in sorted(EVENTS_STAFF - STAGE_DAYS):
        status = client.get(reverse(name, args=arguments.get(name, []))).status_code
        assert status in ({200, 405} if name in DOORS else {404}), (name, status)


def test_a_wrong_link_opens_nobodys_registration(arguments):
    client = Client()
    secret = arguments["events:registration"][0]
    for wrong in (secret[:-1], secret + "x", secret.swapcase(), "x", "%00", "…"):
        for name in (
            "registration",
            "registration_calendar",
            "change_registration",
            "cancel_registration",
            "accept_offer",
        ):
            url = reverse("events:registration", args=["S"]).replace("/S/", f"/{wrong}/")
            url += {
                "registration": "",
                "registration_calendar": "ticket.ics",
                "change_registration": "companions/",
                "cancel_registration": "cancel/",
            }.get(name, "accept/")
            for method in ("get", "post"):
                assert getattr(client, method)(url).status_code in {404, 405}, (name, wrong)
    assert client.get(reverse("events:registration", args=[secret])).status_code == 200


def test_the_page_behind_the_link_is_never_stored_nor_found(arguments):
    answer = Client().get(reverse("events:registration", args=arguments["events:registration"]))
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.text
    assert answer.headers["Referrer-Policy"] in {
        "no-referrer",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
    }


def test_a_draft_is_nowhere(gao, edition, screening):
    hidden = make_session(gao, edition, make_hall(), begins=at(15), state="draft", title_zh="还没公布的一场")
    client = Client()
    for url in (
        edition.get_absolute_url(), f"{edition.get_absolute_url()}?day=all", reverse("events:current"),
        reverse("events:edition_calendar", args=[edition.slug]), "/api/v1/events", "/zh-hans/find/?q=还没公布的一场",
    ):  # fmt: skip
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert hidden.slug not in answer.text, url
        assert "还没公布的一场" not in answer.text or "find" in url, url
    for name in ("session", "session_calendar", "toggle"):
        assert client.post(reverse(f"events:{name}", args=[hidden.slug])).status_code in {404, 405}, name
        assert client.get(reverse(f"events:{name}", args=[hidden.slug])).status_code in {404, 405}, name
    assert client.get(f"/api/v1/events/{hidden.slug}").status_code == 404
    assert client.post(f"/api/v1/events/{hidden.slug}/registrations", {}, "application/json").status_code == 404


def test_a_draft_edition_and_its_sessions_are_nowhere(gao, edition, screening):
    Edition.objects.filter(pk=edition.pk).update(state="draft")
    client = Client()
    for url in (edition.get_absolute_url(), screening.get_absolute_url(), f"/api/v1/events/{screening.slug}"):
        assert client.get(url).status_code == 404, url
    assert client.get("/api/v1/events").json()["total"] == 0


def test_my_registrations_are_mine(client, lin, zhao, screening):
    register(screening, name="林的登记", user=lin)
    for person, seen in ((lin, True), (zhao, False)):
        client.force_login(person)
        assert (screening.title_zh in client.get(reverse("events:mine")).text) is seen


def test_an_address_with_a_nul_names_nothing(client, db):
    for path in (
        "/%00", "/zh-hans/%00/", "/zh-hans/film-week/r/%00/", "/en/locations/a%00b/", "/en/services/directory/still-true/%00/",
        "/api/v1/events/%00", "/api/v1/locations/%00", "/api/v1/vendors/%00", "/admin/%00/", "/accounts/%00/",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert ("problem+json" in answer.headers["Content-Type"]) == path.startswith("/api/"), path
