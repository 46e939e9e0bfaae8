"""Clocks: call every registered job when it is due, and put lost tasks back. Runs until it is told to stop."""

import logging
import os
import signal
import socket
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections, connection
from django.utils import translation

from portal.tasks import clock, retry, schedule
from portal.tasks.pulses import take_lease

logger = logging.getLogger(__name__)
TURN_S = 5
LEASE_S = 30


class Command(BaseCommand):
    help = "Run the clocks (holds that lapse, retries, nightly checks) until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once and stop")
        parser.add_argument(
            "--believe-clock", action="store_true", help="the time is right although it jumped; then go on"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.holder = f"{socket.gethostname()[:40]}:{os.getpid()}"
        self.doubted = ""
        self.running: dict[str, Future[None]] = {}
        if options["believe_clock"]:
            clock.believe()
        if options["once"]:
            self.once()
            return
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        signal.signal(signal.SIGINT, lambda *_: stop.set())
        due = dict.fromkeys((job.name for job in schedule.jobs()), 0.0)
        with ThreadPoolExecutor(max_workers=4, thread_name_prefix="tick") as pool:
            while not stop.is_set():
                close_old_connections()
                if self.may_run():
                    self.turn(pool, due)
                stop.wait(TURN_S)
            pool.shutdown(wait=False, cancel_futures=True)

    def once(self) -> None:
        """Run every job once, one after the other."""
        self.run_one("tasks.requeue_stuck", retry.requeue_stuck)
        if self.may_run():
            for job in schedule.jobs():
                self.run_one(job.name, job.job)

    def may_run(self) -> bool:
        """Return whether this process is the one that ticks, and the time can be believed. Says a doubt once."""
        try:
            if not take_lease("tick", self.holder, seconds=LEASE_S):
                return False
            with translation.override("en"):
                doubt = clock.doubt()
            if not doubt:
                clock.believe()
        except Error:
            logger.exception("tick: the database does not answer")
            return False
        if doubt and doubt != self.doubted:
            logger.error("tick: the clocks wait: %s. If the time is right: manage.py tick --believe-clock", doubt)
        self.doubted = doubt
        return not doubt

    def turn(self, pool: ThreadPoolExecutor, due: dict[str, float]) -> None:
        """Start every job that is due and not still running from before, each in a thread of its own."""
        now = time.monotonic()
        jobs = [schedule.Scheduled("tasks.requeue_stuck", retry.EVERY, retry.requeue_stuck), *schedule.jobs()]
        for job in jobs:
            before = self.running.get(job.name)
            if now < due.get(job.name, 0.0) or (before is not None and not before.done()):
                continue
            due[job.name] = now + job.every.total_seconds()
            self.running[job.name] = pool.submit(self.run_in_thread, job.name, job.job)

    def run_in_thread(self, name: str, job: schedule.Job) -> None:
        """Run one job and give its connection back."""
        try:
            self.run_one(name, job)
        finally:
            connection.close()

    def run_one(self, name: str, job: schedule.Job) -> None:
        """Call one job. Whatever it raises is logged and met again at its next turn: the others go on."""
        try:
            job()
        except Exception:
            logger.exception("tick: %s failed", name)
