"""The ways of paying, by name. Bank transfer needs no provider: people carry it."""

from __future__ import annotations

from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from portal.payments.errors import ProviderDown, ProviderNotOffered

from .fake.provider import FakeProvider
from .stripe.provider import StripeProvider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .base import Provider

BANK_TRANSFER = "bank_transfer"
_online: dict[str, Provider] = {provider.name: provider for provider in (StripeProvider(), FakeProvider())}
_calls_at_once = BoundedSemaphore(2)


def provider_named(name: str) -> Provider:
    """Return the online provider. Raises `ProviderNotOffered` for one that is unknown or not set up."""
    provider = _online.get(name)
    if provider is None or not provider.offered():
        raise ProviderNotOffered(_("This way of paying is not offered here."), field="provider")
    return provider


def offered_providers() -> list[Provider]:
    """Return the online providers that are set up."""
    return [provider for provider in _online.values() if provider.offered()]


def account_of(name: str) -> str:
    """Return the ledger account in which money of this way lies."""
    return "bank" if name == BANK_TRANSFER else _online[name].account


@contextmanager
def few_at_once() -> Iterator[None]:
    """Let two requests of this process talk to a provider at a time, so that one that hangs slows no other page.

    Raises `ProviderDown` at once for a third.
    """
    if not _calls_at_once.acquire(timeout=0.2):
        raise ProviderDown(_("The payment provider answers slowly right now. Try again in a minute; nothing is lost."))
    try:
        yield
    finally:
        _calls_at_once.release()
