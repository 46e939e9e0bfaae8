"""One way to say when a session is: around midnight, New Year and 31 December, in both languages, wherever it is told."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from cms.events import actions, clock
from cms.events.models import ProgrammeSession
from tests.factories.events import make_edition, make_hall, make_session, register

ZONE = timezone.get_default_timezone()


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        ("2026-11-28T18:00", "2026-11-28T20:00", "11月28日 周六 18:00–20:00", "Sat 28 Nov, 18:00–20:00"),
        ("2026-11-28T23:59", "2026-11-29T00:30", "11月28日 周六 23:59–24:30", "Sat 28 Nov, 23:59–24:30"),
        (
            "2026-11-29T00:00",
            "2026-11-29T01:40",
            "11月28日 深夜 24:00–25:40（11月29日 周日 00:00–01:40）",
            "28 Nov, late night 24:00–25:40 (Sun 29 Nov, 00:00–01:40)",
        ),
        (
            "2026-11-29T05:59",
            "2026-11-29T07:00",
            "11月28日 深夜 29:59–31:00（11月29日 周日 05:59–07:00）",
            "28 Nov, late night 29:59–31:00 (Sun 29 Nov, 05:59–07:00)",
        ),
        ("2026-11-29T06:00", "2026-11-29T07:00", "11月29日 周日 06:00–07:00", "Sun 29 Nov, 06:00–07:00"),
        (
            "2027-01-01T00:30",
            "2027-01-01T02:00",
            "12月31日 深夜 24:30–26:00（2027年1月1日 周五 00:30–02:00）",
            "31 Dec, late night 24:30–26:00 (Fri 1 Jan 2027, 00:30–02:00)",
        ),
        ("2026-12-31T22:00", "2027-01-01T00:30", "12月31日 周四 22:00–24:30", "Thu 31 Dec, 22:00–24:30"),
        ("2027-02-28T23:30", "2027-03-02T09:00", "2月28日 周日 23:30–3月2日 周二 09:00", "Sun 28 Feb, 23:30–Tue 2 Mar, 09:00"),
    ],
)  # fmt: skip
def test_a_time_after_midnight_is_the_evenings_beside_its_real_date(start, end, zh, en):
    for language, told in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert clock.when(instant(start), instant(end)) == told


NEW_YEAR_EVE = date(timezone.localdate().year + 1, 12, 31)
"""A festival over the turn of the year; its late session begins at half past midnight on New Year."""


@pytest.fixture
def late(gao, db):
    edition = make_edition(start=NEW_YEAR_EVE - timedelta(days=2), end=NEW_YEAR_EVE + timedelta(days=1))
    begins = datetime.combine(NEW_YEAR_EVE, datetime.min.time(), ZONE) + timedelta(hours=24, minutes=30)
    return make_session(gao, edition, make_hall(), begins=begins, minutes=60, capacity=4)


def told(language):
    """What every place has to say, whatever it adds."""
    year = NEW_YEAR_EVE.year + 1
    if language == "en":
        return "31 Dec, late night", "24:30", f"1 Jan {year}, 00:30"
    return "12月31日 深夜", "24:30", f"{year}年1月1日"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_says_a_late_session_the_same_way(client, gao, late, language):
    made = register(late, language=language)
    client.force_login(gao)
    edition = late.edition.slug
    for name, args, query in (
        ("session", [late.slug], ""), ("registration", [made.secret], ""), ("edition", [edition], "?day=all"),
        ("visitors", [late.pk], ""), ("doors", [], ""), ("door", [late.slug], ""),
    ):  # fmt: skip
        with translation.override(language):
            url = reverse(f"events:{name}", args=args) + query
        page = client.get(url).text
        for part in told(language):
            assert part in page, (name, part)
    with translation.override(language):
        day = reverse("events:edition", args=[edition]) + f"?day={NEW_YEAR_EVE.isoformat()}"
        board = reverse("events:board", args=[edition]) + f"?day={NEW_YEAR_EVE.isoformat()}"
        calendar = reverse("events:session_calendar", args=[late.slug])
    for url in (day, board):
        page = client.get(url).text
        assert "24:30–25:30" in page
        assert told(language)[2] in page
    text = client.get(calendar).content.decode().replace("\r\n ", "").replace("\\", "")
    assert all(part in text for part in told(language))
    assert f"DTSTART:{NEW_YEAR_EVE:%Y%m%d}T163000Z" in text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_letter_says_a_late_session_the_same_way(gao, late, language):
    made = register(late, language=language)
    for letter in (
        "registered",
        "reminder",
        "moved",
        "called_off",
        "cancelled",
        "waiting",
        "offered",
        "lapsed",
        "changed",
    ):
        row = made.letters.create(event=letter, once_key=f"x:{letter}")
        actions.send_letter(row.pk)
        body = mail.outbox[-1].body
        assert all(part in body for part in told(language)), (letter, body)
        assert "None" not in body


def test_the_api_says_the_evening_and_both_ways(client, late):
    answer = client.get(f"/api/v1/events/{late.slug}").json()
    assert answer["day"] == NEW_YEAR_EVE.isoformat()
    assert answer["starts_at"] == f"{NEW_YEAR_EVE.isoformat()}T16:30:00Z"
    assert all(part in answer["when"]["zh"] for part in told("zh-hans"))
    assert all(part in answer["when"]["en"] for part in told("en"))


def test_a_session_before_midnight_that_ends_after_it_has_its_evening(client, gao, late):
    ProgrammeSession.objects.filter(pk=late.pk).update(
        starts_at=late.starts_at - timedelta(hours=2), ends_at=late.ends_at
    )
    page = client.get(late.get_absolute_url()).text
    assert "22:30–25:30" in page
    data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert data["endDate"].startswith(f"{NEW_YEAR_EVE.year + 1}-01-01T01:30:00+08:00")
