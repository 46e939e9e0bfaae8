"""A booking that waits for its earnest money, and the far side of the test provider."""

import pytest

from bookings.models import Booking
from portal.payments import actions
from portal.payments.checks import broken_invariants
from portal.payments.models import FakeObject, PayAccount, Payment, ProviderEvent, Schedule
from portal.payments.providers.fake import remote
from tests.bookings.conftest import days, firm
from tests.conftest import person
from tests.factories.studios import make_resource


@pytest.fixture
def led(db):
    PayAccount.objects.get_or_create(holder="示例片场", bank="示例银行", number="5001")
    return make_resource()


@pytest.fixture
def booking(led, lin):
    return firm(lin, led, days())


@pytest.fixture
def earnest(booking):
    return due(booking, "earnest_money")


@pytest.fixture
def hong(db):
    """A second person of the lot's finance."""
    from portal.accounts.rules import LOT_FINANCE

    return person("hong@demo.example", "洪会计", group=LOT_FINANCE)


@pytest.fixture(autouse=True)
def _books_are_clean(db):
    """After every test of money the ledger agrees with everything else."""
    yield
    assert broken_invariants() == []


def due(booking, kind):
    return Schedule.objects.get(subject_id=booking.pk, kind=kind)


def begin(person_, schedule, provider="fake"):
    return actions.open_checkout(actions.start_payment(actor=person_, schedule=schedule, provider=provider))


def session_of(payment):
    return FakeObject.objects.get(kind="session", payment_uuid=str(payment.uuid))


def pay(payment, method="card"):
    """The payer pays on the far side; our side does not know yet."""
    remote.pay(session_of(payment), method=method)


def events_of(payment):
    return list(FakeObject.objects.filter(kind="event", payment_uuid=str(payment.uuid)).order_by("pk"))


def deliver(event, **forged):
    body, headers = remote.signed(event, **forged)
    return actions.receive_event("fake", body=body, headers=headers)


def work():
    """What the worker does with the events that came."""
    for event in ProviderEvent.objects.filter(processed_at=None).order_by("pk"):
        actions.process_event(event.pk)


def paid(person_, schedule, method="card"):
    """A payment that went all the way."""
    payment = begin(person_, schedule)
    pay(payment, method)
    return actions.settle_payment(payment.uuid)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def state(booking):
    return Booking.objects.get(pk=booking.pk).state


def payments_of(schedule):
    return list(Payment.objects.filter(schedule=schedule).order_by("pk"))
