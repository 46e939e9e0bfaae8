"""Real server processes over HTTP: races between clients, and processes killed at any moment.

Each test starts its own server on a scratch database (SQLite, or an own PostgreSQL database in the second run of CI).
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from http.client import HTTPException

import pytest
from django.conf import settings
from django.db import connection

from bookings import bench
from portal.settings.env import sqlite_url
from tests import template_database
from tests.bookings.conftest import days

pytestmark = pytest.mark.race
ROUNDS = 20
KILLS = 10


@pytest.fixture
def database(tmp_path, django_db_blocker):
    """The address of a migrated, empty database like the one under test."""
    if connection.vendor == "sqlite":
        template_database.write_copy(connection, str(tmp_path / "bench.sqlite3"))
        yield sqlite_url(tmp_path / "bench.sqlite3")
        return
    server = settings.DATABASES["default"]
    name = f"bench_{uuid.uuid4().hex[:10]}"
    with django_db_blocker.unblock():
        template_database.write_copy(connection, name)
        yield f"postgres://{server['USER']}@{server['HOST']}:{server['PORT']}/{name}"
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def manage(env, *words):
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)


@pytest.mark.long
def test_twenty_rounds_over_http_have_one_winner_each(database):
    with bench.scratch_server(database=database) as (port, env):
        ready = json.loads(manage(env, "bench_holds", "--prepare", "--clients", "8").stdout.splitlines()[-1])
        outcome = bench.race(port, ready["tokens"], ready["resources"], ROUNDS)
        found = json.loads(manage(env, "bench_holds", "--overlaps").stdout.splitlines()[-1])
    assert outcome.firm == [1] * ROUNDS
    assert outcome.server_errors == 0
    assert set(outcome.codes) <= {"awaiting_deposit", "days_taken", "not_first_in_line", "busy"}
    assert (found["overlaps"], found["broken"]) == (0, [])


def web_workers(port):
    """The ids of gunicorn's children that serve `port`; waits for the next one to be born."""
    for _try in range(100):
        if found := living_workers(port):
            return found
        time.sleep(0.1)
    raise AssertionError("gunicorn started no worker again")


def living_workers(port):
    found = subprocess.run(
        ["pgrep", "-f", f"gunicorn .*--bind 127.0.0.1:{port} "], capture_output=True, text=True, check=False
    )
    ids = [int(one) for one in found.stdout.split()]
    return [one for one in ids if any(parent in ids for parent in [parent_of(one)])]


def parent_of(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return int(stat.read().rsplit(")", 1)[1].split()[1])


def stubborn(port, token, method, path, body=None, key=""):
    """Call until there is an answer: a killed process costs a retry, nothing else."""
    import http.client

    for _try in range(40):
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            if key:
                headers["Idempotency-Key"] = key
            link.request(method, f"/api/v1{path}", json.dumps(body or {}) if method == "POST" else None, headers)
            answer = link.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, HTTPException, ValueError):
            time.sleep(0.25)
    raise AssertionError("no answer")


def one_path(port, token, resource, number):
    span = days(10 + 6 * number)
    wanted = {"lines": [{"resource": resource, "start": span.start.isoformat(), "end": span.end.isoformat()}]}
    status, booking = stubborn(port, token, "POST", "/bookings", wanted, key=f"kill-{number}")
    assert status == 201, booking
    reference = booking["reference"]
    for step in ("accept-quote", "hold", "confirm"):
        status, answer = stubborn(port, token, "POST", f"/bookings/{reference}/{step}")
        assert status in {200, 409}, answer
    return stubborn(port, token, "GET", f"/bookings/{reference}")[1]


@pytest.mark.long
def test_killing_the_web_process_at_ten_moments_leaves_nothing_half_done(database):
    with bench.scratch_server(database=database, processes=1) as (port, env):
        ready = json.loads(manage(env, "bench_holds", "--prepare", "--clients", "1").stdout.splitlines()[-1])
        token, resource = ready["tokens"][0], ready["resources"][0]
        killed = 0
        for number in range(KILLS):
            victims = web_workers(port)
            timer = threading.Timer(
                0.02 * number, lambda victims=victims: [os.kill(pid, signal.SIGKILL) for pid in victims]
            )
            timer.start()
            booking = one_path(port, token, resource, number)
            timer.join()
            killed += len(victims)
            assert booking["state"] == "awaiting_deposit", booking
        assert killed >= KILLS
        checked = manage(env, "check_bookings")
        assert checked.returncode == 0, checked.stderr
        assert f"{KILLS} bookings" in checked.stdout


@pytest.mark.long
def test_a_killed_worker_sends_every_mail_later_and_once(database):
    with bench.scratch_server(database=database, processes=1) as (port, env):
        ready = json.loads(manage(env, "bench_holds", "--prepare", "--clients", "1").stdout.splitlines()[-1])
        for number in range(3):
            one_path(port, ready["tokens"][0], ready["resources"][0], number)
        for moment in range(4):
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--queue-name", "*"],
                cwd=settings.BASE_DIR,
                env=env,
            )
            time.sleep(1.6 + 0.1 * moment)
            worker.kill()
            worker.wait(10)
        script = (
            "from datetime import timedelta; from django.utils import timezone; from django_tasks_db.models import DBTaskResult as T;"
            "T.objects.filter(status='RUNNING').update(started_at=timezone.now() - timedelta(hours=1));"
            "from portal.tasks.models import Pulse; Pulse.objects.all().delete();"
            "from portal.tasks.retry import requeue_stuck; requeue_stuck(); requeue_stuck()"
        )
        assert manage(env, "shell", "-v0", "-c", script).returncode == 0
        done = manage(env, "db_worker", "--no-startup-delay", "--batch", "--queue-name", "*")
        assert done.returncode == 0, done.stderr[-500:]
        count = (
            "from portal.notifications.models import Notice, SentMail;"
            "print(Notice.objects.count(), SentMail.objects.count(), Notice.objects.filter(mailed_at=None).count())"
        )
        notices, mails, open_ = map(int, manage(env, "shell", "-v0", "-c", count).stdout.split()[-3:])
    assert notices >= 6
    assert (mails, open_) == (notices, 0)
