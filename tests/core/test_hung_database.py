"""A PostgreSQL that hangs (SIGSTOP): 503 within three seconds for new and kept connections, and work again afterwards."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import OperationalError, close_old_connections, connection
from django.test import Client

from portal.core.postgresql import base
from tests.factories.studios import make_resource

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
DETAIL = "/zh-hans/stages/led-1/"


def server_processes():
    """Return the processes of the server under test, the first of them the postmaster."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = cursor.fetchone()[0]
    main = int((Path(folder) / "postmaster.pid").read_text().splitlines()[0])
    children = subprocess.run(["pgrep", "-P", str(main)], capture_output=True, text=True, check=False).stdout.split()
    return [main, *map(int, children)]


@pytest.fixture
def hang():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    if os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1") != "1":
        pytest.skip("would stop the server under the other processes of the suite: CI runs this file by itself")
    stopped = []

    def stop():
        stopped.extend(server_processes())
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)

    def go_on():
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        stopped.clear()
        base._away_until.clear()
        close_old_connections()

    yield stop, go_on
    go_on()


def timed(path, client=None):
    began = time.monotonic()
    answer = (client or Client(raise_request_exception=False)).get(path)
    took = time.monotonic() - began
    close_old_connections()  # as a server does after each request, and the test client does not
    return answer.status_code, took


@pytest.mark.parametrize("kept_connection", [True, False])
def test_a_hung_server_is_answered_503_within_three_seconds_and_then_at_once(hang, kept_connection):
    stop, go_on = hang
    make_resource()
    assert timed(DETAIL)[0] == 200
    if not kept_connection:
        connection.close()
    stop()
    try:
        status, took = timed(DETAIL)
        again, at_once = timed(DETAIL)
    finally:
        go_on()
    assert status == again == 503
    assert took <= 3
    assert at_once <= 0.5
    assert timed(DETAIL)[0] == 200  # and nobody has to start anything


def test_visitors_get_kept_pages_meanwhile(hang, settings):
    stop, go_on = hang
    settings.PAGE_CACHE_SECONDS = 60
    caches["pages"].clear()
    make_resource()
    assert timed(DETAIL)[0] == 200
    stop()
    try:
        status, took = timed(DETAIL)
    finally:
        go_on()
    assert (status, took <= 3) == (200, True)


def test_a_slow_query_is_no_hung_server():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(2.5)")
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_server_that_is_gone_is_away_too():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    wrapper = connection.copy()
    wrapper.settings_dict["PORT"] = "9"
    began = time.monotonic()
    with pytest.raises(OperationalError):
        wrapper.ensure_connection()
    assert time.monotonic() - began < 3
    base._away_until.clear()


def test_of_many_requests_one_pays_for_the_discovery(hang):
    stop, go_on = hang
    make_resource()
    timed(DETAIL)
    stop()
    try:
        timed(DETAIL)
        waits = [0.0] * 8
        threads = [threading.Thread(target=lambda n=n: waits.__setitem__(n, timed(DETAIL)[1])) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        go_on()
    assert max(waits) < 1.5
