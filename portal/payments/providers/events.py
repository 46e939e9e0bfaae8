"""Reading a signed event: the same scheme for Stripe and for the test provider."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from stripe import SignatureVerificationError, WebhookSignature

from portal.payments.errors import Forged

from .base import EventFact

OLDEST_S = 300


def read_signed(body: bytes, signature: str, secrets: Sequence[str], *, live: bool, account: str) -> EventFact:
    """Return what an event says. Several secrets are valid while one is rotated.

    Raises `Forged` with `no_signature`, `bad_signature`, `malformed`, `other_mode` or `other_account`.
    """
    if not signature:
        raise Forged("no_signature")
    for secret in secrets:
        try:
            WebhookSignature.verify_header(body, signature, secret, tolerance=OLDEST_S)
        except (SignatureVerificationError, UnicodeDecodeError, ValueError):
            continue
        break
    else:
        raise Forged("bad_signature")
    try:
        event = json.loads(body)
        thing = event["data"]["object"]
        fact = EventFact(str(event["id"]), str(event["type"]), _object_ref(thing), _payment_uuid(thing))
        event_live, owner = bool(event.get("livemode", False)), str(event.get("account") or "")
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise Forged("malformed") from exc
    if event_live != live:
        raise Forged("other_mode")
    if owner and owner != account:
        raise Forged("other_account")
    return fact


def _object_ref(thing: dict[str, Any]) -> str:
    """Return the id under which we know the payment: the session itself, or the payment intent."""
    if thing.get("object") == "checkout.session":
        return str(thing.get("id") or "")[:120]
    return str(thing.get("payment_intent") or thing.get("id") or "")[:120]


def _payment_uuid(thing: dict[str, Any]) -> str:
    metadata = thing.get("metadata") or {}
    return str(thing.get("client_reference_id") or metadata.get("payment") or "")[:40]
