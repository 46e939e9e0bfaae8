"""`python -m portal.serve`, or `manage.py serve`: web, two workers and the clocks on one machine, kept alive.

Loads no Django: it only watches those that do, and pages answer the sooner for it.
"""

import argparse
import contextlib
import ctypes
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUSY = (errno.EADDRINUSE,)
BACK_OFF_S = (0.5, 1, 2, 5, 10, 30)
ANSWERS_WITHIN_S = 60
ENDS_WITHIN_S = 7
PR_SET_PDEATHSIG = 1
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - compared with
NAMELESS = LOOPBACK | EVERYWHERE


class Refused(Exception):
    """Why nothing is served, in one line."""


class Child:
    """One supervised process."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None
        self.failures, self.started, self.next_start = 0, 0.0, 0.0

    def start(self) -> None:
        """Start it in the supervisor's own process group, so that Ctrl-C reaches everybody; it ends with its parent."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, preexec_fn=end_with(os.getpid()))  # noqa: S603 - our own fixed commands; no thread runs here

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


def var_dir() -> Path:
    """Return the folder of everything that this machine writes, as `portal.settings` does."""
    return Path(os.environ.get("PORTAL_VAR", str(ROOT / "var")))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what may stand on the line."""
    parser.add_argument("--port", default="8000")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 serves every machine that reaches this one")
    parser.add_argument("--check", action="store_true", help="only say whether the port can be had")


def run(host: str, port: int, *, check: bool = False) -> None:
    """Serve until told to stop. Raises `Refused` where the port cannot be had."""
    mark = var_dir() / f"serve-{port}.json"
    require_free_port(host, port, mark)
    if check:
        return
    # Links in pages, feeds and mails name the port that is served.
    os.environ.setdefault("PORTAL_BASE_URL", f"http://{'localhost' if host in NAMELESS else host}:{port}")
    os.environ["PORTAL_SERVED_ADDRESS"] = host
    mark.parent.mkdir(parents=True, exist_ok=True)
    children = [Child(name, command) for name, command in commands(host, port).items()]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asks to outlive the terminal
        signal.signal(signal.SIGHUP, stop)
    try:
        watch(children[:1], mark)
        say_where(host, port, lambda: stopping)  # pages first: the workers would only slow them down
        while not stopping:
            watch(children, mark)
            time.sleep(0.2)
    finally:
        end_all(children)
        mark.unlink(missing_ok=True)


def watch(children: list[Child], mark: Path) -> None:
    """Start each child that does not run, and say which ended."""
    before = [child.process for child in children]
    for child in children:
        if line := child.check():
            say(line, sys.stderr)
    if [child.process for child in children] != before:
        keep_mark(mark, children)


def say_where(host: str, port: int, stopped: Callable[[], bool]) -> None:
    """Print the address once it answers, last and flushed: what waits in the queue is one line before."""
    here = "127.0.0.1" if host in EVERYWHERE else host
    answers = answers_at(here, port, stopped)
    if stopped():
        return
    if not answers:
        say("It does not answer yet; what hinders it stands above.", sys.stderr)
    elif (waiting := tasks_waiting(here, port)) > 20:
        say(f"{waiting:,} tasks (search, pictures, mail) are done behind the pages; failures are logged.")
    if host not in LOOPBACK:
        say(f"Other machines reach it at {host}:{port}; the demo's passwords are published.")
    say(f"Serving on http://localhost:{port} (Ctrl-C stops)")


def say(line: str, out: Any = None) -> None:
    """Write a line at once, also into a file or a pipe."""
    print(line, file=out or sys.stdout, flush=True)


def port_number(text: str) -> int:
    """Return a port. Raises `Refused` for what is none."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Refused(f"{text} is no port. Name a whole number from 1 to 65535: make run PORT=8001")
    return int(text)


def commands(host: str, port: int) -> dict[str, list[str]]:
    """Return the command of each child by name."""
    python, manage = sys.executable, str(ROOT / "manage.py")
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [python, "-m", "gunicorn", "--config", "python:portal.web_server", "--bind", address, "--workers", "1"]
    worker = [python, manage, "db_worker", "--no-startup-delay", "--interval", "0.5"]
    return {
        "web": [*web, "portal.wsgi"],
        "worker default": [*worker, "--queue-name", "default"],
        "worker media": [*worker, "--queue-name", "media"],
        "tick": [python, manage, "tick"],
    }


