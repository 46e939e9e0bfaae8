"""Stripe Checkout: cards, Alipay, WeChat Pay. No card data ever reaches us; the key comes from the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import stripe
from django.conf import settings
from django.utils.translation import get_language, gettext as _

from portal.payments.errors import Forged, ProviderDown, ProviderRefused
from portal.payments.providers.base import Checkout, DisputeFact, EventFact, Outcome, RefundFact
from portal.payments.providers.events import read_signed

if TYPE_CHECKING:
    from portal.payments.models import Payment, Refund

API_VERSION: Final = "2026-10-28.endive"
TIMEOUT_S: Final = (1.5, 3.0)
"""To connect, to read; with one more try nobody is held longer than ten seconds."""
SESSION_STATES: Final = {"open": "open", "expired": "expired"}
REFUND_STATES: Final = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
DISPUTE_STATES: Final = {"won": "won", "lost": "lost", "warning_closed": "won", "prevented": "won"}


class StripeProvider:
    """Checkout Sessions through `stripe.StripeClient`."""

    name = "stripe"
    account = "stripe"

    def offered(self) -> bool:
        """Return whether a key is set."""
        return bool(settings.STRIPE_SECRET_KEY)

    def live(self) -> bool:
        """Return whether the key moves real money."""
        return not settings.STRIPE_SECRET_KEY.startswith(("sk_test_", "rk_test_"))

    def client(self) -> stripe.StripeClient:
        """Return a client with a pinned API version, short time-outs and one more try with the same key."""
        base: Any = {"base_addresses": {"api": settings.STRIPE_API_BASE}} if settings.STRIPE_API_BASE else {}
        return stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            stripe_version=API_VERSION,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_S),
            max_network_retries=settings.STRIPE_NETWORK_RETRIES,
            **base,
        )

    def open(self, payment: Payment, *, return_url: str, description: str) -> Checkout:
        """Make a Checkout Session; the payment's uuid is the idempotency key and `client_reference_id`."""
        ours = {"payment": str(payment.uuid), "reference": payment.schedule.reference}
        params: Any = {
            "mode": "payment",
            "client_reference_id": str(payment.uuid),
            "metadata": ours,
            "payment_intent_data": {"metadata": ours, "description": description},
            "payment_method_types": list(settings.STRIPE_METHODS),
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "cny", "unit_amount": payment.amount_fen, "product_data": {"name": description},
                    },
                }
            ],
            "success_url": return_url,
            "cancel_url": return_url,
            "locale": "en" if get_language() == "en" else "zh",
            "expires_at": int(payment.expires_at.timestamp()) if payment.expires_at else None,
        }  # fmt: skip
        if "wechat_pay" in settings.STRIPE_METHODS:
            params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
        with problems_named():
            session = self.client().v1.checkout.sessions.create(params, {"idempotency_key": str(payment.uuid)})
        return Checkout(session.id, session.url or "", session.livemode)

    def close(self, payment: Payment) -> None:
        """Expire an open session; one that is paid or over refuses, which is as good."""
        try:
            with problems_named():
                self.client().v1.checkout.sessions.expire(payment.provider_ref)
        except ProviderRefused:
            return

    def fetch(self, payment: Payment) -> Outcome:
        """Retrieve the session with its charge, refunds and disputes."""
        expand: Any = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
        with problems_named():
            client = self.client()
            session = client.v1.checkout.sessions.retrieve(payment.provider_ref, expand)
            intent: Any = session.payment_intent
            charge: Any = intent.latest_charge if intent is not None and not isinstance(intent, str) else None
            refunds: list[Any] = []
            disputes: list[Any] = []
            if charge is not None and not isinstance(charge, str):
                refunds = client.v1.refunds.list({"payment_intent": intent.id, "limit": 100}).data
                disputes = client.v1.disputes.list({"payment_intent": intent.id, "limit": 20}).data
        state = "paid" if session.payment_status == "paid" else SESSION_STATES.get(session.status or "", "open")
        if state == "open" and session.status == "complete" and getattr(intent, "status", "") in FAILED_INTENTS:
            state = "failed"
        return Outcome(
            state=state, amount_fen=session.amount_total or 0, currency=session.currency or "",
            live=session.livemode, ref=session.id, owner=session.client_reference_id or "",
            **_charge_facts(charge), refunds=tuple(_refund_fact(one) for one in refunds),
            disputes=tuple(_dispute_fact(one) for one in disputes),
            money_ref=intent if isinstance(intent, str) else getattr(intent, "id", ""),
        )  # fmt: skip

    def owner_of(self, money_ref: str) -> str:
        """Ask for the payment intent, which carries our uuid; an id that is no payment intent has no owner."""
        if not money_ref.startswith("pi_"):
            return ""
        try:
            with problems_named():
                intent = self.client().v1.payment_intents.retrieve(money_ref)
        except ProviderRefused:  # another account's, or none
            return ""
        return str(intent.metadata["payment"]) if intent.metadata and "payment" in intent.metadata else ""

    def refund(self, refund: Refund) -> RefundFact:
        """Refund the session's payment intent; the refund's uuid is the idempotency key."""
        with problems_named():
            client = self.client()
            session = client.v1.checkout.sessions.retrieve(refund.payment.provider_ref)
            params: Any = {
                "payment_intent": str(session.payment_intent),
                "amount": refund.amount_fen,
                "metadata": {"refund": str(refund.uuid), "payment": str(refund.payment.uuid)},
            }
            made = client.v1.refunds.create(params, {"idempotency_key": str(refund.uuid)})
        return _refund_fact(made)

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> EventFact:
        """Check the signature against every secret in force. Raises `Forged`."""
        secrets = [one.strip() for one in settings.STRIPE_WEBHOOK_SECRET.split(",") if one.strip()]
        if not secrets:
            raise Forged("no_secret")
        return read_signed(
            body, headers.get("Stripe-Signature", ""), secrets, live=self.live(), account=settings.STRIPE_ACCOUNT
        )


