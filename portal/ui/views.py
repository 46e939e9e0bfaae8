"""Error pages, the root, health."""

import sys

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import get_language_from_request
from django.views.decorators.cache import never_cache

from portal.core.rest import Problem, problem_response
from portal.core.storage import is_full

from .styles import SITE

API_PROBLEMS = {
    503: Problem(503, "away", "The database does not answer right now. Try again in a moment.", retry_after=10),
    507: Problem(507, "storage_full", "There is no room left here. Nothing was kept."),
}


def root(request: HttpRequest) -> HttpResponse:
    """Send the visitor to the pages of their language, Chinese when unsure."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    accepts = request.headers.get("Accept-Language", "").lower()
    language = chosen if chosen in dict(settings.LANGUAGES) else "zh-hans"
    if not chosen and accepts and get_language_from_request(request) == "en" and accepts.startswith("en"):
        language = "en"
    response = HttpResponseRedirect(f"/{language}/")
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def error_page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    """Draw an error page with the request's reference number; never stored."""
    language = translation.get_language_from_path(request.path_info)
    if language:
        translation.activate(language)
    context = {"status": status, "reference": getattr(request, "id", ""), **context}
    response = render(request, "ui/error.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a stale tab or with cookies off: say so, and how to go on."""
    return error_page(request, 403, csrf=True)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without database and context processors: whatever failed may fail again.

    A full disk says so (507), and a database that is away, hung or locked (503: the same step works in a moment).
    """
    from django.template.loader import get_template

    failure = sys.exc_info()[1]
    status = 507 if is_full(failure) else 503 if isinstance(failure, OperationalError | InterfaceError) else 500
    if request.path_info.startswith("/api/") and status in API_PROBLEMS:
        return problem_response(API_PROBLEMS[status])
    language = translation.get_language_from_path(request.path_info) or "zh-hans"
    with translation.override(language):
        context = {
            "reference": getattr(request, "id", ""),
            "language": language,
            "style_sheet": SITE,
            "status": status,
        }
        html = get_template("ui/error_500.html").render(context)
    headers = {"Cache-Control": "private, no-store"} | ({"Retry-After": "10"} if status == 503 else {})
    return HttpResponse(html, status=status, headers=headers)


@never_cache
def favicon(request: HttpRequest) -> HttpResponse:
    """Send programs that ask for /favicon.ico without reading the page to the mark."""
    return HttpResponseRedirect(static("ui/icons/favicon.ico"))


def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive."""
    return HttpResponse("ok\n", content_type="text/plain")
