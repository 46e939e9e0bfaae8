"""The test provider for development: idempotency keys honoured, over-refunds refused, events that misbehave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.money import percent_of
from portal.payments.errors import ProviderRefused
from portal.payments.models import FakeObject
from portal.payments.providers.base import Checkout, DisputeFact, EventFact, Outcome, RefundFact
from portal.payments.providers.events import read_signed

from . import remote

if TYPE_CHECKING:
    from portal.payments.models import Payment, Refund


class FakeProvider:
    """Speaks to the far side in `remote` as one would speak to Stripe."""

    name = "fake"
    account = "fake"

    def offered(self) -> bool:
        """Return whether this is a machine for trying things out."""
        return bool(settings.PAYMENTS_FAKE)

    def live(self) -> bool:
        """No real money, ever."""
        return False

    def open(self, payment: Payment, *, return_url: str, description: str) -> Checkout:
        """Make a checkout page."""
        remote.answer()
        made = remote.create(
            "session", key=str(payment.uuid), state="open", payment_uuid=str(payment.uuid),
            amount_fen=payment.amount_fen, expires_at=payment.expires_at,
        )  # fmt: skip
        return Checkout(made.ref, reverse("fake_checkout", args=[made.ref]), live=False)

    def close(self, payment: Payment) -> None:
        """End a page that nobody paid on."""
        remote.answer()
        remote.expire(FakeObject.objects.get(kind="session", ref=payment.provider_ref))

    def fetch(self, payment: Payment) -> Outcome:
        """Look the session up with all that hangs on it."""
        remote.answer()
        session = FakeObject.objects.filter(kind="session", key=str(payment.uuid)).first()
        if session is None:
            raise ProviderRefused(_("The payment provider refused: %(code)s.") % {"code": "resource_missing"})
        others = FakeObject.objects.filter(payment_uuid=str(payment.uuid))
        paid = session.state == "paid"
        return Outcome(
            state=session.state, amount_fen=session.amount_fen, currency=session.currency, live=False,
            ref=session.ref, owner=session.payment_uuid, method=session.method if paid else "",
            fee_fen=percent_of(session.amount_fen, remote.FEE_PERCENT) if paid else 0,
            payer=str(_("Test payer")) if paid else "",
            refunds=tuple(_refund_fact(one) for one in others.filter(kind="refund").order_by("pk")),
            disputes=tuple(
                DisputeFact(one.ref, one.amount_fen, "fraudulent", one.state)
                for one in others.filter(kind="dispute").order_by("pk")
            ),
            money_ref=remote.money_ref(session) if paid else "",
        )  # fmt: skip

    def refund(self, refund: Refund) -> RefundFact:
        """Give money back."""
        remote.answer()
        return _refund_fact(remote.give_back(str(refund.payment.uuid), str(refund.uuid), refund.amount_fen))

    def owner_of(self, money_ref: str) -> str:
        """Look up whose money it is; the far side knows it as Stripe knows its payment intents."""
        remote.answer()
        session = FakeObject.objects.filter(kind="session", ref=remote.session_of(money_ref)).first()
        return session.payment_uuid if session else ""

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> EventFact:
        """Check the signature as for Stripe."""
        return read_signed(body, headers.get("Fake-Signature", ""), [remote.secret()], live=False, account="")


def _refund_fact(row: FakeObject) -> RefundFact:
    return RefundFact(row.ref, row.key, row.amount_fen, row.state)
