"""A mail server that can be up, down (nobody listens) or hung (takes connections and says nothing)."""

import contextlib
import socketserver
import threading
import time
from typing import Any


class MailServer:
    """On one port of loopback; `arrived` holds the time of each mail."""

    def __init__(self, port: int) -> None:
        self.port, self.mode, self.arrived = port, "down", list[float]()
        self.listener: socketserver.ThreadingTCPServer | None = None

    def be(self, mode: str) -> None:
        """Be `up`, `down` or `hung` from now on."""
        self.mode = mode
        if mode == "down" and self.listener:
            self.listener.shutdown()
            self.listener.server_close()
            self.listener = None
        if mode != "down" and not self.listener:
            self.listener = Listener(("127.0.0.1", self.port), self.handler())
            threading.Thread(target=self.listener.serve_forever, args=(0.1,), daemon=True).start()

    def handler(self) -> Any:
        """Return what answers one connection."""
        server = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while server.mode == "hung":
                    time.sleep(0.2)
                with contextlib.suppress(OSError):
                    self.talk()

            def talk(self) -> None:
                self.say("220 drill")
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"DATA":
                        self.say("354 go on")
                        while self.rfile.readline() != b".\r\n":
                            pass
                        server.arrived.append(time.monotonic())
                    self.say("221 bye" if word == b"QUIT" else "250 ok")

            def say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

        return Talk


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
