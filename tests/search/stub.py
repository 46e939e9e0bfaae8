"""A stand-in for a cluster that misbehaves: it answers what the test tells it, or says nothing at all."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Stub:
    """What it answers: a status, a header, and how often it was asked."""

    def __init__(self):
        self.status, self.silent_s, self.asked, self.headers = 503, 0.0, [], []


@contextmanager
def misbehaving(certificate=None):
    """Serve on loopback, with TLS where there is a certificate; yields the stub and its port."""
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
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class Between:
    """Stands between the portal and a real cluster: lets everything through until it is told otherwise."""

    def __init__(self, upstream):
        self.upstream, self.refuses, self.hangs, self.status = upstream, False, False, 0


@contextmanager
def between(upstream):
    """Serve on loopback; yields the one between and its port."""
    where = urlsplit(upstream)
    told = Between(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            while told.hangs:
                time.sleep(0.05)
            if told.refuses:
                self.close_connection = True
                self.connection.close()
                return
            if told.status:
                data = json.dumps({"error": {"type": "told_to", "reason": "a test"}, "status": told.status}).encode()
                status, kept = told.status, {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}
            else:
                try:
                    status, kept, data = self.passed_on(body)
                except OSError:  # the cluster is not there: no answer at all
                    self.close_connection = True
                    self.connection.close()
                    return
            with suppress(OSError):
                self.send_response(status)
                for name, value in kept.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def passed_on(self, body):
            out = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
            names = ("Content-Type", "Accept")
            out.request(
                self.command,
                self.path,
                body or None,
                {name: self.headers[name] for name in names if self.headers[name]},
            )
            answer = out.getresponse()
            data = answer.read()
            out.close()
            return (
                answer.status,
                {n: answer.headers[n] for n in ("Content-Type", "X-Elastic-Product") if answer.headers[n]},
                data,
            )

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815 - the names http.server looks for

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield told, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
