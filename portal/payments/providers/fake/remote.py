"""The far side of the test provider: it keeps its own books, signs events, and misbehaves when told to."""

from __future__ import annotations

import json
import secrets
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from stripe import WebhookSignature

from portal.payments.errors import ProviderDown, ProviderRefused
from portal.payments.models import FakeObject

HANG_S = 6.0
MOODS = ("ok", "hang", "500", "429", "refuse")
FEE_PERCENT = 1


def secret() -> str:
    """Return the secret that signs events here."""
    return "whsec_fake_" + settings.SECRET_KEY[:24]


def mood() -> str:
    """Return how the far side behaves at the moment."""
    kept = FakeObject.objects.filter(kind="mood").first()
    return kept.state if kept else "ok"


def set_mood(state: str) -> None:
    """Make the far side behave: ok, hang, 500, 429, refuse."""
    FakeObject.objects.update_or_create(
        kind="mood", ref="mood", defaults={"state": state, "key": "mood", "payment_uuid": "", "amount_fen": 0}
    )


def answer() -> None:
    """Behave as the mood says before every call."""
    state = mood()
    if state == "hang":
        time.sleep(HANG_S)
    if state in {"hang", "500", "429"}:
        raise ProviderDown(_("The payment provider does not answer. Try again in a minute; nothing is lost."))
    if state == "refuse":
        raise ProviderRefused(_("The payment provider refused: %(code)s.") % {"code": "test_refusal"})


def create(kind: str, *, key: str, state: str, **facts: Any) -> FakeObject:
    """Make an object once for each key; the same key with another amount is refused, as Stripe does."""
    prefix = {"session": "cs_fake_", "refund": "re_fake_", "dispute": "dp_fake_", "event": "evt_fake_"}[kind]
    try:
        with transaction.atomic():
            made, _new = FakeObject.objects.get_or_create(
                key=key, defaults={"kind": kind, "ref": prefix + secrets.token_hex(8), "state": state, **facts}
            )
    except IntegrityError:
        made = FakeObject.objects.get(key=key)
    if made.amount_fen != facts.get("amount_fen", 0):
        raise ProviderRefused(_("The payment provider refused: %(code)s.") % {"code": "idempotency_error"})
    return made


def pay(session: FakeObject, *, method: str = "card") -> None:
    """The payer pays on the checkout page. Refused on a page that is over."""
    changed = FakeObject.objects.filter(pk=session.pk, state="open", expires_at__gt=timezone.now()).update(
        state="paid", method=method
    )
    if not changed:
        raise ProviderRefused(_("This checkout page is over."))
    event("checkout.session.completed", session)


def decline(session: FakeObject) -> None:
    """The payer's bank says no."""
    FakeObject.objects.filter(pk=session.pk, state="open").update(state="failed")
    event("checkout.session.async_payment_failed", session)


def expire(session: FakeObject) -> None:
    """The page's time is over."""
    if FakeObject.objects.filter(pk=session.pk, state="open").update(state="expired"):
        event("checkout.session.expired", session)


def dispute(session: FakeObject) -> FakeObject:
    """The payer tells their bank that the charge was wrong: what was not given back is taken."""
    with transaction.atomic():
        session = FakeObject.objects.select_for_update().get(pk=session.pk)
        left = session.amount_fen - refunded(session.payment_uuid)
        if session.state != "paid" or left <= 0:
            raise ProviderRefused(_("Only paid money can be disputed."))
        made = create(
            "dispute", key=f"dispute-{session.ref}", state="open", payment_uuid=session.payment_uuid, amount_fen=left
        )
    event("charge.dispute.created", session)
    return made


def refunded(payment_uuid: str) -> int:
    """Return what was given back on the far side, failed ones left out."""
    rows = FakeObject.objects.filter(kind="refund", payment_uuid=payment_uuid).exclude(state="failed")
    return sum(row.amount_fen for row in rows)


def give_back(payment_uuid: str, key: str, amount_fen: int) -> FakeObject:
    """Refund, once for each key; never more than was paid and not disputed."""
    known = FakeObject.objects.filter(key=key).first()
    if known:
        return known
    with transaction.atomic():
        session = FakeObject.objects.select_for_update().get(kind="session", payment_uuid=payment_uuid, state="paid")
        disputed = sum(
            one.amount_fen
            for one in FakeObject.objects.filter(kind="dispute", payment_uuid=payment_uuid).exclude(state="won")
        )
        if refunded(payment_uuid) + disputed + amount_fen > session.amount_fen:
            raise ProviderRefused(_("The payment provider refused: %(code)s.") % {"code": "charge_already_refunded"})
        made = create("refund", key=key, state="succeeded", payment_uuid=payment_uuid, amount_fen=amount_fen)
    event("refund.updated", session)
    return made


def event(kind: str, session: FakeObject) -> FakeObject:
    """Write an event down; somebody delivers it, late, twice, or never."""
    return create(
        "event", key=f"event-{session.ref}-{secrets.token_hex(8)}", state="waiting", payment_uuid=session.payment_uuid,
        amount_fen=0, method=kind,
    )  # fmt: skip


def money_ref(session: FakeObject) -> str:
    """Return the id of a session's money, as Stripe has a payment intent beside each session."""
    return session.ref.replace("cs_fake_", "pi_fake_", 1)


def session_of(ref: str) -> str:
    """Return the id of the session whose money has this id."""
    return ref.replace("pi_fake_", "cs_fake_", 1)


def about(event_row: FakeObject) -> dict[str, Any]:
    """Return the object of an event, with the names that Stripe's have: only a session carries our uuid."""
    session_ref = event_row.key.split("-")[1]
    if event_row.method.startswith("checkout.session."):
        return {"object": "checkout.session", "id": session_ref, "client_reference_id": event_row.payment_uuid}
    kind, prefix = ("dispute", "dp_") if "dispute" in event_row.method else ("refund", "re_")
    if event_row.method == "charge.refunded":
        kind, prefix = "charge", "ch_"
    money = session_ref.replace("cs_fake_", "pi_fake_", 1)
    return {"object": kind, "id": f"{prefix}{event_row.ref}", "payment_intent": money, "metadata": {}}


def signed(event_row: FakeObject, *, age_s: int = 0, **changes: Any) -> tuple[bytes, dict[str, str]]:
    """Return an event's body and headers as they would come over the wire; `changes` forge parts of it."""
    body = {
        "id": event_row.ref, "type": event_row.method, "livemode": False,
        "data": {"object": about(event_row)},
    } | changes  # fmt: skip
    raw = json.dumps(body)
    stamp = int((timezone.now() - timedelta(seconds=age_s)).timestamp())
    header = WebhookSignature.generate_signature_header(raw, secret(), timestamp=stamp)
    return raw.encode(), {"Fake-Signature": header}
