"""Text is compressed here, with or without a proxy in front, since only the page knows whether it may be (ADR 0019).

BREACH guesses a secret from the length of compressed pages that also repeat what the attacker sent. A page that is the
same for everybody holds no secret: compressed plainly. A page for one reader gets random bytes (and Django masks its
CSRF token anew each time). Pages that show a lasting secret, a key or the seed of a second step, are not compressed.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

Answer = Callable[[HttpRequest], HttpResponse]
SHOW_SECRETS = ("/accounts/",)
TEXT = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/xml",
    "application/rss+xml",
    "image/svg+xml",
)
ENCODING = "Accept-Encoding"


def takes_gzip(request: HttpRequest) -> bool:
    """Return whether a reader takes gzip and the page may be sent so."""
    return "gzip" in request.headers.get(ENCODING, "") and not request.path.startswith(SHOW_SECRETS)


class PlainGZip(GZipMiddleware):
    """Compresses without random bytes: what is the same for everybody holds no secret."""

    max_random_bytes = 0


class CompressionMiddleware:
    """Compresses whole answers of text; streams and files (pictures, PDFs, sheets) go as they are."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.same_for_everybody = PlainGZip(get_response)
        self.for_one_reader = GZipMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or not response.headers.get("Content-Type", "").startswith(TEXT):
            return response
        patch_vary_headers(response, [ENCODING])
        if not takes_gzip(request):
            return response
        public = "public" in response.headers.get("Cache-Control", "")
        gzip = self.same_for_everybody if public else self.for_one_reader
        gzip.process_response(request, response)
        return response
