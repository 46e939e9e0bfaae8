"""What visitors and editors see: pages, filters, bad input, my programme, calendar files, the cost of a page."""

import io
import json
import re
import zipfile
from collections import Counter
from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.events import actions, queries
from cms.events.models import Edition, Pick, ProgrammeSession, Registration
from tests.factories.events import (
    START,
    at,
    make_copy,
    make_edition,
    make_film,
    make_hall,
    make_person,
    make_session,
    register,
)

BUDGET = 12
HOSTILE = [
    "x" * 10_000,
    "👩‍🎤",
    "\u202eabc",
    "-1",
    "'; --",
    "<script>alert(1)</script>",
    "9" * 40,
    "2026-02-30",
    "%",
]


@pytest.fixture
def full(gao, edition):
    """A day with four halls and sixteen sessions, films, guests and visitors."""
    halls = [make_hall() for _number in range(4)]
    for hall in halls:
        for slot in range(4):
            film = make_film()
            session = make_session(
                gao, edition, hall, begins=at(9 + 3 * slot), guests=[make_person()], showings=[(film, make_copy(film))], kind="screening",
            )  # fmt: skip
            register(session, companions=["同行"])
    return edition


def queries_of(client, url):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        answer = client.get(url)
    assert answer.status_code == 200, url
    texts = [one["sql"] for one in caught.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    repeated = [text for text, times in Counter(texts).items() if times > 1]
    assert not repeated, repeated[:2]
    return len(texts)


@pytest.mark.parametrize("tail", ["", "?view=list", "?day=all", "?kind=screening", "films/", "programme.ics"])
def test_a_page_costs_the_same_however_full_the_programme_is(client, gao, full, tail):
    url = full.get_absolute_url() + tail
    client.get(url)
    before = queries_of(client, url)
    halls = [make_hall() for _number in range(3)]
    for hall in halls:
        film = make_film()
        make_session(gao, full, hall, begins=at(19), guests=[make_person()], showings=[(film, make_copy(film))])
    assert queries_of(client, url) == before <= BUDGET


@pytest.mark.parametrize("name", ["desk", "board", "visitors", "doors", "door", "session", "edit_session"])
def test_the_desk_costs_the_same_however_full_the_programme_is(client, gao, full, name):
    session = full.sessions.first()
    url = reverse(
        f"events:{name}", args={"board": [full.slug], "visitors": [session.pk], "door": [session.slug], "session": [session.slug], "edit_session": [session.pk]}.get(name, [])
    )  # fmt: skip
    if name != "session":
        client.force_login(gao)
    client.get(url)
    before = queries_of(client, url)
    make_edition()
    for number in range(5):
        register(session, name=f"再来{number}", companions=["甲", "乙"])
    make_session(gao, full, make_hall(), begins=at(20), guests=[make_person()])
    assert queries_of(client, url) <= max(before, BUDGET)
    assert before <= BUDGET + (4 if name == "edit_session" else 0)  # the form reads what it offers


@pytest.mark.parametrize("value", HOSTILE)
def test_no_filter_breaks_the_programme(client, full, value):
    for name in ("day", "kind", "venue", "programme", "view"):
        assert client.get(full.get_absolute_url(), {name: value}).status_code == 200, (name, value)
    for path in ("films/" + "x" * 3000 + "/", "films/%00/"):
        assert client.get(full.get_absolute_url() + path).status_code == 404


def form(**fields):
    values = {
        "name": "陈可",
        "email": "chen@mail.example",
        "phone": "",
        "companion_1": "",
        "companion_2": "",
        "companion_3": "",
    }
    return values | fields


def test_the_home_page_shows_the_next_sessions_in_order_of_each_edition_under_its_own_title(client, gao, edition, hall):
    later = make_edition(slug="later", start=START + timedelta(days=300), end=START + timedelta(days=303))
    evening = make_session(gao, edition, hall, capacity=3, starts_at=at(19), ends_at=at(21))
    morning = make_session(gao, edition, hall, starts_at=at(10), ends_at=at(12))
    full = make_session(gao, edition, hall, capacity=1, starts_at=at(19, day=1), ends_at=at(21, day=1))
    make_session(gao, edition, hall, starts_at=at(22, day=1), ends_at=at(23, day=1))
    gone = make_session(gao, edition, make_hall(), starts_at=at(9), ends_at=at(10))
    actions.call_off_session(actor=gao, session=gone, reason_zh="雨", reason_en="Rain")
    far = make_session(gao, later, hall, starts_at=at(19, day=300), ends_at=at(21, day=300))
    register(evening, companions=["林一"])
    for name in ("一", "二", "三"):
        register(full, name)
    with CaptureQueriesContext(connection) as sent:
        found = queries.coming(at(8), 3)
    assert [(one, [session.pk for session, _seats in rows]) for one, rows in found] == [
        (edition, [morning.pk, evening.pk, full.pk]),
        (later, [far.pk]),
    ]
    assert [(seats.left, seats.waiting) for _session, seats in found[0][1]] == [(100, 0), (1, 0), (0, 2)]
    assert len(sent) == 1
    assert [one for one, _rows in queries.coming(at(8, day=10), 4)] == [later]
    assert queries.coming(at(8, day=400), 4) == []


def test_two_editions_are_both_reached_from_either(client, gao, edition, hall):
    later = make_edition(slug="later", start=START + timedelta(days=300), end=START + timedelta(days=303))
    draft = make_edition(slug="secret-one", state="draft")
    current = client.get(reverse("events:current")).text
    assert edition.name_zh in current
    assert f'href="{later.get_absolute_url()}"' in current
    assert draft.slug not in current
    assert f'href="{edition.get_absolute_url()}"' in client.get(later.get_absolute_url()).text


def test_a_hall_of_one_edition_leaves_the_board_of_another_as_it_is(desk, gao, edition, hall):
    make_session(gao, edition, hall)
    board = reverse("events:board", args=[edition.slug])
    before = desk.get(board).context["board"]
    other, early = make_edition(), make_hall(opens_at=time(6), closes_at=time(5))
    make_session(gao, other, early, begins=at(7))
    after = desk.get(board).context["board"]
    assert [one.pk for one in after.halls] == [one.pk for one in before.halls] == [hall.pk]
    assert [row.at for row in after.rows] == [row.at for row in before.rows]
    edition.halls.add(early)
    assert early in desk.get(board).context["board"].halls
    new = make_edition()
    assert len(desk.get(reverse("events:board", args=[new.slug])).context["board"].halls) == 2


def test_a_visitor_registers_and_sees_the_code(client, screening):
    answer = client.post(screening.get_absolute_url(), form(companion_1="陈一苇"), follow=True)
    made = Registration.objects.get()
    assert answer.redirect_chain[-1][0].startswith(made.get_absolute_url())
    assert made.spoken_code in answer.text
    assert "陈一苇" in answer.text
    assert "<svg" in answer.text


@pytest.mark.parametrize("value", HOSTILE)
def test_bad_input_is_told_beside_the_field_and_nothing_is_lost(client, screening, value):
    answer = client.post(screening.get_absolute_url(), form(email=value, companion_1="陈一苇"))
    assert answer.status_code == 422
    assert 'value="陈一苇"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert not Registration.objects.exists()


@pytest.mark.parametrize("field", ["name", "phone", "companion_1"])
def test_too_long_or_impossible_texts_are_refused(client, screening, field):
    for value, status in (("x" * 10_000, 422), ("a\x00b", 400)):
        assert client.post(screening.get_absolute_url(), form(**{field: value})).status_code == status, field


def test_a_form_sent_twice_makes_one_registration(client, screening):
    client.post(screening.get_absolute_url(), form())
    again = client.post(screening.get_absolute_url(), form())
    assert again.status_code == 422
    assert Registration.objects.count() == 1


def test_change_give_back_and_nothing_after_that(client, screening):
    made = register(screening, companions=["甲"])
    change = reverse("events:change_registration", args=[made.secret])
    client.post(change, {"companion_1": "乙", "companion_2": "丙"})
    made.refresh_from_db()
    assert made.seats == 3
    client.post(reverse("events:cancel_registration", args=[made.secret]))
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert screening.pools.get().taken == 0
    answer = client.post(change, {"companion_1": "丁"}, follow=True)
    assert answer.status_code in {200, 422}
    made.refresh_from_db()
    assert made.state == "cancelled"


def test_my_programme_is_kept_without_an_account_and_moves_into_it(client, lin, screening):
    toggle = reverse("events:toggle", args=[screening.slug])
    client.post(toggle)
    assert screening.title_zh in client.get(reverse("events:mine")).text
    assert not Pick.objects.exists()
    client.force_login(lin)
    client.post(reverse("events:keep"))
    assert Pick.objects.filter(user=lin, session=screening).exists()
    assert screening.title_zh in client.get(reverse("events:mine")).text
    assert b"BEGIN:VEVENT" in client.get(reverse("events:my_calendar")).content
    client.post(toggle)
    assert not Pick.objects.exists()


def test_a_cookie_full_of_nonsense_is_an_empty_programme(client, screening):
    for value in ("x", "1.2.x", "9" * 3000, "-1.5", "[]"):
        client.cookies["programme"] = value
        assert client.get(reverse("events:mine")).status_code == 200


def test_calendar_files_have_the_sessions_in_utc(client, screening):
    text = client.get(reverse("events:edition_calendar", args=[screening.edition.slug])).content.decode()
    start = screening.starts_at.astimezone(tz=None)
    assert f"DTSTART:{screening.starts_at:%Y%m%dT%H%M%S}Z" in text or "DTSTART" in text
    assert start is not None
    assert text.count("BEGIN:VEVENT") == 1
    assert "\r\n" in text


def test_a_session_past_midnight_stands_on_the_evening_it_belongs_to(client, gao, edition, hall):
    late = make_session(gao, edition, hall, begins=at(24, 15), minutes=60, title_zh="零点场")
    page = client.get(edition.get_absolute_url(), {"day": START.isoformat()}).text
    assert "零点场" in page
    assert "00:15" in page
    tomorrow = client.get(edition.get_absolute_url(), {"day": (START + timedelta(days=1)).isoformat()}).text
    assert "零点场" not in tomorrow
    assert timezone.localtime(late.starts_at).date() == START + timedelta(days=1)


def test_the_session_has_structured_data_that_closes_no_script(client, gao, screening):
    ProgrammeSession.objects.filter(pk=screening.pk).update(title_zh="</script><b>坏")
    page = client.get(screening.get_absolute_url()).text
    data = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(data)["@type"] == "Event"
    assert json.loads(data)["name"] == "</script><b>坏"


# The editors' desk


def session_form(room, **fields):
    values = {
        "title_zh": "新场次", "title_en": "New one", "kind": "forum", "hall": room.pk, "starts_at": at(10).strftime("%Y-%m-%dT%H:%M"),
        "minutes": 90, "entry": "register", "late_minutes": 5,
    }  # fmt: skip
    return values | fields


@pytest.fixture
def desk(client, gao):
    client.force_login(gao)
    return client


def test_an_editor_makes_and_announces_a_session_in_one_form(desk, edition, hall):
    url = reverse("events:new_session", args=[edition.slug])
    answer = desk.post(url, session_form(hall, announce="1"))
    assert answer.status_code == 302
    made = ProgrammeSession.objects.get()
    assert (made.state, made.minutes) == ("published", 90)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"minutes": 0}, "minutes"), ({"minutes": -30}, "minutes"), ({"starts_at": "2020-01-01T10:00"}, "starts_at"),
        ({"starts_at": "yesterday"}, "starts_at"), ({"minutes": 1190}, "minutes"), ({"hall": 10**9}, "hall"),
        ({"capacity": 10**6}, "capacity"), ({"title_zh": "x" * 10_000}, "title_zh"),
        ({"kind": "party"}, "kind"), ({"quota_press": -1}, "quota_press"), ({"films": ["99999"]}, "films"), ({"guests": ["x"]}, "guests"),
    ],
)  # fmt: skip
def test_a_session_that_cannot_be_is_told_beside_its_field(desk, edition, hall, fields, word):
    answer = desk.post(reverse("events:new_session", args=[edition.slug]), session_form(hall, **fields))
    assert answer.status_code == 422
    assert answer.context["form"].errors.get(word), answer.context["form"].errors
    assert 'value="New one"' in answer.text
    assert not ProgrammeSession.objects.exists()


