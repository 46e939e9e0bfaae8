"""The queue's worker, which shows that it is alive: a task may take as long as it needs, and is started once."""

from typing import Any

from django.utils.crypto import get_random_string
from django_tasks_db.management.commands import db_worker as library

from portal.tasks.pulses import beating


class Command(library.Command):
    """The library's worker under a name of its own, with a pulse beside it."""

    def configure_logging(self, verbosity: int) -> None:
        """Leave the settings' levels: failures are told, each start and end of a task only with `--verbosity 2`."""
        if verbosity > 1:
            super().configure_logging(verbosity)

    def handle(self, *, worker_id: str, **options: Any) -> None:
        name = worker_id or get_random_string(32)
        with beating(name):
            super().handle(worker_id=name, **options)
