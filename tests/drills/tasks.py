"""Tasks that no portal has: one kills its worker, one takes as long as it is told."""

import os
import signal
import time
from pathlib import Path

from django.conf import settings
from django_tasks import task

BOOK = Path(settings.VAR_DIR) / "drill-tasks.txt"


def note(word: str) -> None:
    """Write down what happens, across processes."""
    with BOOK.open("a") as file:
        file.write(f"{word}\n")


@task()
def kill_the_worker(number: int) -> None:
    """End the process that runs this, as the kernel does when memory is short."""
    note(f"killed by {number}")
    os.kill(os.getpid(), signal.SIGKILL)


@task(queue_name="media")
def take_long(seconds: int) -> None:
    """Work for so long."""
    note("begun")
    time.sleep(seconds)
    note("done")
