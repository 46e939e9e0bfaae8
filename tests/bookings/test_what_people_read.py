"""What a booking's page, its trail and its letters say to whom."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings import actions
from bookings.models import Booking
from portal.core.day_ranges import DayRange
from portal.notifications.models import Notice
from studios.models import RateExtra, Resource
from tests.bookings.conftest import days, firm, hold
from tests.factories.studios import make_resource

pytestmark = pytest.mark.django_db


@pytest.fixture
def nodes(db):
    """Eight render nodes with a day and a night, and an operator as an extra."""
    resource = make_resource(units=8)
    Resource.objects.filter(pk=resource.pk).update(slots_per_day=2)
    RateExtra.objects.filter(card__resource=resource, code="operator").update(name_zh="渲染值守")
    return Resource.objects.get(pk=resource.pk)


@pytest.fixture
def enquiry(lin, nodes):
    company = lin.memberships.get().organisation
    wish = actions.LineWish(nodes, days(), quantity=4, slots=(1,), extras={"operator": 2})
    return actions.enquire(actor=lin, organisation=company, wishes=[wish], production="山火", note="需要 380 V 电源")


@pytest.mark.parametrize("who", ["lin", "bo", "mei", "fang"])
def test_units_slot_extras_and_note_stand_on_the_booking(request, who, enquiry):
    client = Client()
    client.force_login(request.getfixturevalue(who))
    page = client.get(enquiry.get_absolute_url()).text
    for words in ("4 个单元", "夜班", "渲染值守", "需要 380 V 电源"):
        assert words in page, words


def test_they_stand_on_the_lots_desk_and_beside_its_forms(mei, enquiry):
    Booking.objects.filter(pk=enquiry.pk).update(state="enquiry")
    client = Client()
    client.force_login(mei)
    for path in ("/admin/", f"{enquiry.get_absolute_url()}quote/"):
        page = client.get(path).text
        for words in ("4 个单元", "渲染值守", "需要 380 V 电源"):
            assert words in page, (path, words)


def test_a_stranger_reads_none_of_it(zhao, enquiry):
    client = Client()
    client.force_login(zhao)
    assert client.get(enquiry.get_absolute_url()).status_code == 404


def test_letters_to_the_lot_never_ask_the_lot_to_pay(lin, mei, fang, zhao):
    resource = make_resource()
    firm(lin, resource, days())
    lapsing = hold(zhao, resource, DayRange(days().end + timedelta(days=9), days().end + timedelta(days=11)))
    actions.release_booking(booking=lapsing, actor=zhao)
    told = Notice.objects.filter(recipient__in=(mei, fang))
    assert {notice.event for notice in told} >= {"bookings.held", "bookings.made_firm", "bookings.released"}
    for notice in told:
        for words in ("您的", "请付", "账户见", "随时可以释放"):
            assert words not in notice.body, (notice.event, notice.body)


def test_money_that_came_online_is_no_work_of_a_clock(lin):
    from bookings.views import trail
    from portal.audit.models import Event

    words = trail([Event(action="bookings.confirmed"), Event(action="bookings.expired")])
    assert [row["by"] for row in words] == ["在线支付", "到期自动"]
