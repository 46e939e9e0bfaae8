"""Numbers that look like chance and are none."""

from __future__ import annotations

import hashlib


class Dice:
    """A tiny generator seeded by a place's code: the hills behind a place never move."""

    def __init__(self, seed: str) -> None:
        self._state = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") | 1

    def __call__(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return the next number of [low, high)."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return low + (high - low) * ((self._state >> 33) / (1 << 31))
