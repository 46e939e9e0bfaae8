"""What every request passes: an id, a limit on the length of its query, no address that cannot be."""

import secrets
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from .logs import request_id
from .rest import Problem, problem_response

LONGEST_QUERY = 64 * 1024


class RequestIdMiddleware:
    """Gives the request an id, shown on error pages and written in every log line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(secrets.token_hex(4))
        request.id = request_id.get()  # type: ignore[attr-defined]  # one attribute of ours on Django's request
        try:
            response = self.get_response(request)
            response.headers["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class QueryLimitMiddleware:
    """Refuses query strings over 64 kB; gunicorn's own limit is off, so that 414 is our answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            return HttpResponse("The address is too long.\n", status=414, content_type="text/plain")
        return self.get_response(request)


class NulMiddleware:
    """An address with the sign NUL names nothing; PostgreSQL could not even look for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" not in request.path_info:
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return problem_response(Problem(404, "not_found", "Not there, or not yours."))
        raise Http404
