"""gunicorn's threaded worker, with patience for slow connections: a thread only gets a request that has come whole.

gunicorn gives a connection to a thread at its first byte, so eight visitors who send a byte a minute hold all eight
threads. Here the event loop takes a request in (its body in a file), bounds how long that may last, and closes
the connection that has waited longest where too many wait.
"""

from __future__ import annotations

import errno
import re
import selectors
import socket
import tempfile
import time
from functools import partial
from typing import IO, Any

from gunicorn.http import RequestParser
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS = 15
"""From the connection, or from the first byte of a further request, to the end of its head."""
BODY_SECONDS = 20
"""Between two pieces of a body."""
SEND_SECONDS = 20
"""For one piece of the answer to find its reader."""
LONGEST_HEAD = 96 * 1024
LARGEST_BODY = 64 * 2**20
MOST_WAITING = 400
PIECE = 64 * 1024
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
EXPECT = re.compile(rb"\r\nexpect:[^\r\n]*", re.IGNORECASE)


class Refused(Exception):
    """The request is answered here, before anybody reads it."""

    def __init__(self, status: str, sentence: str) -> None:
        super().__init__(sentence)
        body = f"{sentence}\n".encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.answer = head.encode() + body


class Arriving(TConn):
    """A connection whose next request is coming in."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.request: IO[bytes] | None = None
        self.begin()

    def begin(self) -> None:
        """Wait for a further request."""
        self.forget()
        self.seen, self.left = 0, 0
        self.until = time.monotonic() + HEAD_SECONDS

    def receive(self) -> bool:
        """Take in what has come and return whether the request is whole. Raises `Refused`, or `OSError` at its end."""
        if self.request is None:
            self.request = self.head()
        while self.request is not None and self.left:
            try:
                piece = self.sock.recv(min(self.left, PIECE))
            except BlockingIOError:
                return False
            if not piece:
                raise ConnectionResetError
            self.request.write(piece)
            self.left -= len(piece)
            self.until = time.monotonic() + BODY_SECONDS
        return self.request is not None

    def head(self) -> IO[bytes] | None:
        """Take the head from the socket once it is there whole; before, only look at it and be woken by more."""
        sight = self.sock.recv(LONGEST_HEAD, socket.MSG_PEEK)
        end = sight.find(END_OF_HEAD)
        if end < 0:
            if len(sight) == self.seen:  # woken by the other side's end
                raise ConnectionResetError
            if len(sight) == LONGEST_HEAD:
                raise Refused("414 URI Too Long", "The address is too long.")
            self.seen = len(sight)
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, self.seen + 1)
            return None
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        head = self.sock.recv(end + len(END_OF_HEAD))
        if CHUNKED.search(head):
            raise Refused("411 Length Required", "Say how long the body is (Content-Length).")
        if length := LENGTH.search(head):
            self.left = int(length[1])
        if self.left > LARGEST_BODY:
            raise Refused("413 Content Too Large", "That is too large.")
        if self.left and EXPECT.search(head):
            self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            head = EXPECT.sub(b"", head)
        request = tempfile.SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115 - closed by forget
        request.write(head)
        return request

    def init(self) -> None:
        """Make the request readable for the thread that answers it."""
        if self.request is None:
            raise ValueError("no request has come")
        self.initialized = True
        self.sock.settimeout(SEND_SECONDS)
        self.request.seek(0)
        self.parser = RequestParser(self.cfg, iter(partial(self.request.read, PIECE), b""), self.client)

    def forget(self) -> None:
        """Close the file of the request before."""
        if self.request is not None:
            self.request.close()
            self.request = None

    def close(self) -> None:
        """Close connection and file."""
        self.forget()
        super().close()


class PatientWorker(ThreadWorker):
    """The worker: connections wait in its event loop, not in its threads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: set[Arriving] = set()
        self.next_look = 0.0

    def accept(self, server: Any, listener: socket.socket) -> None:
        """Take a connection in; where too many wait already, the one next to run out goes."""
        try:
            sock, client = listener.accept()
        except OSError as exc:
            if exc.errno in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                return
            raise
        if len(self.waiting) >= MOST_WAITING:
            self.drop(min(self.waiting, key=lambda one: one.until))
        conn = Arriving(self.cfg, sock, client, server)
        self.nr_conns += 1
        self.waiting.add(conn)
        with self._lock:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))

    def on_client_socket_readable(self, conn: Arriving, client: socket.socket) -> None:
        """Take in what has come; hand the connection to a thread where the request is whole."""
        if conn not in self.waiting:
            with self._lock:
                if conn not in self._keep:  # closed for its age in this very turn
                    return
                self._keep.remove(conn)
            conn.begin()
            self.waiting.add(conn)
        try:
            whole = conn.receive()
        except BlockingIOError:
            return
        except Refused as no:
            self.refuse(conn, no)
            return
        except OSError:
            self.drop(conn)
            return
        if whole:
            self.waiting.discard(conn)
            with self._lock:
                self.poller.unregister(conn.sock)
            self.enqueue_req(conn)

    def murder_keepalived(self) -> None:
        """Close what has been idle or coming in for too long."""
        super().murder_keepalived()
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = now + 1
        for conn in [one for one in self.waiting if one.until < now]:
            self.drop(conn)

    def refuse(self, conn: Arriving, no: Refused) -> None:
        """Answer from here and close. What has come is read away, else the reset would overtake the answer."""
        try:
            conn.sock.send(no.answer)
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.recv(2**20)
        except OSError as exc:
            self.log.debug("Nobody is there to read the answer. %s", exc)
        self.drop(conn)

    def drop(self, conn: Arriving) -> None:
        """Close a connection that waits."""
        self.waiting.discard(conn)
        self.nr_conns -= 1
        with self._lock:
            self.poller.unregister(conn.sock)
        conn.close()
