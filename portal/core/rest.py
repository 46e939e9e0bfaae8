"""What every part of the API shares: problems, pages, cursors, money."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from ninja import Schema
from pydantic import ValidationError as PydanticError

from .text import unstorable

S = TypeVar("S", bound=Schema)

NO_TEXT_SAID = "NUL and half characters (lone surrogates) are no text."
PROBLEM_TYPE = "application/problem+json"
TITLES = {
    400: "Malformed request",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    409: "The rules say no",
    412: "Changed meanwhile",
    422: "Invalid",
    429: "Too many requests",
    503: "Try again later",
    507: "No room left",
}


class Problem(Exception):
    """An answer of RFC 9457. Raised anywhere below a route; the API draws it."""

    def __init__(
        self, status: int, code: str, detail: str, *, errors: dict[str, list[str]] | None = None, **extra: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.errors, self.extra = status, code, detail, errors, extra


def problem_response(problem: Problem) -> JsonResponse:
    """Return `application/problem+json`."""
    body: dict[str, Any] = {
        "type": f"/api/v1/docs#{problem.code}",
        "title": TITLES.get(problem.status, "Error"),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        **problem.extra,
    }
    if problem.errors is not None:
        body["errors"] = problem.errors
    response = JsonResponse(body, status=problem.status, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Type"] = PROBLEM_TYPE
    response.headers["Cache-Control"] = "private, no-store"
    if "retry_after" in problem.extra:
        response.headers["Retry-After"] = str(problem.extra["retry_after"])
    return response


class Bilingual(Schema):
    """A text in both languages."""

    zh: str
    en: str


def instant(value: datetime | None) -> str | None:
    """Return an instant as RFC 3339 in UTC, or nothing."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None


def money(amount_fen: int) -> dict[str, Any]:
    """Return the API's shape of an amount."""
    return {"amount": amount_fen, "currency": "CNY"}


def encode_cursor(value: Any) -> str:
    """Return an opaque, URL-safe cursor."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def decode_cursor(text: str) -> Any:
    """Return what a cursor holds. Raises `Problem` 422 for anything we did not make."""
    try:
        return json.loads(base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, UnicodeError) as exc:
        raise Problem(422, "bad_cursor", "The cursor is not one of ours.", errors={"cursor": ["unknown"]}) from exc


def place_of(cursor: str) -> int:
    """Return where a page of a short, settled list begins: the number its cursor holds, 0 without one.

    Raises `Problem` 422 for anything we did not make.
    """
    place = decode_cursor(cursor) if cursor else 0
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place <= 10**6:
        raise Problem(422, "bad_cursor", "The cursor is not one of ours.", errors={"cursor": ["unknown"]})
    return place


def page_limit(limit: int) -> int:
    """Return the size of a page. Raises `Problem` 422 outside 1 to 100."""
    if not 1 <= limit <= 100:
        raise Problem(422, "invalid", "limit is 1 to 100.", errors={"limit": ["1 to 100"]})
    return limit


def client_address(request: HttpRequest) -> str:
    """Return the caller's address as limits count it: an IPv4 address, or the /64 network of an IPv6 one.

    Behind `TRUSTED_PROXY_COUNT` proxies it is the entry of `X-Forwarded-For` that the outermost of them wrote;
    entries further left came with the request, and anybody can write those. Without proxies the header says nothing.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.TRUSTED_PROXY_COUNT
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(hops) >= proxies:
        seen = hops[-proxies].strip()
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return str(request.META.get("REMOTE_ADDR", ""))
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, settings.ALLAUTH_RATE_LIMIT_IPV6_PREFIX), strict=False))
    return str(address)


def read_body(request: HttpRequest, shape: type[S], *, optional: bool = False) -> S:
    """Return the JSON body as `shape`. Raises `Problem` 400 for no JSON, 422 with the fields that do not fit.

    Called by the view after it knows the caller and the record, so that 401 and 404 come before.
    """
    raw = request.body
    if not raw.strip() and optional:
        raw = b"{}"
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as exc:
        raise Problem(400, "malformed", "The body is not JSON.") from exc
    if not isinstance(data, dict):
        raise Problem(400, "malformed", "The body is not a JSON object.")
    if where := unstorable(data):
        raise Problem(422, "invalid", NO_TEXT_SAID, errors={where: [NO_TEXT_SAID]})
    try:
        return shape.model_validate(data)
    except PydanticError as exc:
        errors: dict[str, list[str]] = {}
        for error in exc.errors():
            errors.setdefault(".".join(str(part) for part in error["loc"]) or "__all__", []).append(error["msg"])
        raise Problem(422, "invalid", "The request has values that do not fit.", errors=errors) from exc


def required_version(request: HttpRequest) -> int | None:
    """Return the version of `If-Match: "7"`, or nothing. Raises `Problem` 422 for anything else."""
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        return None
    text = header.removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Problem(422, "invalid", 'If-Match takes a version, "7".', errors={"If-Match": ["a version"]})
    return int(text)
