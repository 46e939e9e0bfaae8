"""How many registrations one address may send in a minute: a venue is one address (api.md, limits)."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from portal.core.rest import client_address


def too_many(request: HttpRequest) -> bool:
    """Count a registration and return whether its address sent more than `REGISTRATIONS_PER_MINUTE`."""
    key = f"registrations:{client_address(request)}:{timezone.now():%H%M}"
    if cache.add(key, 1, timeout=90):
        return False
    try:
        return bool(cache.incr(key) > settings.REGISTRATIONS_PER_MINUTE)
    except ValueError:  # the entry left the cache between the two calls
        return False
