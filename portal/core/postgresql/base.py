"""A hung server is not a slow query. When an answer takes long, the server is asked on the side whether it lives.

A stopped PostgreSQL keeps its sockets open, so no time-out of TCP, `statement_timeout` or `connect_timeout` ends a wait on a
kept connection. Here a wait of over a second asks the server for TLS on a new socket, which every live server answers
at once, and goes on where it does. Where it does not, the wait ends with `OperationalError`, and for three seconds every
other query ends at once: one request pays for the discovery, not each.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Generator
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg import OperationalError

PATIENCE_S = 1.0
PROBE_S = 0.8
OPEN_S = 3.0
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
"""https://www.postgresql.org/docs/15/protocol-message-formats.html: SSLRequest, answered by one byte."""
_away_until: dict[tuple[str, int], float] = {}


class Hung(OperationalError):
    """The server takes connections and answers nothing."""


def answers(host: str, port: int) -> bool:
    """Return whether a server answers on a new socket within `PROBE_S`; a host that begins with / is a socket's folder."""
    try:
        if host.startswith("/"):
            probe = socket.socket(socket.AF_UNIX)
            probe.settimeout(PROBE_S)
            probe.connect(f"{host}/.s.PGSQL.{port}")
        else:
            probe = socket.create_connection((host, port), timeout=PROBE_S)
        with probe:
            probe.settimeout(PROBE_S)
            probe.sendall(SSL_REQUEST)
            return bool(probe.recv(1))
    except OSError:
        return False


def refuse_while_away(server: tuple[str, int]) -> None:
    """Raise `OperationalError` where the server was found hung a moment ago."""
    if time.monotonic() < _away_until.get(server, 0.0):
        raise OperationalError("the database was found hung a moment ago")


def watched(steps: Generator[Any, Any, Any], server: tuple[str, int]) -> Generator[Any, Any, Any]:
    """Pass a wait of psycopg through, and end it where the server hangs. psycopg wakes it ten times a second."""
    asked, patience = time.monotonic(), PATIENCE_S
    ready: Any = None
    while True:
        try:
            state = steps.send(ready)
        except StopIteration as end:
            return end.value
        ready = yield state
        if ready:
            asked, patience = time.monotonic(), PATIENCE_S
        elif time.monotonic() - asked > patience:
            if not answers(*server):
                _away_until[server] = time.monotonic() + OPEN_S
                raise Hung("the database does not answer")
            asked, patience = time.monotonic(), patience * 2


class WatchedConnection(psycopg.Connection[Any]):
    """A connection whose waits are watched."""

    server: tuple[str, int] = ("", 0)

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        refuse_while_away(self.server)
        try:
            return super().wait(watched(gen, self.server), *args, **kwargs)
        except Hung:
            self.pgconn.finish()  # its answer may still come, and would be taken for that of the next query
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with watched connections, and no new ones while the server is known to hang."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        host = conn_params.get("host") or "/var/run/postgresql"
        server = (host, int(conn_params.get("port") or 5432))
        refuse_while_away(server)
        if not answers(*server):
            _away_until[server] = time.monotonic() + OPEN_S
            raise OperationalError(f"the database at {host}:{server[1]} does not answer")
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection = WatchedConnection.connect(**conn_params)
        connection.server = server
        return connection
