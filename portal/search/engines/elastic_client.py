"""How the cluster is reached: several hosts, credentials, a CA and a prefix from one URL; every error in one shape."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from django.core.exceptions import ImproperlyConfigured
from elasticsearch import ApiError, Elasticsearch, TransportError

from portal.search.engine import EngineAway

PORT = 9200
ANSWER_S = 1.0
WRITE_S = 10.0
logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # it warns of every dead node; the breaker speaks once


@dataclass(frozen=True, slots=True)
class Address:
    """What stands in `elasticsearch+https://user:password@host:port,host2/prefix?ca=/path&replicas=1`."""

    hosts: tuple[str, ...]
    prefix: str = "portal"
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""
    replicas: int = 0

    def client(self) -> Elasticsearch:
        """Return a client: a second for an answer, the next host where one does not connect."""
        options: dict[str, Any] = {"request_timeout": ANSWER_S, "max_retries": len(self.hosts) - 1}
        if self.user:
            options["basic_auth"] = (self.user, self.password)
        if self.ca:
            options["ca_certs"] = self.ca
        return Elasticsearch(list(self.hosts), retry_on_timeout=False, **options)


def address(url: str) -> Address:
    """Read a `SEARCH_URL`. Raises `ImproperlyConfigured` where it names no host or no such option."""
    scheme, _colon, rest = url.partition("://")
    rest, _mark, query = rest.partition("?")
    where, _slash, prefix = rest.partition("/")
    login, _at, hosts = where.rpartition("@")
    user, _colon, password = login.partition(":")
    options = {name: values[-1] for name, values in parse_qs(query).items()}
    names = [host for host in hosts.split(",") if host]
    prefix = prefix.strip("/") or "portal"
    if not names:
        raise ImproperlyConfigured("SEARCH_URL names no host")
    if set(options) - {"ca", "replicas"} or not options.get("replicas", "0").isdigit():
        raise ImproperlyConfigured("SEARCH_URL takes ca=FILE and replicas=NUMBER")
    if prefix != prefix.lower() or not prefix.replace("-", "").isalnum():
        raise ImproperlyConfigured("SEARCH_URL: a prefix has small letters, digits and hyphens")
    protocol = scheme.removeprefix("elasticsearch+")
    full = tuple(f"{protocol}://{host if ':' in host else f'{host}:{PORT}'}" for host in names)
    replicas = int(options.get("replicas", "1" if len(full) > 1 else "0"))
    return Address(full, prefix, unquote(user), unquote(password), options.get("ca", ""), replicas)


@contextmanager
def asking() -> Iterator[None]:
    """Turn what a client raises where the server cannot answer now into `EngineAway`. A wrong request stays an error."""
    try:
        yield
    except TransportError as problem:
        raise EngineAway(type(problem).__name__) from problem
    except ApiError as problem:
        if problem.meta.status in {401, 403, 404, 408, 429} or problem.meta.status >= 500:
            raise EngineAway(f"{problem.meta.status} {problem.error}") from problem
        raise
