"""Which engine answers: `SEARCH_URL` says it. Behind a server an embedded engine is kept warm from the same outbox."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.search.engine import SearchEngine

from .breaker import Breaker


def current() -> SearchEngine:
    """Return the engine of the settings. Raises `ImproperlyConfigured` for an unknown or missing one."""
    return by_url(settings.SEARCH_URL)


def all_engines() -> list[SearchEngine]:
    """Return every engine that is fed: the one in charge, and the embedded one that stands by for a server."""
    first = current()
    return [first, by_url(settings.SEARCH_STANDBY_URL)] if first.remote else [first]


@lru_cache(maxsize=8)
def breaker_of(url: str) -> Breaker:
    """Return the breaker of an engine, one a process."""
    return Breaker()


@lru_cache(maxsize=8)
def by_url(url: str) -> SearchEngine:
    """Return the engine of a URL, one a process. Raises `ImproperlyConfigured`."""
    scheme, _colon, rest = url.partition("://")
    if scheme == "tantivy":
        from .tantivy import TantivyEngine

        return TantivyEngine(Path(rest))
    if scheme in {"elasticsearch+http", "elasticsearch+https"}:
        from .elastic_client import address
        from .elasticsearch import ElasticEngine

        return ElasticEngine(address(url))
    raise ImproperlyConfigured(f"SEARCH_URL: no engine is called {scheme!r}")
