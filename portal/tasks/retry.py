"""What becomes of tasks whose worker died or that failed: tried again with growing pauses, then left for staff."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .pulses import DEAD_AFTER, beat, database_now, seen_at

logger = logging.getLogger(__name__)
TRIES = 5
EVERY = timedelta(seconds=5)
QUEUE = "queue"
LOST = "portal.tasks.retry.WorkerLost"
"""Written where an exception's path would stand: the worker died under the task, so there is no traceback."""


def requeue_stuck() -> int:
    """Put tasks of dead workers and failed ones with tries left back in the queue. Returns how many.

    A worker is dead when its pulse stopped. Where our own pulse had stopped too (a database that was away or locked, a
    machine that slept), nobody could beat: this turn only beats, the next one judges. What was begun five times and
    never ended is failed: it may be what kills its workers.
    """
    now = database_now()
    last = seen_at({QUEUE}).get(QUEUE)
    beat(QUEUE)
    if last is None or now - last > DEAD_AFTER / 2:
        return 0
    moved = _requeue_lost(now - DEAD_AFTER) + _requeue_failed()
    if moved:
        logger.info("tasks: %s put back in the queue", moved)
    return moved


@transaction.atomic
def _requeue_lost(dead_line: datetime) -> int:
    running = list(DBTaskResult.objects.select_for_update().filter(status=TaskResultStatus.RUNNING))
    alive = {name for name, seen in seen_at({row.worker_ids[-1] for row in running}).items() if seen > dead_line}
    moved = 0
    for row in running:
        if row.worker_ids[-1] in alive or (row.started_at and row.started_at > dead_line):
            continue
        if len(row.worker_ids) >= TRIES:
            row.status, row.finished_at, row.exception_class_path = TaskResultStatus.FAILED, timezone.now(), LOST
            row.save(update_fields=["status", "finished_at", "exception_class_path"])
            logger.error("tasks: %s lost its worker %s times and is given up", row.task_path, TRIES)
            continue
        row.status, row.started_at = TaskResultStatus.READY, None
        row.save(update_fields=["status", "started_at"])
        moved += 1
    return moved


@transaction.atomic
def _requeue_failed() -> int:
    now = timezone.now()
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gt=now - timedelta(days=1))
    moved = 0
    for row in failed.order_by("finished_at")[:200]:
        tries = len(row.worker_ids)
        if tries >= TRIES or row.finished_at > now - timedelta(seconds=5 * 3**tries):
            continue
        _make_ready(row)
        moved += 1
    return moved


def _make_ready(row: DBTaskResult[..., Any]) -> None:
    row.status, row.finished_at, row.started_at = TaskResultStatus.READY, None, None
    row.save(update_fields=["status", "finished_at", "started_at", "worker_ids"])


def given_up() -> list[DBTaskResult[..., Any]]:
    """Return the tasks that failed for good within the last month, newest first."""
    since = timezone.now() - timedelta(days=30)
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gt=since)
    return [row for row in rows.order_by("-finished_at") if len(row.worker_ids) >= TRIES]


def finally_failed() -> int:
    """Return how many tasks failed for good within the last month."""
    return len(given_up())


@transaction.atomic
def try_again(task_id: str) -> DBTaskResult[..., Any] | None:
    """Put a task that was given up back in the queue, with all its tries. Returns it, or nothing where there is none."""
    row = DBTaskResult.objects.select_for_update().filter(pk=task_id, status=TaskResultStatus.FAILED).first()
    if row is not None:
        row.worker_ids = []
        _make_ready(row)
    return row
