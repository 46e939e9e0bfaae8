"""What visitors are written: old and new time of what moved, a text for who waits, calendar files that change and cancel."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from icalendar import Calendar

from cms.events import actions
from cms.events.models import Registration
from tests.factories.events import at, make_hall, make_session, register


def sent(registration, event):
    """Send the newest letter of a kind and return the mail."""
    actions.send_letter(registration.letters.filter(event=event).latest("pk").pk)
    return mail.outbox[-1]


def calendar_of(letter):
    files = [content for name, content, kind in letter.attachments if name.endswith(".ics")]
    assert len(files) == 1, letter.attachments
    calendar = Calendar.from_ical(files[0])
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def events(registration):
    return list(registration.letters.order_by("pk").values_list("event", flat=True))


@pytest.mark.parametrize(("language", "was", "now"), [("zh-hans", "原定", "现改为"), ("en", "Before", "Now")])
def test_the_letter_about_a_moved_session_gives_the_old_and_the_new_time(gao, screening, language, was, now):
    made = register(screening, language=language)
    hall = make_hall()
    old = screening.hall
    screening.refresh_from_db()
    actions.move_session(actor=gao, session=screening, hall=hall, starts_at=at(24, 30))
    body = sent(made, "moved").body
    assert was in body
    assert now in body
    assert "10:00–11:30" in body
    assert "24:30–26:00" in body
    assert (old.name_en if language == "en" else old.name_zh) in body
    assert (hall.name_en if language == "en" else hall.name_zh) in body


def test_who_waits_is_told_about_a_move_without_being_told_that_they_are_registered(gao, edition, hall):
    session = make_session(gao, edition, hall, capacity=1)
    seated, waits = register(session), register(session)
    session.refresh_from_db()
    actions.move_session(actor=gao, session=session, hall=hall, starts_at=at(15))
    assert "报名仍然有效" in sent(seated, "moved").body
    letter = sent(waits, "moved")
    assert "候补" in letter.body
    assert "报名仍然有效" not in letter.body
    assert not letter.attachments
    actions.cancel_registration(registration=seated)
    session.refresh_from_db()
    actions.move_session(actor=gao, session=session, hall=hall, starts_at=at(16))
    waits.refresh_from_db()
    assert waits.state == "offered"
    assert "仍为您保留" in sent(waits, "moved").body


def test_an_end_that_moved_is_told_too(gao, screening):
    made = register(screening)
    screening.refresh_from_db()
    screening.ends_at += timedelta(hours=1)
    actions.keep_session(actor=gao, session=screening)
    assert events(made) == ["registered", "moved"]
    assert "10:00–12:30" in sent(made, "moved").body
    screening.refresh_from_db()
    screening.note_zh = "导演到场"
    actions.keep_session(actor=gao, session=screening)
    assert events(made) == ["registered", "moved"], "a new text is no move"


@pytest.mark.parametrize("how", ["called_off", "cancelled"])
def test_the_calendar_entry_of_the_first_letter_is_taken_out_by_the_last(gao, screening, how):
    made = register(screening)
    first, entry = calendar_of(sent(made, "registered"))
    assert (first["METHOD"], entry["STATUS"]) == ("PUBLISH", "CONFIRMED")
    screening.refresh_from_db()
    actions.move_session(actor=gao, session=screening, hall=screening.hall, starts_at=at(15))
    _calendar, moved = calendar_of(sent(made, "moved"))
    assert moved["UID"] == entry["UID"]
    assert moved["SEQUENCE"] > entry["SEQUENCE"]
    if how == "called_off":
        screening.refresh_from_db()
        actions.call_off_session(actor=gao, session=screening, reason_zh="雨", reason_en="Rain")
    else:
        actions.cancel_registration(registration=made)
    letter = sent(made, how)
    last, gone = calendar_of(letter)
    assert (last["METHOD"], gone["STATUS"]) == ("CANCEL", "CANCELLED")
    assert gone["UID"] == entry["UID"]
    assert gone["SEQUENCE"] > moved["SEQUENCE"]
    assert "ORGANIZER" in gone
    assert "text/calendar; method=CANCEL" in letter.message().as_string().replace('"', "")


def test_who_never_had_a_seat_has_nothing_to_take_out_of_a_calendar(gao, edition, hall):
    session = make_session(gao, edition, hall, capacity=1)
    register(session)
    waits = register(session)
    session.refresh_from_db()
    actions.call_off_session(actor=gao, session=session, reason_zh="雨", reason_en="Rain")
    assert not sent(waits, "called_off").attachments


def test_the_page_of_a_ticket_gives_the_entry_that_letters_change(client, screening):
    made = register(screening)
    _calendar, entry = calendar_of(sent(made, "registered"))
    address = reverse("events:registration_calendar", args=[made.secret])
    assert address in client.get(made.get_absolute_url()).text
    answer = client.get(address)
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["UID"] == entry["UID"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_postponed_session_is_reminded_of_again(gao, screening):
    made = register(screening)
    start = screening.starts_at
    actions.remind_visitors(now=start - timedelta(hours=20))
    screening.refresh_from_db()
    actions.move_session(actor=gao, session=screening, hall=screening.hall, starts_at=start + timedelta(days=1))
    actions.remind_visitors(now=start + timedelta(hours=21))
    actions.remind_visitors(now=start + timedelta(hours=22))
    assert events(made) == ["registered", "reminder", "moved", "reminder"]
    assert "24:" not in sent(made, "reminder").body


def test_an_offer_that_ended_with_the_start_sends_nobody_to_register_again(gao, edition, hall):
    session = make_session(gao, edition, hall, capacity=1)
    first, waits = register(session), register(session)
    actions.cancel_registration(registration=first)
    waits.refresh_from_db()
    actions.lapse_offers(now=waits.offered_until)
    assert "重新报名" in sent(waits, "lapsed").body
    again = waits.letters.create(event="lapsed", once_key="again")
    session.refresh_from_db()
    type(session).objects.filter(pk=session.pk).update(starts_at=at(-24 * 60), ends_at=at(-24 * 60 + 1))
    assert again.pk
    assert "重新报名" not in sent(Registration.objects.get(pk=waits.pk), "lapsed").body


LINKS = [
    "www.evil.example", "http://evil.example", "evil.com", "Evil.COM 中奖", "https://e", "加我 evil.xyz", "evil．com", "e\u200bvil.com", "evil。com",
    "a@b.example", "1.2.3.4", "t.me/free", "您中奖了evil.cn",
]  # fmt: skip
HIDDEN = ["陈可\r\nBcc: x", "陈\x1b可", "\u202e可陈", "陈\u2066可", "e" + "\u0301" * 100, "陈\u2028可"]


@pytest.mark.parametrize("name", LINKS + HIDDEN)
@pytest.mark.parametrize("field", ["name", "companion_1"])
def test_a_name_that_is_a_link_or_hides_signs_is_refused_beside_its_field(client, screening, name, field):
    form = {"name": "陈可", "email": "a@mail.example", "companion_1": "同行", "phone": "138"} | {field: name}
    answer = client.post(screening.get_absolute_url(), form)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    body = {"name": form["name"], "email": form["email"], "companions": [form["companion_1"]]}
    address = f"/api/v1/events/{screening.slug}/registrations"
    assert client.post(address, body, "application/json").status_code == 422
    assert not Registration.objects.exists()


def test_a_link_that_was_kept_as_a_name_goes_into_no_letter(screening):
    made = register(screening)
    Registration.objects.filter(pk=made.pk).update(name="win at evil.com")
    assert "evil" not in sent(made, "registered").body


def test_a_mailbox_is_written_to_so_often_a_day_and_no_more(gao, client, screening, edition, settings):
    settings.LETTERS_PER_MAILBOX_A_DAY = 3
    made = register(screening, email="victim@mail.example")
    change = reverse("events:change_registration", args=[made.secret])
    statuses = [client.post(change, {"companion_1": name}).status_code for name in ("甲", "乙", "丙", "丁")]
    assert statuses == [302, 302, 422, 422]
    other = make_session(gao, edition, make_hall(), begins=at(15))
    answer = client.post(other.get_absolute_url(), {"name": "陈可", "email": "victim@mail.example"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["email"]
    address = f"/api/v1/events/{other.slug}/registrations"
    refused = client.post(address, {"name": "陈可", "email": "VICTIM@mail.example"}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_letters")
    client.post(reverse("events:cancel_registration", args=[made.secret]))
    made.refresh_from_db()
    assert made.state == "cancelled", "seats are given back without a letter"
    assert made.letters.count() == 3
    assert register(screening, email="neighbour@mail.example").letters.count() == 1


def test_news_of_a_session_goes_to_a_full_mailbox_too(gao, screening, settings):
    settings.LETTERS_PER_MAILBOX_A_DAY = 1
    made = register(screening)
    screening.refresh_from_db()
    actions.move_session(actor=gao, session=screening, hall=screening.hall, starts_at=at(15))
    assert events(made) == ["registered", "moved"]


def test_a_network_address_registers_so_often_a_day_and_no_more(client, gao, screening, settings):
    settings.REGISTRATIONS_PER_DAY = 2
    cache.clear()
    statuses = []
    for number in range(3):
        form = {"name": "陈可", "email": f"n{number}@mail.example"}
        statuses.append(client.post(screening.get_absolute_url(), form).status_code)
    assert statuses == [302, 302, 422]


def test_a_party_that_is_too_large_is_told_beside_its_last_companion(client, gao, edition, hall):
    session = make_session(gao, edition, hall, capacity=2)
    form = {"name": "陈可", "email": "a@mail.example", "companion_1": "甲", "companion_2": "乙"}
    answer = client.post(session.get_absolute_url(), form)
    assert answer.status_code == 422
    assert answer.context["form"].errors["companion_2"]
