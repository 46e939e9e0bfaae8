"""The web server over real sockets: HEAD on a kept connection, slow connections, a collector that is kept quiet."""

import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings

from tests.search.test_never_lost import database_url

ANSWERS_WITHIN_S = 60
PATHS = ["/healthz", "/robots.txt", "/zh-hans/", "/zh-hans/nothing-here/", "/zh-hans/stages/", "/api/v1/openapi.json"]


@pytest.fixture(scope="module")
def port(django_db_setup):
    """A gunicorn with the portal's own settings for it, on the suite's database, which it only reads."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.test", "TEST_DATABASE_URL": database_url()}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:portal.web_server",
        "--bind",
        f"127.0.0.1:{number}",
    ]
    server = subprocess.Popen([*command, "portal.wsgi"], cwd=settings.BASE_DIR, env=env)
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{number}/healthz", timeout=5)
            break
        except OSError:
            time.sleep(0.2)
    yield number
    server.terminate()
    server.wait(20)


def opened(port, start):
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(start)
    return sock


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_to_head_has_the_headers_of_get_and_no_body_on_a_kept_connection(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    got = connection.getresponse()
    length = len(got.read())
    for _twice in range(2):
        connection.request("HEAD", path)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (got.status, b"")
        if answer.getheader("Content-Length"):
            assert abs(int(answer.getheader("Content-Length")) - length) < 200  # ids and tokens differ
    assert connection.sock is not None, "the connection is kept"
    connection.close()


def test_two_requests_sent_at_once_are_both_answered(port):
    with opened(port, b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2) as sock:
        sock.settimeout(20)
        read = b""
        while read.count(b"HTTP/1.1 200") < 2:
            read += sock.recv(65536)
    assert b"\r\n\r\nok" not in read


def test_slow_connections_leave_the_server_to_others(port):
    heads = [opened(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"a" * number) for number in range(100)]
    bodies = [
        opened(port, b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\nabc")
        for _ in range(100)
    ]
    silent = [opened(port, b"") for _ in range(100)]
    began = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
        assert answer.status == 200
    assert time.monotonic() - began < 3
    for sock in (*heads, *bodies, *silent):
        sock.close()


def test_a_request_in_small_pieces_is_answered(port):
    with opened(port, b"POST /language/ HTTP/1.1\r\nHost: loc") as sock:
        sock.settimeout(20)
        for piece in (b"alhost\r\nContent-Length: 1", b"1\r\n\r", b"\nlanguage", b"=en"):
            time.sleep(0.1)
            sock.sendall(piece)
        assert sock.recv(65536).startswith(b"HTTP/1.1 403")  # no CSRF token: Django has read it


def test_a_large_body_arrives_whole(port):
    body = b"x" * 3_000_000
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/language/", data=body, headers={"Expect": "100-continue"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)  # noqa: S310 - http, above
    assert refused.value.code == 403


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /zh-hans/?q=" + b"a" * 120_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"414"),
        (b"GET /zh-hans/?q=" + b"a" * 80_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"414"),
        (
            b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            b"411",
        ),
        (b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000000\r\n\r\n", b"413"),
        (b"\r\n\r\n", b"400"),
    ],
    ids=[
        "a head too long to look at",
        "a query too long",
        "a body of unknown length",
        "a body too large",
        "no request",
    ],
)
def test_what_cannot_be_served_is_refused_with_its_status(port, request_, status):
    with opened(port, request_) as sock:
        sock.settimeout(20)
        assert sock.recv(65536).split(b" ")[1] == status


def test_a_garbage_collection_leaves_what_was_loaded_at_the_start_alone():
    script = (
        "import django, gc; django.setup(); import portal.web_server as web; web.post_worker_init(None);"
        "assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    subprocess.run([sys.executable, "-c", script], cwd=settings.BASE_DIR, env=env, check=True)
