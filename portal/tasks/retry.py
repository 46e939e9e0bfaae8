"""What becomes of tasks whose worker died or that failed: tried again with growing pauses, then left for staff."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)
RUN_LIMIT = timedelta(minutes=2)
TRIES = 5


def requeue_stuck() -> int:
    """Put RUNNING tasks past their limit and FAILED ones with tries left back in the queue. Returns how many."""
    now = timezone.now()
    moved = 0
    with transaction.atomic():
        lost = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - RUN_LIMIT)
        moved += lost.update(status=TaskResultStatus.READY, started_at=None)
        failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gt=now - timedelta(days=1))
        for row in failed.order_by("finished_at")[:200]:
            tries = len(row.worker_ids)
            if tries >= TRIES or row.finished_at > now - timedelta(seconds=5 * 3**tries):
                continue
            row.status, row.finished_at, row.started_at = TaskResultStatus.READY, None, None
            row.save(update_fields=["status", "finished_at", "started_at"])
            moved += 1
    if moved:
        logger.info("tasks: %s put back in the queue", moved)
    return moved


def finally_failed() -> int:
    """Return how many tasks failed for good within the last week."""
    since = timezone.now() - timedelta(days=7)
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gt=since)
    return sum(1 for row in rows.only("worker_ids") if len(row.worker_ids) >= TRIES)
