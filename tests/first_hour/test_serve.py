"""`manage.py serve`: ports, whose run holds one, children that end with their parent, a quiet queue."""

import argparse
import json
import logging
import signal
import socket
import subprocess
import sys
import time

import pytest

from portal import serve
from portal.tasks.management.commands import db_worker


@pytest.mark.parametrize("text", ["abc", "99999", "0", "-1", "80.5", "", "８０００"])
def test_a_port_that_is_none_is_refused_in_one_line(text):
    with pytest.raises(serve.Refused, match="is no port") as refused:
        serve.port_number(text)
    assert "\n" not in str(refused.value)


def test_a_busy_port_names_the_next_and_ones_own_run_with_the_way_to_end_it(tmp_path):
    mark = tmp_path / "serve.json"
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(serve.Refused, match=f"Port {port} is busy"):
            serve.require_free_port("127.0.0.1", port, mark)
        run = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "manage.py"])
        try:
            while not serve.is_ours(run.pid):  # its command line is there a moment after it began
                time.sleep(0.01)
            mark.write_text(json.dumps({"pids": [run.pid, 999_999_999]}))
            with pytest.raises(serve.Refused, match=f"own run: end it with kill {run.pid},"):
                serve.require_free_port("127.0.0.1", port, mark)
        finally:
            run.kill()
            run.wait()
    serve.require_free_port("127.0.0.1", port, mark)


def test_only_loopback_is_served_unless_another_address_is_asked_for():
    parser = argparse.ArgumentParser()
    serve.add_arguments(parser)
    assert parser.parse_args([]).host == "127.0.0.1"
    assert "0.0.0.0:8000" in serve.commands("0.0.0.0", 8000)["web"]  # noqa: S104 - asked for
    assert "[::1]:8000" in serve.commands("::1", 8000)["web"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's signal at a parent's death is Linux's")
def test_a_child_ends_when_its_parent_is_killed():
    script = (
        "import os, sys, time; from portal.serve import Child;"
        "child = Child('sleeper', [sys.executable, '-c', 'import time; time.sleep(60)']); child.start();"
        "print(child.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and serve_state(child) not in {"", "Z"}:
        time.sleep(0.05)
    assert serve_state(child) in {"", "Z"}


def serve_state(pid):
    """Return the letter of a process's state, nothing where there is no such process."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


def test_the_worker_tells_failures_and_not_each_task():
    told = [logging.getLogger(name) for name in ("django_tasks", "django_tasks_db")]
    before = [logger.level for logger in told]
    db_worker.Command().configure_logging(1)
    assert [logger.level for logger in told] == before


def test_the_one_that_watches_loads_no_django():
    script = "import sys, portal.serve; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("way", [["-m", "portal.serve"], ["manage.py", "serve"]])
def test_a_port_is_refused_in_one_line_by_either_way(way):
    said = subprocess.run(
        [sys.executable, *way, "--port", "abc"], cwd=serve.ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "is no port" in said.stderr
