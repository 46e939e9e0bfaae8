"""Which engine answers: `SEARCH_URL` says it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.search.engine import SearchEngine


def current() -> SearchEngine:
    """Return the engine of the settings. Raises `ImproperlyConfigured` for an unknown or missing one."""
    return by_url(settings.SEARCH_URL)


@lru_cache(maxsize=8)
def by_url(url: str) -> SearchEngine:
    """Return the engine of a URL, one a process. Raises `ImproperlyConfigured`."""
    scheme, _colon, rest = url.partition("://")
    if scheme == "tantivy":
        from .tantivy import TantivyEngine

        return TantivyEngine(Path(rest))
    if scheme in {"elasticsearch+http", "elasticsearch+https"}:
        raise ImproperlyConfigured("SEARCH_URL: elasticsearch comes with the cluster engine")
    raise ImproperlyConfigured(f"SEARCH_URL: no engine is called {scheme!r}")
