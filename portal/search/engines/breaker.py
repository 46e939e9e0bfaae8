"""Stops asking a server that does not answer, so that its silence costs readers a second and not every page."""

from __future__ import annotations

import threading
import time

FAILURES = 3
OPEN_S = 30.0


class Breaker:
    """Closed while all is well; open for half a minute after three failures in a row; then one request tries."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = 0.0
        self._guard = threading.Lock()

    def allows(self) -> bool:
        """Return whether the server may be asked; when the time is up, one caller is let through."""
        with self._guard:
            if self._failures < FAILURES:
                return True
            if time.monotonic() < self._until:
                return False
            self._until = time.monotonic() + OPEN_S
            return True

    @property
    def is_open(self) -> bool:
        """Whether the server is left alone now."""
        return self._failures >= FAILURES

    def failed(self) -> None:
        """Count a failure."""
        with self._guard:
            self._failures += 1
            self._until = time.monotonic() + OPEN_S

    def worked(self) -> None:
        """Forget the failures."""
        self._failures = 0
