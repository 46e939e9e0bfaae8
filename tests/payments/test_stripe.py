"""Stripe: well-formed calls (Stripe's own stub), and what its troubles do to us (a stub that behaves badly)."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from stripe import WebhookSignature

from portal.payments import actions
from portal.payments.errors import Forged, ProviderDown, ProviderRefused
from portal.payments.models import Dispute, Payment, ProviderEvent, Refund
from portal.payments.providers import provider_named
from portal.payments.providers.stripe import provider as stripe_provider

from .conftest import fresh, state

pytestmark = pytest.mark.django_db
SECRET = "whsec_test_one"


@pytest.fixture
def keys(settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_123", f"{SECRET},whsec_test_two"
    settings.STRIPE_NETWORK_RETRIES = 0
    return settings


class Stub:
    """A far side of our own: what it answers next, and what it was asked."""

    def __init__(self):
        self.answers, self.asked = [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.answer()

            def do_GET(self):
                self.answer()

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                outer.asked.append((self.command, self.path, self.headers.get("Idempotency-Key"), body, self.headers))
                status, data = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                if status == "hang":
                    time.sleep(data)
                    return
                raw = json.dumps(data).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def stub(keys):
    made = Stub()
    keys.STRIPE_API_BASE = made.url
    yield made
    made.server.shutdown()


def session(payment, **facts):
    return {
        "id": "cs_test_1", "object": "checkout.session", "url": "https://checkout.example/1", "livemode": False,
        "client_reference_id": str(payment.uuid), "amount_total": payment.amount_fen, "currency": "cny",
        "status": "open", "payment_status": "unpaid", "payment_intent": None,
    } | facts  # fmt: skip


def paid_session(payment, **facts):
    charge = {
        "id": "ch_1", "object": "charge", "created": int(time.time()), "balance_transaction": {"object": "balance_transaction", "fee": 34, "currency": "cny"},
        "payment_method_details": {"type": "wechat_pay"}, "billing_details": {"name": "林岚"},
    }  # fmt: skip
    intent = {"id": "pi_1", "object": "payment_intent", "status": "succeeded", "latest_charge": charge}
    return session(payment, status="complete", payment_status="paid", payment_intent=intent, **facts)


EMPTY = {"object": "list", "data": [], "has_more": False, "url": "/v1/x"}


def begin(lin, earnest):
    return actions.start_payment(actor=lin, schedule=earnest, provider="stripe")


@pytest.mark.parametrize("trouble", [(500, {"error": {"message": "x"}}), (429, {"error": {"message": "x"}}), (503, {})])
def test_trouble_keeps_the_payment_and_the_next_try_has_the_same_key(lin, booking, earnest, stub, trouble):
    payment = begin(lin, earnest)
    stub.answers = [trouble, (200, session(payment))]
    with pytest.raises(ProviderDown):
        actions.open_checkout(payment)
    assert (fresh(payment).state, state(booking)) == ("started", "awaiting_deposit")
    again = begin(lin, earnest)
    assert actions.open_checkout(again).checkout_url == "https://checkout.example/1"
    assert [one[2] for one in stub.asked] == [str(payment.uuid)] * 2
    assert stub.asked[0][3] == stub.asked[1][3]


def test_the_time_outs_with_every_try_stay_under_ten_seconds(settings):
    longest_pause = 0.5  # stripe.HTTPClient waits so long before its first further try
    tries = 1 + settings.STRIPE_NETWORK_RETRIES
    assert tries * sum(stripe_provider.TIMEOUT_S) + settings.STRIPE_NETWORK_RETRIES * longest_pause < 10


def test_a_provider_that_hangs_is_given_up_within_ten_seconds(lin, earnest, stub, monkeypatch):
    monkeypatch.setattr(stripe_provider, "TIMEOUT_S", (0.5, 0.8))
    stub.answers = [("hang", 30)]
    begun = time.monotonic()
    with pytest.raises(ProviderDown):
        actions.open_checkout(begin(lin, earnest))
    assert time.monotonic() - begun < 5


def test_a_provider_that_cannot_be_reached_is_down(lin, earnest, keys):
    keys.STRIPE_API_BASE = "http://127.0.0.1:1"
    with pytest.raises(ProviderDown):
        actions.open_checkout(begin(lin, earnest))


def test_a_third_call_at_once_is_answered_at_once(lin, earnest, stub, monkeypatch):
    from portal.payments.providers import few_at_once

    with few_at_once(), few_at_once():
        begun = time.monotonic()
        with pytest.raises(ProviderDown), few_at_once():
            raise AssertionError("two are enough")
        assert time.monotonic() - begun < 2


def test_a_refusal_ends_the_payment(lin, earnest, stub):
    stub.answers = [(400, {"error": {"type": "invalid_request_error", "code": "amount_too_large", "message": "x"}})]
    payment = begin(lin, earnest)
    with pytest.raises(ProviderRefused, match="amount_too_large"):
        actions.open_checkout(payment)
    assert fresh(payment).state == "failed"


def test_the_call_names_our_payment_everywhere_and_expires_with_the_days(lin, booking, earnest, stub):
    payment = begin(lin, earnest)
    stub.answers = [(200, session(payment))]
    actions.open_checkout(payment)
    _method, path, key, body, headers = stub.asked[0]
    assert path == "/v1/checkout/sessions"
    assert key == str(payment.uuid)
    for part in (
        f"client_reference_id={payment.uuid}", f"metadata[payment]={payment.uuid}", "payment_intent_data",
        f"expires_at={int(payment.expires_at.timestamp())}", "currency]=cny", f"unit_amount]={payment.amount_fen}",
    ):  # fmt: skip
        assert part in body.replace("%5B", "[").replace("%5D", "]"), part
    assert headers["Stripe-Version"] == stripe_provider.API_VERSION
    assert "card_number" not in body


def test_a_paid_session_counts_with_its_fee_and_means(lin, booking, earnest, stub):
    payment = begin(lin, earnest)
    stub.answers = [(200, session(payment))]
    actions.open_checkout(payment)
    stub.answers = [
        (200, paid_session(payment)),
        (200, EMPTY),
        (200, EMPTY),
        (200, paid_session(payment)),
        (200, EMPTY),
    ]
    actions.settle_payment(payment.uuid)
    settled = fresh(payment)
    assert (settled.state, settled.method, settled.fee_fen, settled.live) == ("succeeded", "wechat_pay", 34, False)
    assert state(booking) == "confirmed"


@pytest.mark.parametrize(
    "facts", [{"amount_total": 1}, {"currency": "usd"}, {"client_reference_id": "other"}, {"livemode": True}]
)
def test_an_answer_that_is_not_ours_never_counts(lin, booking, earnest, stub, facts):
    payment = begin(lin, earnest)
    stub.answers = [(200, session(payment))]
    actions.open_checkout(payment)
    stub.answers = [(200, paid_session(payment) | facts), (200, EMPTY)]
    actions.settle_payment(payment.uuid)
    assert fresh(payment).problem
    assert state(booking) == "awaiting_deposit"


def test_a_refund_has_its_own_key_and_is_sent_once(lin, fang, booking, earnest, stub):
    payment = begin(lin, earnest)
    stub.answers = [(200, session(payment))]
    actions.open_checkout(payment)
    stub.answers = [(200, paid_session(payment)), (200, EMPTY)]
    actions.settle_payment(payment.uuid)
    refund = actions.request_refund(actor=fang, payment=payment, amount_fen=500, reason="x")
    made = {
        "id": "re_1", "object": "refund", "amount": 500, "status": "pending", "metadata": {"refund": str(refund.uuid)},
    }  # fmt: skip
    stub.answers = [(500, {}), (200, session(payment, payment_intent="pi_1")), (200, made)]
    with pytest.raises(ProviderDown):
        actions.send_refund(refund.pk)
    actions.send_refund(refund.pk)
    assert fresh(refund).state == "sent"
    assert stub.asked[-1][2] == str(refund.uuid)
    stub.answers = [
        (200, paid_session(payment)),
        (200, EMPTY | {"data": [made | {"status": "succeeded"}]}),
        (200, EMPTY),
    ]
    actions.settle_payment(payment.uuid)
    assert (Refund.objects.count(), fresh(refund).state) == (1, "succeeded")


# Events


def signed(payment, secret=SECRET, age=0, **changes):
    body = json.dumps(
        {
            "id": "evt_1", "type": "checkout.session.completed", "livemode": False,
            "data": {"object": {"object": "checkout.session", "id": "cs_test_1", "client_reference_id": str(payment.uuid)}},
        } | changes
    )  # fmt: skip
    header = WebhookSignature.generate_signature_header(body, secret, timestamp=int(time.time()) - age)
    return body, header


def test_events_are_checked_on_the_raw_body_with_any_secret_in_force(client, lin, earnest, stub):
    payment = begin(lin, earnest)
    url = "/payments/webhooks/stripe/"
    for secret in (SECRET, "whsec_test_two"):
        body, header = signed(payment, secret)
        answer = client.post(url, body, content_type="application/json", headers={"Stripe-Signature": header})
        assert answer.status_code == 204
    assert ProviderEvent.objects.count() == 1
    for body, header in (
        signed(payment, "whsec_wrong"), signed(payment, age=400), signed(payment, livemode=True), signed(payment, account="acct_2"),
    ):  # fmt: skip
        answer = client.post(url, body, content_type="application/json", headers={"Stripe-Signature": header})
        assert answer.status_code == 400
    assert ProviderEvent.objects.count() == 1


def test_live_and_test_keys_are_told_apart(keys, lin, earnest):
    way = provider_named("stripe")
    assert way.live() is False
    keys.STRIPE_SECRET_KEY = "sk_live_x"
    assert way.live() is True
    body, header = signed(Payment(schedule=earnest, amount_fen=1))
    with pytest.raises(Forged, match="other_mode"):
        way.read_event(body.encode(), {"Stripe-Signature": header})


@pytest.mark.server
@pytest.mark.skipif(
    not os.environ.get("STRIPE_MOCK_URL"), reason="STRIPE_MOCK_URL is not set (tests/servers/stripe-mock up)"
)
def test_our_calls_are_well_formed_for_stripes_own_stub(lin, fang, earnest, keys):
    keys.STRIPE_API_BASE = os.environ["STRIPE_MOCK_URL"]
    payment = actions.open_checkout(begin(lin, earnest))
    assert payment.provider_ref.startswith("cs_")
    way = provider_named("stripe")
    assert way.fetch(payment).ref
    way.close(payment)
    refund = Refund(payment=payment, amount_fen=100)
    assert way.refund(refund).ref.startswith("re_")


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("charge.refunded", {"object": "charge", "id": "ch_1", "payment_intent": "pi_1", "metadata": {}}),
        ("refund.updated", {"object": "refund", "id": "re_1", "payment_intent": "pi_1", "charge": "ch_1"}),
        ("charge.dispute.created", {"object": "dispute", "id": "dp_1", "payment_intent": "pi_1", "charge": "ch_1"}),
        ("charge.dispute.closed", {"object": "dispute", "id": "dp_1", "payment_intent": "pi_1", "metadata": {}}),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_stripes_news_of_money_finds_its_payment(lin, booking, earnest, stub, kind, thing, known):
    """Once by the intent that was kept when the payment came, once (payments of before) by asking Stripe."""
    stub.answers = [(200, session(payment_of(lin, earnest)))]
    payment = actions.open_checkout(Payment.objects.get())
    stub.answers = [(200, paid_session(payment)), (200, EMPTY), (200, EMPTY)]
    actions.settle_payment(payment.uuid)
    assert fresh(payment).money_ref == "pi_1"
    if not known:
        Payment.objects.update(money_ref="")
    body = json.dumps({"id": "evt_9", "type": kind, "livemode": False, "data": {"object": thing}})
    header = WebhookSignature.generate_signature_header(body, SECRET, timestamp=int(time.time()))
    event = actions.receive_event("stripe", body=body.encode(), headers={"Stripe-Signature": header})
    dispute = {
        "id": "dp_1", "object": "dispute", "amount": 900, "reason": "fraudulent", "status": "needs_response",
        "evidence_details": None, "metadata": {},
    }  # fmt: skip
    intent = {"id": "pi_1", "object": "payment_intent", "metadata": {"payment": str(payment.uuid)}}
    asked_first = [] if known else [(200, intent)]
    stub.answers = [*asked_first, (200, paid_session(payment)), (200, EMPTY), (200, EMPTY | {"data": [dispute]})]
    actions.process_event(event.pk)
    assert ProviderEvent.objects.get(pk=event.pk).outcome == "succeeded"
    assert Dispute.objects.get().amount_fen == 900


def payment_of(lin, earnest):
    return actions.start_payment(actor=lin, schedule=earnest, provider="stripe")