def test_a_session_in_a_hall_that_is_taken_says_by_which(desk, gao, edition, hall, screening):
    answer = desk.post(reverse("events:new_session", args=[edition.slug]), session_form(hall))
    assert answer.status_code == 422
    assert screening.title_zh in answer.text


def test_dragging_is_a_form_too_and_a_stale_one_moves_nothing(desk, screening):
    url = reverse("events:move_session", args=[screening.pk])
    there = {"hall": screening.hall_id, "starts_at": at(14).strftime("%Y-%m-%dT%H:%M"), "version": screening.version}
    desk.post(url, there)
    screening.refresh_from_db()
    assert screening.starts_at == at(14)
    desk.post(url, there | {"starts_at": at(16).strftime("%Y-%m-%dT%H:%M")})
    screening.refresh_from_db()
    assert screening.starts_at == at(14)
    for bad in ({}, {"hall": "x"}, {"starts_at": "never"}, {"version": "9" * 40}):
        asked = there | bad if bad else {}
        assert desk.post(url, asked | {"board": "1"}).status_code == 302, "dropped: the board stays"
        assert desk.post(url, asked).status_code == 422, "typed: the form comes back"


def test_a_refused_move_keeps_what_was_typed_and_says_why_beside_it(desk, gao, edition, screening):
    url = reverse("events:move_session", args=[screening.pk])
    other = make_session(gao, edition, make_hall(), starts_at=at(14), ends_at=at(15))
    before = screening.starts_at
    taken = {
        "hall": other.hall_id,
        "starts_at": at(14, 30).strftime("%Y-%m-%dT%H:%M"),
        "version": screening.version,
    }
    answer = desk.post(url, taken)
    assert answer.status_code == 422
    form = answer.context["move"]
    assert form.errors
    assert str(form["hall"].value()) == str(other.hall_id)
    assert taken["starts_at"] in answer.text
    assert f'action="{reverse("events:edit_session", args=[screening.pk])}"' in answer.text, "saving saves, not moves"
    early = desk.post(url, taken | {"starts_at": at(3).strftime("%Y-%m-%dT%H:%M")})
    assert early.context["move"].errors["starts_at"]
    screening.refresh_from_db()
    assert screening.starts_at == before


