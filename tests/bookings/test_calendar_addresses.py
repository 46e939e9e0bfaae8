"""Calendar addresses: whoever leaves a company knows none that works."""

import pytest

from portal.accounts.actions import remove_member
from portal.accounts.models import Membership
from tests.bookings.conftest import days, hold
from tests.factories.studios import make_resource
from tests.payments.conftest import fresh

pytestmark = pytest.mark.django_db


def test_a_removed_members_calendar_address_ends_and_the_companys_goes_on(client, lin, bo, zhao):
    led = make_resource()
    mine, others = hold(lin, led), hold(zhao, led, days(80))
    known = f"/calendar/{mine.calendar_secret}.ics"
    assert client.get(known).status_code == 200
    remove_member(actor=lin, membership=Membership.objects.get(user=bo))
    assert client.get(known).status_code == 404
    assert client.get(f"/calendar/{fresh(mine).calendar_secret}.ics").status_code == 200
    assert fresh(others).calendar_secret == others.calendar_secret