def end_with(parent: int) -> Any:
    """Return what a child does before it begins: on Linux the kernel ends it when its parent is gone, also killed."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def before_it_begins() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return before_it_begins


def require_free_port(host: str, port: int, mark: Path) -> None:
    """Raise `Refused` with one clear line where the port is taken, or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as exc:
            raise Refused(f"Port {port} needs an administrator's rights. Choose another: make run PORT=8001") from exc
        except OSError as exc:
            if exc.errno not in BUSY:
                raise Refused(f"{host} is no address of this machine.") from exc
            other = port + 1 if port < 65535 else 8000
            if mine := own_processes(mark):
                line = f"Port {port} is held by this clone's own run: end it with kill {' '.join(map(str, mine))}"
                raise Refused(f"{line}, or choose another: make run PORT={other}") from exc
            raise Refused(f"Port {port} is busy. Choose another: make run PORT={other}") from exc


def keep_mark(mark: Path, children: list[Child]) -> None:
    """Write down who holds the port, for the next start."""
    running = [child.process.pid for child in children if child.process]
    mark.write_text(json.dumps({"pids": [os.getpid(), *running]}), encoding="utf-8")


def own_processes(mark: Path) -> list[int]:
    """Return the processes of an earlier run that still live: the supervisor, else what it left behind."""
    if not mark.is_file():
        return []
    try:
        pids = [int(pid) for pid in json.loads(mark.read_text(encoding="utf-8"))["pids"]]
    except (ValueError, KeyError):  # cut off while it was written
        return []
    alive = [pid for pid in pids if is_ours(pid)]
    return alive[:1] if alive and alive[0] == pids[0] else alive


def is_ours(pid: int) -> bool:
    """Return whether a process lives and is one of a portal's: its number may be another's by now."""
    proc = Path("/proc")
    if proc.joinpath("self").exists():
        line = proc / str(pid) / "cmdline"
        command = line.read_text(errors="replace") if line.exists() else ""
    else:
        ps = ["ps", "-o", "command=", "-p", str(pid)]
        command = subprocess.run(ps, capture_output=True, text=True, check=False).stdout  # noqa: S603 - a number
    return any(word in command for word in ("manage.py", "portal.serve", "portal.wsgi"))


def ask(host: str, port: int, path: str) -> bytes | None:
    """Return what the web process answers, nothing where it does not."""
    address = f"http://[{host}]:{port}/{path}" if ":" in host else f"http://{host}:{port}/{path}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this machine, never by a proxy
    try:
        with opener.open(address, timeout=2) as answer:
            body: bytes = answer.read()
            return body
    except OSError:
        return None


def answers_at(host: str, port: int, stopped: Callable[[], bool]) -> bool:
    """Wait until the web process answers, and return whether it did in time."""
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < deadline and not stopped():
        if ask(host, port, "healthz") is not None:
            return True
        time.sleep(0.2)
    return False


def tasks_waiting(host: str, port: int) -> int:
    """Return how many tasks the portal says are in its queue; none where it does not say."""
    with contextlib.suppress(ValueError, KeyError):
        return int(json.loads(ask(host, port, "readyz") or b"{}")["queue"]["waiting"])
    return 0


def end_all(children: list[Child]) -> None:
    """Ask every child to stop, wait up to 7 s in all, then end what is left."""
    alive = [child.process for child in children if child.process and child.process.poll() is None]
    for process in alive:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + ENDS_WITHIN_S
    for process in alive:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


def main() -> None:
    """Read the line and serve."""
    from manage import choose_settings

    choose_settings()
    parser = argparse.ArgumentParser(prog="serve", description="Serve the portal on this machine, supervised.")
    add_arguments(parser)
    options = parser.parse_args()
    try:
        run(options.host, port_number(options.port), check=options.check)
    except Refused as exc:
        sys.exit(f"serve: {exc}")


if __name__ == "__main__":
    main()
