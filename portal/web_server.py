"""How gunicorn serves the portal, on one machine and on many: `gunicorn -c python:portal.web_server portal.wsgi`."""

import gc
from typing import Any

from django.urls import get_resolver

worker_class = "portal.core.web_worker.PatientWorker"
threads = 8
limit_request_line = 0  # QueryLimitMiddleware answers 414
graceful_timeout = 5
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Load what the first request would load, then keep it out of every later garbage collection."""
    get_resolver().url_patterns  # noqa: B018 - reading it imports every view
    gc.collect()
    gc.freeze()
