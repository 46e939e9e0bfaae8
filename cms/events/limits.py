"""How much one network address may register, and how many letters a stranger may cause to one mailbox.

docs/rules/film-week.md, promise 11, says the same in words.

A venue is one network address, so its minute is wide; its day is not wide enough to be a sender of mail.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from portal.core.rest import client_address

from .models import Letter

DAY: Final = 24 * 3600
CAUSED_BY_STRANGERS: Final = ("registered", "waiting", "changed", "cancelled")
"""Letters that whoever fills in the form or holds the link causes; all others tell news of a session."""


def too_many(request: HttpRequest) -> bool:
    """Count a registration; return whether its address sent more than `REGISTRATIONS_PER_MINUTE` or `REGISTRATIONS_PER_DAY`."""
    now = timezone.now()
    who = client_address(request)
    minute = _count(f"registrations:{who}:{now:%H%M}", 90)
    day = _count(f"registrations:{who}:{now:%Y%m%d}", DAY)
    return minute > settings.REGISTRATIONS_PER_MINUTE or day > settings.REGISTRATIONS_PER_DAY


def _count(key: str, seconds: int) -> int:
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # the entry left the cache between the two calls
        return 1


def mailbox_is_full(email: str, now: datetime) -> bool:
    """Return whether strangers caused as many letters to an address within a day as they may: one query."""
    letters = Letter.objects.filter(
        registration__email=email, event__in=CAUSED_BY_STRANGERS, created_at__gt=now - timedelta(seconds=DAY)
    )
    return letters.count() >= settings.LETTERS_PER_MAILBOX_A_DAY