FAILED_INTENTS: Final = ("requires_payment_method", "canceled")


def _charge_facts(charge: Any) -> dict[str, Any]:
    if charge is None or isinstance(charge, str):
        return {}
    fee = charge.balance_transaction
    details, billing = charge.payment_method_details, charge.billing_details
    return {
        "method": (details.type if details else "") or "",
        "fee_fen": fee.fee if fee is not None and not isinstance(fee, str) and fee.currency == "cny" else 0,
        "payer": (getattr(billing, "name", "") if billing else "") or "",
        "paid_at": datetime.fromtimestamp(charge.created, UTC),
    }


def _refund_fact(refund: Any) -> RefundFact:
    metadata = refund.metadata
    uuid = metadata["refund"] if metadata is not None and "refund" in metadata else ""
    return RefundFact(refund.id, uuid, refund.amount, REFUND_STATES.get(refund.status or "", "sent"))


def _dispute_fact(dispute: Any) -> DisputeFact:
    due = dispute.evidence_details.due_by if dispute.evidence_details else None
    return DisputeFact(
        dispute.id, dispute.amount, dispute.reason or "", DISPUTE_STATES.get(dispute.status, "open"),
        datetime.fromtimestamp(due, UTC) if due else None,
    )  # fmt: skip


@contextmanager
def problems_named() -> Iterator[None]:
    """Turn Stripe's errors into ours: one that may pass (time-out, 429, 5xx), or a no."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as exc:
        raise ProviderDown(_("The payment provider does not answer. Try again in a minute; nothing is lost.")) from exc
    except stripe.StripeError as exc:
        if exc.http_status is None or exc.http_status >= 500 or exc.http_status in {409, 429}:
            raise ProviderDown(
                _("The payment provider has trouble right now. Try again in a minute; nothing is lost.")
            ) from exc
        raise ProviderRefused(
            _("The payment provider refused: %(code)s.") % {"code": exc.code or exc.http_status}
        ) from exc
