"""Headers and languages of every answer."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language_from_path

Answer = Callable[[HttpRequest], HttpResponse]
PERMISSIONS_POLICY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"


class SecurityHeadersMiddleware:
    """Permissions-Policy everywhere; Wagtail's admin gets a policy of its own, since it has inline scripts."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.path.startswith("/admin/"):
            response.headers["Content-Security-Policy"] = settings.ADMIN_CONTENT_SECURITY_POLICY
        return response


class PathLanguageMiddleware:
    """Pages without a language in their path (sign-in, outbox) speak the language of the page one came from.

    `?next=/en/…` decides, else the cookie, else the browser; the answer keeps it in the cookie.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if get_language_from_path(request.path_info):
            return self.get_response(request)
        asked = request.GET.get("next") or request.POST.get("next", "") if request.path.startswith("/accounts/") else ""
        language = get_language_from_path(urlsplit(asked).path) if asked else None
        if language is None:
            return self.get_response(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=request.is_secure(), httponly=True
        )
        return response


class CachePolicyMiddleware:
    """Anonymous pages may be kept for a minute, private ones never. A view that says otherwise is left alone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.headers.get("Cache-Control"):
            return response
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        private_path = request.path.startswith(("/accounts/", "/admin/", "/outbox/"))
        public = request.method in {"GET", "HEAD"} and response.status_code in {200, 301, 304}
        if signed_in or private_path or not public or response.cookies or getattr(request, "_messages_used", False):
            patch_cache_control(response, private=True, no_store=True)
        else:
            patch_cache_control(response, public=True, max_age=60)
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response
