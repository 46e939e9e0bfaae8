"""Whether the clock can be believed: what the clocks do (holds that lapse, people forgotten) cannot be undone.

Two doubts stop them until a person says that the time is right: this machine and the database disagree, or the time has
jumped since the clocks last ran. A jump is also what a restored backup looks like, and a lot that was closed for days.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from .pulses import beat, database_now, seen_at

CLOCK = "clock"
MOST_APART = timedelta(minutes=2)
LONGEST_GAP = timedelta(days=3)


def doubt() -> str:
    """Return why the clocks must not run, as a part of a sentence, or nothing. Two queries, and no write."""
    now = database_now()
    apart = timezone.now() - now
    if abs(apart) > MOST_APART:
        return _("this machine's clock is %(seconds)s s from the database's") % {
            "seconds": f"{apart.total_seconds():+.0f}"
        }
    last = seen_at({CLOCK}).get(CLOCK)
    if last is None or -MOST_APART <= now - last <= LONGEST_GAP:
        return ""
    moments = {"last": f"{timezone.localtime(last):%Y-%m-%d %H:%M}", "now": f"{timezone.localtime(now):%Y-%m-%d %H:%M}"}
    return _("they last ran on %(last)s, and now it is said to be %(now)s") % moments


def jumped() -> bool:
    """Return whether the time moved by more than it may since the clocks last ran: a person can say that it is right."""
    now, last = database_now(), seen_at({CLOCK}).get(CLOCK)
    return last is not None and not -MOST_APART <= now - last <= LONGEST_GAP


def believe() -> None:
    """Take the database's time as right from now on."""
    beat(CLOCK)
