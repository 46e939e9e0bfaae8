"""What every request passes: an id, a limit on the length of its query, no text that cannot be kept."""

import codecs
import secrets
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from .logs import request_id
from .rest import NO_TEXT_SAID, Problem, problem_response
from .text import is_storable

LONGEST_QUERY = 64 * 1024
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
UTF_8 = frozenset({"utf-8", "ascii"})


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


class PlainTextMiddleware:
    """The portal reads UTF-8 alone; a cookie with the sign NUL was not ours and is left out.

    Stands before everything that looks at a cookie, the query or the form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding:
            if request.content_type in FORMS and codecs.lookup(request.encoding).name not in UTF_8:
                return HttpResponse("Send forms in UTF-8.\n", status=415, content_type="text/plain")
            request.encoding = "utf-8"  # the one way of writing it that Django takes
        for name in [name for name, value in request.COOKIES.items() if not is_storable(value)]:
            del request.COOKIES[name]
        return self.get_response(request)


class StorableMiddleware:
    """Refuses NUL and half characters in address, query and form, once for all: no database could look for them.

    The parts of a form that are files stay where Django put them. JSON is looked through by `rest.read_body`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        in_api = request.path_info.startswith("/api/")
        if not is_storable(request.path_info):
            if in_api:
                return problem_response(Problem(404, "not_found", "Not there, or not yours."))
            raise Http404
        if "%" not in request.META.get("QUERY_STRING", "") or (name := unstorable_field(request.GET)) is None:
            return self.get_response(request)
        if in_api:
            where = name if is_storable(name) else "__all__"
            return problem_response(Problem(422, "invalid", NO_TEXT_SAID, errors={where: [NO_TEXT_SAID]}))
        raise BadRequest(NO_TEXT_SAID)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> None:
        """Look at a form's fields, which the check of its token has parsed. Raises `BadRequest`."""
        exempt = getattr(view, "csrf_exempt", False)  # hooks and the API read the body themselves
        if not exempt and request.method == "POST" and unstorable_field(request.POST) is not None:
            raise BadRequest(NO_TEXT_SAID)


def unstorable_field(fields: QueryDict) -> str | None:
    """Return the name of a field whose name or value cannot be stored."""
    for name, values in fields.lists():
        if not is_storable(name) or not all(map(is_storable, values)):
            return name
    return None
