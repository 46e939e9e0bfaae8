"""Many clients, the same days, the whole path over HTTP: who wins, and what it costs."""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone


@dataclass(slots=True)
class Outcome:
    """What happened in all rounds."""

    rounds: int = 0
    firm: list[int] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    server_errors: int = 0
    seconds: list[float] = field(default_factory=list)

    def line(self, clients: int, overlaps: int) -> dict[str, Any]:
        """Return the figures as one JSON object."""
        times = sorted(self.seconds)
        p95 = times[int(len(times) * 0.95) - 1] if times else 0
        return {
            "workload": "hold_path", "clients": clients, "rounds": self.rounds, "exactly_one_firm": self.firm.count(1),
            "overlaps": overlaps, "server_errors": self.server_errors, "codes": dict(self.codes),
            "p50": round(statistics.median(times) * 1000, 1) if times else 0, "p95": round(p95 * 1000, 1),
            "requests/s": round(len(times) / sum(times) * clients, 1) if times else 0,
        }  # fmt: skip


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def scratch_server(*, database: str = "", processes: int = 2) -> Iterator[tuple[int, dict[str, str]]]:
    """Start web processes on a scratch database; yield the port and the environment. Ends them afterwards."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        port = free_port()
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev", "PORTAL_VAR": folder,
            "PORTAL_DATABASE_URL": database or f"sqlite:///{folder}/bench.sqlite3",
            "API_READS_PER_MINUTE": "1000000", "API_WRITES_PER_MINUTE": "1000000",
        }  # fmt: skip
        base = Path(settings.BASE_DIR)
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=base, env=env, check=True)
        web = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "python:portal.web_server",
            "--bind",
            f"127.0.0.1:{port}",
            "--log-level",
            "critical",
        ]
        web += ["--workers", str(processes), "--threads", "4", "portal.wsgi"]
        process = subprocess.Popen(web, cwd=base, env=env)  # noqa: S603 - our own command
        try:
            wait_until_alive(port)
            yield port, env
        finally:
            process.terminate()
            process.wait(15)


def wait_until_alive(port: int) -> None:
    """Wait up to 30 s for the server. Raises `TimeoutError`."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the server did not start")


def call(
    port: int, token: str, method: str, path: str, body: dict[str, Any] | None = None
) -> tuple[int, dict[str, Any]]:
    """Make one API call and return status and JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text.startswith(b"{") else {}


def one_client(
    port: int, token: str, resource: int, start: str, end: str, outcome: Outcome, start_line: threading.Barrier
) -> None:
    """Enquire, accept, hold, confirm; note how it ended."""
    start_line.wait(60)
    begin = time.monotonic()
    wanted = {"lines": [{"resource": resource, "start": start, "end": end}]}
    status, answer = call(port, token, "POST", "/bookings", wanted)
    for step in ("accept-quote", "hold", "confirm"):
        if status >= 400:
            break
        status, answer = call(port, token, "POST", f"/bookings/{answer['reference']}/{step}", {})
    outcome.seconds.append(time.monotonic() - begin)
    if status >= 500:
        outcome.server_errors += 1
    outcome.codes[answer.get("state") or answer.get("code") or str(status)] += 1


def race(port: int, tokens: list[str], resources: list[int], rounds: int) -> Outcome:
    """Have every client try the same days at the same moment, round after round on other days."""
    outcome = Outcome()
    first = timezone.localdate() + timedelta(days=3)
    per_resource = 60
    for number in range(rounds):
        resource = resources[number // per_resource % len(resources)]
        start = first + timedelta(days=6 * (number % per_resource))
        end = start + timedelta(days=5)
        before = outcome.codes["awaiting_deposit"]
        line = threading.Barrier(len(tokens))
        threads = [
            threading.Thread(
                target=one_client, args=(port, token, resource, start.isoformat(), end.isoformat(), outcome, line)
            )
            for token in tokens
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        outcome.firm.append(outcome.codes["awaiting_deposit"] - before)
        outcome.rounds += 1
    return outcome
