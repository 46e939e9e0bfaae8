"""`manage.py migrate`, one at a time: a second one waits for the first and then finds nothing to do."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

LOCK = 0x6D696772  # any number that nobody else locks
PAUSE_S = 0.5


class Command(migrate.Command):
    """Django's own, behind a lock of the database: machines that start together call it together."""

    def handle(self, *args: Any, **options: Any) -> None:
        def waiting() -> None:
            self.stderr.write("Another migrate is at work on this database; waiting for its end.")

        with alone(connections[options["database"]], waiting):
            super().handle(*args, **options)


@contextmanager
def alone(database: BaseDatabaseWrapper, waiting: Callable[[], None]) -> Iterator[None]:
    """Run the block while nobody else is in it for this database. A lock ends with its process, however that ends.

    The lock is asked for again and again, since a wait inside PostgreSQL would meet its time-out for locks.
    """
    if database.vendor == "postgresql":
        with closing(database.copy()) as apart, apart.cursor() as cursor:

            def taken() -> bool:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
                return bool(cursor.fetchone()[0])

            wait_for(taken, waiting)
            yield
    elif database.vendor == "sqlite" and not database.is_in_memory_db():  # type: ignore[attr-defined]
        path = Path(database.settings_dict["NAME"])
        with path.with_name(f"{path.name}-migrate").open("w") as file:

            def locked() -> bool:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                return True

            wait_for(locked, waiting)
            yield
    else:
        yield


def wait_for(taken: Callable[[], bool], waiting: Callable[[], None]) -> None:
    """Return when the lock is taken; say once that this one waits."""
    if taken():
        return
    waiting()
    while not taken():
        time.sleep(PAUSE_S)
