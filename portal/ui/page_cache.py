"""Whole pages for visitors, kept for a minute at most and never beyond the next change (ADR 0016).

A page is kept under the number of the last audit event and of Wagtail's last log entries: every action writes one in
its own transaction, so a change makes all kept pages unreachable at once, in every process. What writes none (a new
size of a picture) shows within the minute.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
Answer = TypeVar("Answer", bound=HttpResponse)
LONGEST_QUERY = 300
LOGS = ("audit_event", "wagtailcore_pagelogentry", "wagtailcore_modellogentry")
NEWEST = f"SELECT {', '.join(f'(SELECT MAX(id) FROM {table})' for table in LOGS)}"  # noqa: S608 - our own names
"""In SQL: the ORM has no query without a table, and a visitor's page should cost one."""


def may_be_kept(request: HttpRequest) -> bool:
    """Return whether this is a visitor's plain page: no session, no message, no endless query, not a part for htmx."""
    return bool(
        settings.PAGE_CACHE_SECONDS
        and request.method == "GET"
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and "HX-Request" not in request.headers
        and request.path_info.startswith(tuple(f"/{code}/" for code, _name in settings.LANGUAGES))
    )


def never_kept(view: View) -> View:
    """Mark a view whose answer follows the search index: that is renewed a moment after the change, without an event."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return searched(view(request, *args, **kwargs), settled=False)

    return marked


def searched(response: Answer, *, settled: bool) -> Answer:
    """Say that an answer comes from the search index: it is kept, with its query, only where the index lacked no change."""
    response.settled_search = settled  # type: ignore[attr-defined]  # read by is_for_everybody
    return response


def is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether an answer may be kept: public and whole; with a query only a search whose index lacked no change."""
    public = response.status_code == 200 and "public" in response.headers["Cache-Control"]
    plain = not request.META.get("QUERY_STRING")
    return public and not response.streaming and bool(getattr(response, "settled_search", plain))


def key_of(request: HttpRequest) -> str:
    """Return the key of the page as it is now: one query for three last numbers."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        newest = cursor.fetchone()
    address = hashlib.sha256(f"{request.get_host()}{request.get_full_path()}".encode()).hexdigest()  # keys are short
    return f"{address}:{'-'.join(map(str, newest))}"


def kept(key: str, *, packed: bool = False) -> HttpResponse | None:
    """Return the page kept under a key, if any; `packed` as it is kept, for a reader who takes gzip."""
    found = caches["pages"].get(key)
    if found is None:
        return None
    content, headers = found
    response = HttpResponse(content if packed else gzip.decompress(content))
    for name, value in headers:
        response.headers[name] = value
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def keep(key: str, response: HttpResponse) -> None:
    """Keep a page that is for everybody."""
    value = (gzip.compress(response.content, 6, mtime=0), list(response.headers.items()))
    caches["pages"].set(key, value, settings.PAGE_CACHE_SECONDS)
