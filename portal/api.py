"""The API's assembly: one NinjaAPI, every app's router, errors as problems."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError as NinjaValidationError

from portal.core.errors import RuleViolation
from portal.core.locking import is_lock_timeout
from portal.core.rest import Problem, problem_response
from portal.ui.api_examples import CALLS, EXAMPLES

api = NinjaAPI(
    title="光影重庆 API",
    version="1.0",
    urls_namespace="portal-api",
    docs_url=None,
    openapi_url="/openapi.json",
    description="Places, stages, holds and bookings of the lot. Amounts in fen, dates half-open, coordinates WGS-84.",
)


@api.exception_handler(Problem)
def on_problem(request: HttpRequest, exc: Problem) -> HttpResponse:
    return problem_response(exc)


@api.exception_handler(RuleViolation)
def on_rule(request: HttpRequest, exc: RuleViolation) -> HttpResponse:
    errors = {exc.field: [str(exc)]} if exc.field else None
    return problem_response(Problem(exc.status, exc.code, str(exc), errors=errors, **exc.detail))


@api.exception_handler(Http404)
def on_missing(request: HttpRequest, exc: Http404) -> HttpResponse:
    return problem_response(Problem(404, "not_found", "Not there, or not yours."))


@api.exception_handler(PermissionDenied)
def on_denied(request: HttpRequest, exc: PermissionDenied) -> HttpResponse:
    return problem_response(Problem(403, "forbidden", str(exc) or "Not allowed."))


@api.exception_handler(AuthenticationError)
def on_unknown(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
    return problem_response(Problem(401, "sign_in", "Sign in, or send a bearer token."))


@api.exception_handler(HttpError)
def on_http(request: HttpRequest, exc: HttpError) -> HttpResponse:
    return problem_response(Problem(exc.status_code, "malformed", str(exc)))


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    errors = exc.message_dict if hasattr(exc, "error_dict") else {"__all__": list(exc.messages)}
    return problem_response(Problem(422, "invalid", " ".join(exc.messages), errors=errors))


@api.exception_handler(NinjaValidationError)
def on_shape(request: HttpRequest, exc: NinjaValidationError) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for error in exc.errors:
        where = [str(part) for part in error["loc"] if part not in {"body", "query", "path", "payload", "filters"}]
        errors.setdefault(".".join(where) or "__all__", []).append(str(error["msg"]))
    return problem_response(Problem(422, "invalid", "The request has values that do not fit.", errors=errors))


@api.exception_handler(DatabaseError)
def on_database(request: HttpRequest, exc: DatabaseError) -> HttpResponse:
    """A lock that could not be had is a lost race; anything else goes on to the error page and the log."""
    if is_lock_timeout(exc):
        return problem_response(Problem(409, "busy", "Somebody else is changing this right now. Try again."))
    raise exc


def api_docs(request: HttpRequest) -> HttpResponse:
    """The readable page of the API, drawn by ourselves from the schema."""
    operations = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            does = CALLS.get(f"{method.upper()} {path}", operation.get("description", ""))
            operations.append({**operation, "path": path, "method": method.upper(), "does": does})
    base_url = settings.PORTAL_BASE_URL
    examples = [(one, one.curl(base_url)) for one in EXAMPLES]
    return render(request, "ui/api_docs.html", {"operations": operations, "examples": examples})


def mount(prefix: str, router: Any) -> None:
    """Add an app's router. Raises `ImportError` through when the app's module is broken."""
    api.add_router(prefix, router)


mount("/locations", "locations.api.router")
mount("/vendors", "services.directory.api.router")


mount("", "bookings.api.router")
mount("/stages", "studios.api.router")
mount("/events", "cms.events.api.router")
mount("", "portal.payments.api.router")
