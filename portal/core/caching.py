"""A Redis cache that gives up quickly: a hung or dead Redis costs one short wait, not the page and not the limits."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
PAUSE_S = 10.0


class BreakingRedisCache(RedisCache):
    """After a failure this process uses a memory of its own for ten seconds, then tries Redis again.

    So limits on tries go on counting, per process instead of for all, and never fall away. What was kept meanwhile
    is forgotten when Redis answers again: another process may have written something newer there.
    """

    _open_until = 0.0
    _was_away = False

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        name = f"while-redis-is-away:{params.get('KEY_PREFIX', '')}"
        self._memory = LocMemCache(name, {**params, "OPTIONS": {"MAX_ENTRIES": 5000}})

    @property
    def away(self) -> bool:
        """Whether Redis did not answer when it was last asked."""
        return self._was_away

    def _guard(self, name: str, *args: Any, **kwargs: Any) -> Any:
        state = type(self)
        if time.monotonic() >= state._open_until:
            try:
                answer = getattr(super(), name)(*args, **kwargs)
            except RedisError:
                state._open_until, state._was_away = time.monotonic() + PAUSE_S, True
                logger.warning("cache: redis does not answer, pausing %s s", PAUSE_S)
            else:
                if state._was_away:
                    state._was_away = False
                    self._memory.clear()
                return answer
        return getattr(self._memory, name)(*args, **kwargs)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._guard("get", key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._guard("set", key, value, *args, **kwargs)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._guard("add", key, value, *args, **kwargs)

    def get_many(self, keys: Any, version: Any = None) -> Any:
        return self._guard("get_many", keys, version)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self._guard("set_many", data, *args, **kwargs)

    def delete(self, key: Any, version: Any = None) -> Any:
        return self._guard("delete", key, version)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._guard("touch", key, *args, **kwargs)

    def has_key(self, key: Any, version: Any = None) -> Any:
        return self._guard("has_key", key, version)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> Any:
        return self._guard("incr", key, delta, version)
