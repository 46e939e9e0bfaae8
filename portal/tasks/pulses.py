"""Signs of life: who still works at a task, and which of several clocks is the one that ticks.

Every instant here is the database's: processes on several machines share one clock, however their own clocks run.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import Error, connection, transaction
from django.db.models.functions import Now

from .models import Lease, Pulse

logger = logging.getLogger(__name__)
BEAT_S = 10
DEAD_AFTER = timedelta(seconds=90)
"""Nine beats: a worker that waits for a lock (20 s on SQLite) is not dead."""


def database_now() -> datetime:
    """Return the database's own time; one query."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
            return datetime.fromisoformat(cursor.fetchone()[0])
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
        return found


def beat(name: str) -> None:
    """Say that `name` is alive."""
    if not Pulse.objects.filter(pk=name).update(seen_at=Now()):
        Pulse.objects.bulk_create([Pulse(name=name, seen_at=database_now())], ignore_conflicts=True)


def forget(name: str) -> None:
    """Say that `name` stopped in order."""
    Pulse.objects.filter(pk=name).delete()


def seen_at(names: set[str]) -> dict[str, datetime]:
    """Return when each was last seen alive; who was never seen is left out."""
    return dict(Pulse.objects.filter(pk__in=names).values_list("pk", "seen_at"))


@contextmanager
def beating(name: str) -> Iterator[None]:
    """Beat for `name` from a thread of its own while the block runs, however long one task in it takes."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(BEAT_S):
            try:
                beat(name)
            except Error:
                logger.warning("pulse: the database does not answer")
            finally:
                connection.close()

    beat(name)
    thread = threading.Thread(target=run, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=BEAT_S)
        forget(name)


@transaction.atomic
def take_lease(name: str, holder: str, *, seconds: int) -> bool:
    """Return whether `holder` may do what only one may do, for so many seconds from now."""
    now = database_now()
    until = now + timedelta(seconds=seconds)
    Lease.objects.bulk_create([Lease(name=name, holder=holder, until=until)], ignore_conflicts=True)
    lease = Lease.objects.select_for_update().get(pk=name)
    if lease.holder != holder and lease.until > now:
        return False
    lease.holder, lease.until = holder, until
    lease.save(update_fields=["holder", "until"])
    return True
