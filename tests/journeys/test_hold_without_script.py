"""A producer chooses days, signs in on the way, accepts, holds, confirms and pays: forms and links alone."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from bookings.models import Booking
from portal.accounts.rules import LOT_FINANCE
from portal.payments.models import PayAccount, Schedule
from tests.bookings.conftest import days
from tests.conftest import PASSWORD, person
from tests.factories.studios import make_resource

pytestmark = pytest.mark.django_db


@pytest.fixture
def led(db):
    PayAccount.objects.create(holder="示例", bank="示例银行", number="5001")
    return make_resource()


def pick_url(resource, span, language="zh-hans"):
    start, last = span.start.isoformat(), span.last.isoformat()
    return f"/{language}/bookings/new/{resource.stage.slug}/?start={start}&last={last}"


def post_pick(client, resource, span, **extra):
    data = {"start": span.start.isoformat(), "last": span.last.isoformat(), "key": "k"} | extra
    return client.post(f"/zh-hans/bookings/new/{resource.stage.slug}/", data)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_days_to_confirmed(lin, led, language):
    client, span = Client(), days()
    page = client.get(pick_url(led, span, language))
    assert "¥241,500" in page.text
    answer = post_pick(client, led, span, production="雾渡")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=")
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=lin, email=lin.email, verified=True, primary=True)
    signed = client.post(answer.headers["Location"], {"login": lin.email, "password": PASSWORD})
    back = client.get(signed.headers["Location"])
    assert "¥241,500" in back.text
    assert "雾渡" in back.text
    made = post_pick(client, led, span, production="雾渡")
    booking = Booking.objects.get()
    assert made.headers["Location"].endswith(f"/bookings/{booking.reference}/")
    for step, state in (("accept", "quoted"), ("hold", "hold"), ("confirm", "awaiting_deposit")):
        booking.refresh_from_db()
        done = client.post(reverse(f"bookings:{step}", args=[booking.reference]), {"version": booking.version})
        assert done.status_code == 302, done.text[-500:]
        booking.refresh_from_db()
        assert booking.state == state
    shown = client.get(f"/{language}/bookings/{booking.reference}/").text
    assert "5001" in shown
    assert "¥48,300" in shown
    fang = person("fang@demo.example", "方", group=LOT_FINANCE)
    desk = Client()
    desk.force_login(fang)
    due = Schedule.objects.get(kind="earnest_money")
    form = desk.get(reverse("bookings:deposit", args=[booking.reference, due.pk]))
    assert "48300.00" in form.text
    data = {"amount": "48300.00", "received_on": "2026-01-01", "payer": "江雾"}
    assert desk.post(reverse("bookings:deposit", args=[booking.reference, due.pk]), data).status_code == 302
    words = {"zh-hans": "定档", "en": "confirmed"}
    assert words[language] in client.get(f"/{language}/bookings/{booking.reference}/").text.lower()


def test_pressing_days_works_by_links(led):
    client, span = Client(), days()
    page = client.get(pick_url(led, days(40, 1))).text
    links = re.findall(r'class="pick__day" href="([^"]+)"', page)
    wanted = f"start={span.start.isoformat()}&amp;last={span.last.isoformat()}"
    assert any(wanted in link for link in links)


def test_a_second_company_sees_rank_two_then_a_firm_booking_and_a_third_is_refused(lin, zhao, led, db):
    from bookings import actions
    from portal.accounts.models import Organisation
    from tests.bookings.conftest import ask, hold

    first, second = hold(lin, led), hold(zhao, led)
    client = Client()
    client.force_login(zhao)
    url = f"/zh-hans/bookings/{second.reference}/"
    assert "第 2" in client.get(url).text
    actions.confirm_booking(booking=first, actor=lin)
    assert "定档之后" in client.get(url).text
    third = person("he@demo.example", "何云", company=Organisation.objects.create(name="C"))
    late = ask(third, led)
    client.force_login(third)
    answer = client.post(reverse("bookings:hold", args=[late.reference]))
    assert answer.status_code == 409
    assert "已被占用" in answer.text or "taken" in answer.text
    assert "bookings/new/led-1/?start=" in answer.text


@pytest.mark.parametrize(
    ("start", "last", "words"),
    [
        ("2027-03-08", "2027-03-01", "末日早于首日"),
        ("2020-01-01", "2020-01-03", "首日已经过去"),
        ("", "2027-03-01", "start"),
        ("nonsense", "2027-03-01", "start"),
    ],
)
def test_bad_dates_are_told_beside_the_field_and_nothing_is_lost(lin, led, start, last, words):
    client = Client()
    client.force_login(lin)
    answer = client.post("/zh-hans/bookings/new/led-1/", {"start": start, "last": last, "production": "留着我"})
    assert answer.status_code == 422
    assert words in answer.text
    assert not Booking.objects.exists()


def test_a_form_sent_twice_makes_one_booking(lin, led):
    client = Client()
    client.force_login(lin)
    one, two = post_pick(client, led, days()), post_pick(client, led, days())
    assert one.headers["Location"] == two.headers["Location"]
    assert Booking.objects.count() == 1


def test_a_stale_tab_is_told(lin, led):
    from tests.bookings.conftest import hold

    booking = hold(lin, led)
    client = Client()
    client.force_login(lin)
    answer = client.post(reverse("bookings:release", args=[booking.reference]), {"version": booking.version - 1})
    assert answer.status_code == 409
    booking.refresh_from_db()
    assert booking.state == "hold"


def test_the_fee_is_shown_before_the_button_and_must_be_the_one_seen(lin, led):
    from tests.bookings.conftest import firm

    booking = firm(lin, led)
    client = Client()
    client.force_login(lin)
    url = reverse("bookings:cancel", args=[booking.reference])
    assert "¥0" in client.get(url).text
    assert client.post(url, {"fee": "999", "reason": "改期"}).status_code == 409
    assert client.post(url, {"fee": "0", "reason": "改期"}).status_code == 302
