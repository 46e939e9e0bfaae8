"""Whole pages for visitors, kept for a minute at most and never beyond the next change (ADR 0016).

A page is kept under the number of changes so far: every action writes an event in its own transaction, and the event moves
the counter at the moment at which the change becomes visible. So a change makes all kept pages unreachable at once, in every
process. What writes none (a new size of a picture) shows within the minute. While the database does not answer, visitors get
what was kept under the last number that this process saw, for ten minutes at most.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

from portal.audit.models import ChangeCounter

View = Callable[..., HttpResponse]
Answer = TypeVar("Answer", bound=HttpResponse)
LONGEST_QUERY = 300
KEPT_FOR_TROUBLE_S = 600
_last_seen = {"changes": -1}
"""The last number of changes this process read: all that is known while the database is away."""


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
    """Return the key of the page as it is now; one query. Raises `django.db.Error` where the database is away."""
    changes = ChangeCounter.objects.filter(pk=1).values_list("value", flat=True).first() or 0
    _last_seen["changes"] = changes
    return f"{address_of(request)}:{changes}"


def last_known_key(request: HttpRequest) -> str:
    """Return the key of the page as this process last knew it, without asking the database."""
    return f"{address_of(request)}:{_last_seen['changes']}"


def address_of(request: HttpRequest) -> str:
    """Return a page's address as a short text: keys are short."""
    return hashlib.sha256(f"{request.get_host()}{request.get_full_path()}".encode()).hexdigest()


def kept(key: str, *, packed: bool = False, in_trouble: bool = False) -> HttpResponse | None:
    """Return the page kept under a key for at most a minute, or an older one `in_trouble`; nothing where there is none.

    `packed` as it is kept, for a reader who takes gzip.
    """
    found = caches["pages"].get(key)
    if found is None:
        return None
    content, headers, at = found
    if not in_trouble and time.time() - at > settings.PAGE_CACHE_SECONDS:
        return None
    response = HttpResponse(content if packed else gzip.decompress(content))
    for name, value in headers:
        response.headers[name] = value
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def keep(key: str, response: HttpResponse) -> None:
    """Keep a page that is for everybody."""
    value = (gzip.compress(response.content, 6, mtime=0), list(response.headers.items()), time.time())
    caches["pages"].set(key, value, max(settings.PAGE_CACHE_SECONDS, KEPT_FOR_TROUBLE_S))
