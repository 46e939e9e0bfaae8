"""What a way of paying can do for us. Calls go over a network: never inside a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.payments.models import Payment, Refund


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page of the provider on which the payer pays."""

    ref: str
    url: str
    live: bool


@dataclass(frozen=True, slots=True)
class RefundFact:
    """A refund as the provider sees it; `uuid` is ours where we made it. `state`: sent, succeeded, failed."""

    ref: str
    uuid: str
    amount_fen: int
    state: str


@dataclass(frozen=True, slots=True)
class DisputeFact:
    """A dispute as the provider sees it. `state`: open, won, lost."""

    ref: str
    amount_fen: int
    reason: str
    state: str
    respond_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A payment as the provider sees it now. `state`: open, paid, failed, expired. Nothing else is trusted."""

    state: str
    amount_fen: int
    currency: str
    live: bool
    ref: str
    owner: str
    """The uuid that the provider has for this payment: ours, or it is another's."""
    method: str = ""
    fee_fen: int = 0
    payer: str = ""
    paid_at: datetime | None = None
    refunds: tuple[RefundFact, ...] = ()
    disputes: tuple[DisputeFact, ...] = ()
    money_ref: str = ""
    """The provider's id of the money itself, under which its refunds and disputes speak of it: Stripe's payment intent."""


@dataclass(frozen=True, slots=True)
class EventFact:
    """What an event says: who it is and which payment to look at. Its contents are not trusted."""

    id: str
    kind: str
    object_ref: str
    payment_uuid: str


class Provider(Protocol):
    """A way of paying online. Every method may raise `ProviderDown` or `ProviderRefused`."""

    name: str
    account: str
    """The ledger account that stands for our balance there."""

    def offered(self) -> bool:
        """Return whether this way is set up here."""

    def live(self) -> bool:
        """Return whether real money moves."""

    def open(self, payment: Payment, *, return_url: str, description: str) -> Checkout:
        """Make a checkout page, once for each payment: its uuid is the idempotency key."""

    def close(self, payment: Payment) -> None:
        """End a checkout page that nobody paid on. One that is paid or over stays as it is."""

    def fetch(self, payment: Payment) -> Outcome:
        """Look the payment up, with its refunds and disputes."""

    def refund(self, refund: Refund) -> RefundFact:
        """Give money back, once for each refund: its uuid is the idempotency key."""

    def owner_of(self, money_ref: str) -> str:
        """Return the uuid of the payment that the provider's id of some money belongs to; empty where it has none."""

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> EventFact:
        """Check an event's signature and age on the raw body. Raises `Forged`."""
