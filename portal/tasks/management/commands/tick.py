"""Clocks: call every registered job when it is due, and put lost tasks back. Runs until it is told to stop."""

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections

from portal.tasks import retry, schedule

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run the clocks (holds that lapse, retries, nightly checks) until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        if not options["once"]:
            signal.signal(signal.SIGTERM, lambda *_: stop.set())
            signal.signal(signal.SIGINT, lambda *_: stop.set())
        due = dict.fromkeys((job.name for job in schedule.jobs()), 0.0)
        while not stop.is_set():
            close_old_connections()
            self.run_one("tasks.requeue_stuck", retry.requeue_stuck)
            for job in schedule.jobs():
                if options["once"] or time.monotonic() >= due[job.name]:
                    due[job.name] = time.monotonic() + job.every.total_seconds()
                    self.run_one(job.name, job.job)
            if options["once"]:
                return
            stop.wait(5)

    def run_one(self, name: str, job: schedule.Job) -> None:
        """Call one job; a database that is away is logged and met again at the next turn."""
        try:
            job()
        except Error:
            logger.exception("tick: %s failed", name)
