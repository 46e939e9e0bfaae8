"""On the wire: text is compressed by the application, page by page (BREACH), files and streams are left alone."""

import gzip

import pytest
from django.core.cache import caches
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import Client

from portal.ui.compression import CompressionMiddleware

pytestmark = pytest.mark.django_db
GZIP = {"HTTP_ACCEPT_ENCODING": "gzip, br"}
WORDS = b"<p>light and shadow</p>" * 200


def sent(rf, response, path="/zh-hans/", **headers):
    return CompressionMiddleware(lambda request: response)(rf.get(path, **(headers or GZIP)))


def page(**headers):
    response = HttpResponse(WORDS)
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def test_a_page_is_compressed_for_who_takes_it_and_says_so(client):
    plain, packed = client.get("/zh-hans/stages/"), client.get("/zh-hans/stages/", **GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


def test_a_page_for_everybody_is_the_same_each_time_and_a_readers_own_has_another_length(rf):
    public = {len(sent(rf, page(Cache_Control="public, max-age=60")).content) for _ in range(20)}
    own = {len(sent(rf, page(Cache_Control="private, no-store")).content) for _ in range(20)}
    assert len(public) == 1
    assert len(own) > 1


def test_pages_that_show_a_lasting_secret_are_not_compressed(client):
    answer = client.get("/accounts/login/", **GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    "response",
    [
        lambda: HttpResponse(WORDS, content_type="image/webp"),
        lambda: HttpResponse(WORDS, content_type="application/pdf"),
        lambda: StreamingHttpResponse([WORDS], content_type="text/csv"),
        lambda: FileResponse([WORDS], content_type="text/plain"),
        lambda: HttpResponse(b"ok", content_type="text/plain"),
        lambda: HttpResponse(WORDS, headers={"Content-Encoding": "br"}),
    ],
    ids=["picture", "PDF", "stream", "file", "a few bytes", "compressed already"],
)
def test_what_would_not_gain_goes_as_it_is(rf, response):
    answer = sent(rf, response())
    assert answer.headers.get("Content-Encoding") in {None, "br"}


def test_a_strong_tag_becomes_a_weak_one(rf):
    assert sent(rf, page(ETag='"1"')).headers["ETag"] == 'W/"1"'


def test_a_kept_page_serves_readers_with_and_without_gzip(settings):
    settings.PAGE_CACHE_SECONDS = 60
    caches["pages"].clear()
    first = Client().get("/zh-hans/stages/")
    kept = Client().get("/zh-hans/stages/", **GZIP)
    again = Client().get("/zh-hans/stages/")
    assert gzip.decompress(kept.content) == again.content == first.content
    assert kept.headers["Content-Encoding"] == "gzip"
    assert kept.headers["Vary"] == again.headers["Vary"]
    caches["pages"].clear()


def test_a_shared_cache_keeps_a_visitors_page_for_one_second(client):
    assert "s-maxage=1" in client.get("/zh-hans/stages/").headers["Cache-Control"].split(", ")
