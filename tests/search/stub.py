"""A stand-in for a cluster that misbehaves: it answers what the test tells it, or says nothing at all."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Stub:
    """What it answers: a status, a header, and how often it was asked."""

    def __init__(self):
        self.status, self.silent_s, self.asked, self.headers = 503, 0.0, [], []


@contextmanager
def misbehaving():
    """Serve on loopback; yields the stub and its port."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            stub.asked.append((self.command, self.path, body))
            stub.headers.append({name.lower(): value for name, value in self.headers.items()})
            if stub.silent_s:
                time.sleep(stub.silent_s)
            data = json.dumps({"error": {"type": "told_to", "reason": "a test"}, "status": stub.status}).encode()
            self.send_response(stub.status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            with suppress(OSError):  # the other side may have lost patience
                self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815 - the names http.server looks for

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
