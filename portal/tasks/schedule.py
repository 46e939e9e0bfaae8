"""What runs when. Apps register their clocks from `ready()`; `tick` calls what is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

Job = Callable[[], object]


@dataclass(slots=True)
class Scheduled:
    """A job and how often it is due."""

    name: str
    every: timedelta
    job: Job


_jobs: dict[str, Scheduled] = {}


def register_job(name: str, *, every: timedelta, job: Job) -> None:
    """Have `tick` call `job` about every `every`. A name registers once."""
    _jobs[name] = Scheduled(name, every, job)


def jobs() -> list[Scheduled]:
    """Return the registered jobs in order of name."""
    return [_jobs[name] for name in sorted(_jobs)]
