"""`manage.py serve`: web, two workers and the clocks on one machine, kept alive."""

import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

BACK_OFF_S = (0.5, 1, 2, 5, 10, 30)


class Child:
    """One supervised process."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None
        self.failures, self.started, self.next_start = 0, 0.0, 0.0

    def start(self) -> None:
        """Start it in the supervisor's own process group, so that Ctrl-C reaches everybody."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command)  # noqa: S603 - our own fixed commands

    def check(self) -> str | None:
        """Start again after a death, with back-off. Returns a line to print, or nothing."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start()
            return None
        if self.process.poll() is None:
            if now - self.started > 60:
                self.failures = 0
            return None
        code = self.process.returncode
        pause = BACK_OFF_S[min(self.failures, len(BACK_OFF_S) - 1)]
        self.failures, self.process, self.next_start = self.failures + 1, None, now + pause
        return f"{self.name} ended ({code}); starting it again in {pause} s"


class Command(BaseCommand):
    help = "Serve the portal on this machine: web, two workers and the clocks, supervised."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="0.0.0.0", help="127.0.0.1 keeps it to this machine")  # noqa: S104

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        require_free_port(host, port)
        python, manage = sys.executable, str(settings.BASE_DIR / "manage.py")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE)
        web = [python, "-m", "gunicorn", "portal.wsgi", "--bind", f"{host}:{port}", "--workers", "1", "--threads", "8"]
        web += [
            "--worker-class",
            "gthread",
            "--limit-request-line",
            "0",
            "--graceful-timeout",
            "5",
            "--log-level",
            "warning",
        ]
        worker = [python, manage, "db_worker", "--no-startup-delay", "--interval", "0.5", "--queue-name"]
        children = [
            Child("web", web),
            Child("worker default", [*worker, "default"]),
            Child("worker media", [*worker, "media"]),
            Child("tick", [python, manage, "tick"]),
        ]
        stopping = False

        def stop(*_: object) -> None:
            nonlocal stopping
            stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        for child in children:
            child.start()
        self.stdout.write(f"Serving on http://localhost:{port} (Ctrl-C stops)")
        while not stopping:
            for child in children:
                if line := child.check():
                    self.stderr.write(line)
            time.sleep(0.2)
        end_all(children)


def require_free_port(host: str, port: int) -> None:
    """Raise `CommandError` with one clear line where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise CommandError(f"Port {port} is busy. Choose another: make run PORT={port + 1}") from exc


def end_all(children: list[Child]) -> None:
    """Ask every child to stop, wait up to 7 s in all, then end what is left."""
    alive = [child.process for child in children if child.process and child.process.poll() is None]
    for process in alive:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 7
    for process in alive:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
