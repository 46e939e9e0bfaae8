"""`/readyz`: can this machine answer people? Each part with its state, no secrets."""

from typing import Any

from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.search.standing import state as search_state
from portal.tasks import clock


def database_state() -> str:
    """Ask the database one small thing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "down"
    return "ok"


def cache_state() -> str:
    """Write and read one value; a cache that is away makes the portal slower, not unready."""
    cache.set("readyz", 1, 10)
    away = getattr(cache, "away", False)  # then the process's own memory answers
    return "ok" if cache.get("readyz") == 1 and not away else "degraded"


def clock_state() -> str:
    """Say whether the clocks (holds that lapse, retries) believe the time."""
    return "doubted" if clock.doubt() else "ok"


def queue_state() -> dict[str, Any]:
    """How many tasks wait, and since when the oldest does."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY).order_by("enqueued_at")
    oldest = waiting.values_list("enqueued_at", flat=True).first()
    age = int((timezone.now() - oldest).total_seconds()) if oldest else 0
    return {"state": "ok" if age < 300 else "late", "waiting": waiting.count(), "oldest_s": age}


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, search, cache, queue. 503 only where the database does not answer."""
    database = database_state()
    parts: dict[str, Any] = {"database": {"state": database}, "cache": {"state": cache_state()}}
    if database == "ok":
        parts["queue"] = queue_state()
        parts["clock"] = {"state": clock_state()}
        parts["search"] = search_state()
    return JsonResponse(parts, status=200 if database == "ok" else 503)
