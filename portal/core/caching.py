"""A Redis cache that gives up quickly: a hung or dead Redis costs one short wait, not the page."""

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
PAUSE_S = 10.0


class BreakingRedisCache(RedisCache):
    """After a failure the cache answers "not there" for ten seconds, then tries again."""

    _open_until = 0.0

    def _guard(self, name: str, fallback: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < self._open_until:
            return fallback
        try:
            return getattr(super(), name)(*args, **kwargs)
        except RedisError:
            type(self)._open_until = time.monotonic() + PAUSE_S
            logger.warning("cache: redis does not answer, pausing %s s", PAUSE_S)
            return fallback

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._guard("get", default, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._guard("set", None, key, value, *args, **kwargs)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._guard("add", True, key, value, *args, **kwargs)

    def get_many(self, keys: Any, version: Any = None) -> Any:
        return self._guard("get_many", {}, keys, version)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self._guard("set_many", [], data, *args, **kwargs)

    def delete(self, key: Any, version: Any = None) -> Any:
        return self._guard("delete", False, key, version)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._guard("touch", False, key, *args, **kwargs)

    def has_key(self, key: Any, version: Any = None) -> Any:
        return self._guard("has_key", False, key, version)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> Any:
        return self._guard("incr", delta, key, delta, version)
