"""Headers and languages of every answer."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language_from_path

from . import page_cache
from .compression import takes_gzip

Answer = Callable[[HttpRequest], HttpResponse]
PRIVATE_PATHS = ("/accounts/", "/admin/", "/notices/", "/outbox/", "/ui/")
NO_PAGES = (
    *PRIVATE_PATHS,
    "/api/",
    "/calendar/",
    "/documents/",
    "/healthz",
    "/language/",
    "/media/",
    "/payments/",
    "/readyz",
    "/static/",
)
PERMISSIONS_POLICY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"


class PageLocaleMiddleware(LocaleMiddleware):
    """Sends `/stages/` to `/zh-hans/stages/`; what is no page (API, files, accounts) keeps its 404."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 404 and request.path.startswith(NO_PAGES):
            response.headers.setdefault("Content-Language", translation.get_language() or "")
            return response
        return super().process_response(request, response)


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

    `?language=en` decides, else `?next=/en/…`, else the cookie, else the browser; the answer keeps it in the
    cookie. Signed-in people's cookie follows the language of the pages they read, since those are never cached.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        read = get_language_from_path(request.path_info)
        if read:
            response = self.get_response(request)
            kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
            if settings.SESSION_COOKIE_NAME in request.COOKIES and kept != read:
                self.keep(request, response, read)
            return response
        language = self.asked(request)
        if language is None:
            return self.get_response(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        self.keep(request, response, language)
        return response

    @staticmethod
    def asked(request: HttpRequest) -> str | None:
        """Return the language that the address asks for, if any."""
        chosen = request.GET.get("language", "")
        if chosen in dict(settings.LANGUAGES):
            return chosen
        if not request.path.startswith("/accounts/"):
            return None
        target = request.GET.get("next") or request.POST.get("next", "")
        return get_language_from_path(urlsplit(target).path) if target else None

    @staticmethod
    def keep(request: HttpRequest, response: HttpResponse, language: str) -> None:
        """Remember the language in its cookie."""
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=request.is_secure(), httponly=True
        )


class CachePolicyMiddleware:
    """Anonymous pages may be kept for a minute, private ones never. A view that says otherwise is left alone.

    A page with a form holds its reader's CSRF token, so it is private too. Visitors' plain pages are kept here as well.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not page_cache.may_be_kept(request):
            return self.marked(request, self.get_response(request))
        packed = takes_gzip(request)
        try:
            key = page_cache.key_of(request)
        except Error:
            response = page_cache.kept(page_cache.last_known_key(request), packed=packed, in_trouble=True)
            if response is None:
                raise
            return response
        response = page_cache.kept(key, packed=packed)
        if response is None:
            response = self.marked(request, self.get_response(request))
            if page_cache.is_for_everybody(request, response):
                page_cache.keep(key, response)
        return response

    def marked(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Say on the answer who may keep it."""
        if response.headers.get("Cache-Control"):
            return response
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        public = request.method in {"GET", "HEAD"} and response.status_code in {200, 301, 304}
        for_one_reader = (
            signed_in
            or request.path.startswith(
                (*PRIVATE_PATHS, "/api/")
            )  # an answer to a bearer token has no cookie to vary on
            or bool(response.cookies)
            or request.META.get("CSRF_COOKIE_NEEDS_UPDATE", False)
            or getattr(request, "_messages_used", False)
        )
        if for_one_reader or not public:
            patch_cache_control(response, private=True, no_store=True)
        else:
            patch_cache_control(response, public=True, max_age=60, s_maxage=1)  # a proxy: what is hidden is gone
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response
