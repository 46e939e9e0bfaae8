"""Typed readers of the environment. A missing or malformed value stops the start with one sentence."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or `default`. Raises `ImproperlyConfigured` where neither is there."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable. Raises `ImproperlyConfigured` for any other word."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name: str, default: int) -> int:
    """Return a whole number. Raises `ImproperlyConfigured` for anything else."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError as exc:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from exc


def words(name: str, default: str | None = None) -> list[str]:
    """Return a comma-separated list without empty entries."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def first(*names: str) -> str:
    """Return the first of these variables that is set, else the last one."""
    return next((name for name in names if os.environ.get(name)), names[-1])


def sqlite_url(path: Path | str) -> str:
    """Return the URL of a database file; signs with a meaning in URLs (`#`, `?`, `%`) are only part of its name."""
    return f"sqlite:///{quote(str(path))}"


def database(name: str, default: str | None = None) -> dict[str, object]:
    """Turn `sqlite:///path` or `postgres://user:password@host:port/name` into Django's dictionary.

    SQLite is opened IMMEDIATE with WAL and a long time-out (docs/implementation/locking.md); PostgreSQL
    with connect, statement and lock time-outs, so that a hung server answers 503 instead of holding a thread.
    """
    url = text(name, default)
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and (parts.query or parts.fragment):
        raise ImproperlyConfigured(f"{name}: write '?' as %3F and '#' as %23 in a path.")
    if parts.scheme == "sqlite":
        path = unquote(parts.path[1:])
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        options = dict(parse_qsl(parts.query))
        options.setdefault("connect_timeout", "2")
        options.setdefault("options", "-c statement_timeout=15000 -c lock_timeout=3000")
        return {
            "ENGINE": "portal.core.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise ImproperlyConfigured(f"{name} must begin with sqlite:// or postgres://, not {parts.scheme!r}.")


def cache(name: str) -> dict[str, object]:
    """Turn `redis://…` into Django's cache dictionary; without the variable, memory of this process."""
    url = os.environ.get(name, "")
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}}
    if not url.startswith(("redis://", "rediss://")):
        raise ImproperlyConfigured(f"{name} must begin with redis:// or rediss://.")
    return {
        "BACKEND": "portal.core.caching.BreakingRedisCache",
        "LOCATION": url,
        "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2},
    }


def page_cache(name: str) -> dict[str, object]:
    """Return the cache for visitors' whole pages: beside the other on Redis, else a small memory of its own."""
    found = cache(name)
    if not os.environ.get(name):
        return found | {"LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 300}}
    return found | {"KEY_PREFIX": "pages"}
