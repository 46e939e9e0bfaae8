"""The API of payments (docs/implementation/api.md). Shapes are a contract."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from portal.accounts.api_auth import required_caller, signed_in
from portal.core.rest import instant, money

from .models import Payment
from .providers import BANK_TRANSFER
from .queries import pay_account, payments_for

router = Router(tags=["payments"])


class PaymentIn(Schema):
    """Which amount due, and by which way: `bank_transfer`, `stripe`."""

    schedule: int = Field(ge=1, le=2**62)
    provider: str = Field(default=BANK_TRANSFER, max_length=20)


def payment_json(payment: Payment) -> dict[str, Any]:
    """Return a payment with what the payer needs next; four queries."""
    due = payment.schedule
    answer: dict[str, Any] = {
        "uuid": str(payment.uuid),
        "reference": due.reference,
        "schedule": due.pk,
        "kind": due.kind,
        "provider": payment.provider,
        "state": payment.state,
        "live": payment.live,
        "amount": money(payment.amount_fen),
        "counted": money(payment.applied_fen),
        "refunded": money(payment.refunded_fen),
        "expires_at": instant(payment.expires_at),
        "settled_at": instant(payment.settled_at),
        "checkout_url": payment.checkout_url if payment.state == Payment.State.OPEN else None,
        "pay_to": None,
        "refunds": [
            {"uuid": str(one.uuid), "amount": money(one.amount_fen), "state": one.state, "route": one.route}
            for one in payment.refunds.all()
        ],
    }
    if payment.provider == BANK_TRANSFER and due.open_fen and (account := pay_account()):
        answer["pay_to"] = {
            "holder": account.holder, "bank": account.bank, "number": account.number, "reference": due.reference,
        }  # fmt: skip
    return answer


@router.get("/payments/{uuid}", auth=signed_in, response=dict[str, Any])
def one_payment(request: HttpRequest, uuid: str) -> dict[str, Any]:
    """One payment of one's own company, or any for the lot's finance."""
    user = required_caller(request)
    try:
        wanted = UUID(uuid)
    except ValueError as exc:
        raise Http404 from exc
    payment = payments_for(user).filter(uuid=wanted).first()
    if payment is None:
        raise Http404
    return payment_json(payment)