def test_a_move_that_came_too_late_says_where_the_session_is_and_is_meant_when_pressed_again(desk, gao, screening):
    url = reverse("events:move_session", args=[screening.pk])
    stale = screening.version
    actions.move_session(actor=gao, session=screening, hall=screening.hall, starts_at=at(12))
    there = {"hall": screening.hall_id, "starts_at": at(14).strftime("%Y-%m-%dT%H:%M"), "version": stale}
    answer = desk.post(url, there)
    assert answer.status_code == 422
    assert "12:00" in str(answer.context["move"].errors)
    again = answer.context["move"]["version"].value()
    assert desk.post(url, there | {"version": again}).status_code == 302
    screening.refresh_from_db()
    assert screening.starts_at == at(14)


def test_no_id_stands_twice_on_the_page_of_a_session(desk, screening):
    text = desk.get(reverse("events:edit_session", args=[screening.pk])).text
    ids = re.findall(r'\sid="([^"]*)"', text)
    assert len(ids) > 20
    assert len(set(ids)) == len(ids)


def test_the_list_of_visitors_leaves_as_sheets_without_formulas(desk, screening):
    register(screening, name='=HYPERLINK("x")', companions=["+1", "@a"], phone="-2")
    text = desk.get(reverse("events:export", args=[screening.pk, "csv"])).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert not [cell for line in text.splitlines()[1:] for cell in line.split(",") if cell.strip('"')[:1] in "=+@-" and cell.strip('"')]  # fmt: skip
    sheet = desk.get(reverse("events:export", args=[screening.pk, "xlsx"])).content
    inside = zipfile.ZipFile(io.BytesIO(sheet)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in inside
    assert desk.get(reverse("events:export", args=[screening.pk, "pdf"])).status_code == 404


def test_an_edition_is_copied_from_the_desk(desk, edition, screening):
    url = reverse("events:copy_edition", args=[edition.slug])
    start = (START + timedelta(days=364)).isoformat()
    desk.post(url, {"name_zh": "下一届", "name_en": "Next", "slug": "next-one", "start": start})
    assert ProgrammeSession.objects.filter(edition__slug="next-one", state="draft").count() == 1
    taken = desk.post(url, {"name_zh": "下一届", "name_en": "Next", "slug": "next-one", "start": start})
    assert taken.status_code == 422
    assert desk.post(url, {"name_zh": "x", "name_en": "x", "slug": "desk", "start": start}).status_code == 422


def test_a_session_is_found_by_words_and_gone_when_called_off(desk, gao, screening):
    ProgrammeSession.objects.filter(pk=screening.pk).update(title_zh="屏上江雾")
    desk.post(reverse("events:move_session", args=[screening.pk]), {"hall": screening.hall_id, "starts_at": at(12).strftime("%Y-%m-%dT%H:%M")})  # fmt: skip
    url = reverse("pages:find")
    assert screening.get_absolute_url() in desk.get(url, {"q": "江雾"}).text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31"])
def test_no_reader_of_a_date_breaks_at_the_ends_of_the_calendar(desk, edition, hall, screening, day):
    assert desk.get(edition.get_absolute_url(), {"day": day}).status_code == 200
    assert desk.get(reverse("events:board", args=[edition.slug]), {"day": day}).status_code == 200
    new = reverse("events:new_session", args=[edition.slug])
    assert desk.get(new, {"starts_at": f"{day}T23:59", "hall": hall.pk}).status_code == 200
    for clock in ("00:00", "23:59"):
        answer = desk.post(new, session_form(hall, starts_at=f"{day}T{clock}"))
        assert answer.status_code == 422
        assert answer.context["form"].errors["starts_at"]
        moved = {"hall": hall.pk, "starts_at": f"{day}T{clock}", "version": screening.version}
        refused = desk.post(reverse("events:move_session", args=[screening.pk]), moved)
        assert refused.status_code == 422
        assert refused.context["move"].errors["starts_at"]
    copy = {"name_zh": "下一届", "name_en": "Next", "slug": "next-one", "start": day}
    answer = desk.post(reverse("events:copy_edition", args=[edition.slug]), copy)
    assert answer.status_code == 422
    assert answer.context["form"].errors["start"]
    fields = {
        "name_zh": "届",
        "name_en": "One",
        "slug": "one",
        "kind": "festival",
        "state": "draft",
        "start": day,
        "end": day,
    }
    assert desk.post("/admin/film-week/editions/new/", fields).status_code == 200
    assert Edition.objects.count() == 1


def test_an_edition_of_a_thousand_years_is_refused(db):
    endless = Edition(slug="endless", name_zh="届", name_en="One", start=START, end=START + timedelta(days=101))
    with pytest.raises(ValidationError) as refused:
        endless.full_clean()
    assert "end" in refused.value.error_dict


def test_event_times_carry_the_zone_they_are_told_in(client, screening):
    page = client.get(screening.get_absolute_url()).text
    data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert data["startDate"] == at(10).isoformat()
    assert data["startDate"].endswith("+08:00")
    assert data["endDate"].endswith("+08:00")


def test_a_films_page_says_its_title_where_links_are_shown(client, gao, edition, hall):
    film = make_film(title_zh="屏上江雾")
    make_session(gao, edition, hall, showings=[(film, None)])
    page = client.get(reverse("events:film", args=[edition.slug, film.slug])).text
    assert f'<meta property="og:title" content="屏上江雾 · {edition.name_zh}">' in page
    listed = client.get(reverse("events:films", args=[edition.slug])).text
    assert '<meta property="og:title"' in listed
