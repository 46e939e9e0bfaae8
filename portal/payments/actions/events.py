"""What providers tell us: kept once, answered at once, worked through in a second transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from portal.payments.errors import Forged
from portal.payments.models import Payment, ProviderEvent, Refund, RefusedCall
from portal.payments.providers import provider_named
from portal.tasks.queue import enqueue

from .paying import settle_payment

logger = logging.getLogger(__name__)
UNKNOWN = "unknown payment"
ASK_AGAIN_FOR = timedelta(days=3)
"""So long an event about a payment that nobody here knows is looked into again, hour by hour."""
DISPUTED_WITHIN = timedelta(days=180)
"""So long after a payment came it is looked at once a day, for a dispute or refund whose event never came: card schemes
let a payer object for 120 days and more (https://docs.stripe.com/disputes/how-disputes-work)."""


def receive_event(provider: str, *, body: bytes, headers: Mapping[str, str]) -> ProviderEvent:
    """Check an event's signature on the raw body and keep it, once. The work is queued in the same transaction.

    Raises `Forged` (counted by day and reason) and `ProviderNotOffered`.
    """
    way = provider_named(provider)
    try:
        fact = way.read_event(body, headers)
    except Forged as forged:
        count_refusal(provider, forged.reason)
        raise
    with transaction.atomic():
        event, new = ProviderEvent.objects.get_or_create(
            provider=provider,
            event_id=fact.id[:120],
            defaults={"kind": fact.kind[:80], "object_ref": fact.object_ref, "payment_uuid": fact.payment_uuid},
        )
        if new:
            enqueue("portal.payments.tasks.process_event", event.pk)
    return event


def count_refusal(provider: str, reason: str) -> None:
    """Log and count a call that was refused."""
    logger.warning("payments: call of %s refused: %s", provider, reason)
    with transaction.atomic():
        row, _new = RefusedCall.objects.get_or_create(day=timezone.localdate(), provider=provider, reason=reason[:40])
        RefusedCall.objects.filter(pk=row.pk).update(count=F("count") + 1)


def process_event(event_id: int) -> None:
    """Look up the payment that an event is about. A task; the order and number of events do not matter.

    Raises `ProviderDown` (the task is tried again).
    """
    event = ProviderEvent.objects.get(pk=event_id)
    if event.processed_at:
        return
    payment = _payment_of(event)
    if payment is None:
        outcome = UNKNOWN
        count_refusal(event.provider, "unknown_payment")
    else:
        outcome = settle_payment(payment.uuid).state
    ProviderEvent.objects.filter(pk=event.pk).update(processed_at=timezone.now(), outcome=outcome)


def _payment_of(event: ProviderEvent) -> Payment | None:
    """Return the payment an event is about, by any of its names, asking the provider where none is known here.

    A session speaks of itself (`cs_…`) and carries our uuid; refunds and disputes speak of the money (`pi_…`) and may carry
    nothing. Whether the payment is settled already does not matter. Raises `ProviderDown`.
    """
    mine = Payment.objects.filter(provider=event.provider)
    if event.object_ref:
        found = mine.filter(Q(provider_ref=event.object_ref) | Q(money_ref=event.object_ref)).first()
        if found is not None:
            return found
    uuid = event.payment_uuid or provider_named(event.provider).owner_of(event.object_ref)
    try:
        return mine.filter(uuid=UUID(uuid)).first()
    except ValueError:
        return None


def sweep(*, now: datetime | None = None) -> int:
    """Queue what lost its wake-up, or waits for a provider that was down longer than a task is tried again.

    Events not worked through or about a payment nobody knew, pages whose news never came, received payments once a day (a
    dispute whose event was lost), refunds that have not left or not arrived. Returns how many.
    """
    now = now or timezone.now()
    count = 0
    again = ProviderEvent.objects.filter(outcome=UNKNOWN, processed_at__lt=now - timedelta(hours=1))
    again.filter(received_at__gt=now - ASK_AGAIN_FOR).update(processed_at=None, outcome="")
    stale = ProviderEvent.objects.filter(processed_at=None, received_at__lt=now - timedelta(minutes=2))
    for event in stale.order_by("pk")[:100]:
        enqueue("portal.payments.tasks.process_event", event.pk)
        count += 1
    waiting = Payment.objects.filter(state=Payment.State.OPEN, created_at__lt=now - timedelta(minutes=2))
    for payment in waiting.order_by("pk")[:100]:
        enqueue("portal.payments.tasks.settle_payment", str(payment.uuid))
        count += 1
    settled = Payment.objects.filter(state=Payment.State.SUCCEEDED, settled_at__gt=now - DISPUTED_WITHIN)
    settled = settled.exclude(provider_ref="").filter(Q(looked_at=None) | Q(looked_at__lt=now - timedelta(days=1)))
    for payment in settled.filter(settled_at__lt=now - timedelta(hours=1)).order_by("looked_at", "pk")[:20]:
        enqueue("portal.payments.tasks.settle_payment", str(payment.uuid))
        count += 1
    same_way = Refund.objects.filter(route=Refund.Route.PROVIDER, created_at__lt=now - timedelta(minutes=2))
    for refund in same_way.filter(state=Refund.State.APPROVED).order_by("pk")[:100]:
        enqueue("portal.payments.tasks.send_refund", refund.pk)
        count += 1
    for refund in same_way.filter(state=Refund.State.SENT).select_related("payment").order_by("pk")[:100]:
        enqueue("portal.payments.tasks.settle_payment", str(refund.payment.uuid))
        count += 1
    return count
