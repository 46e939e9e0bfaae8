"""A cluster that is away, slow or busy: readers wait a second three times at most, then the embedded engine answers."""

import subprocess
import time

import pytest
from django.core.exceptions import ImproperlyConfigured

from locations.actions import hide_location, update_location
from portal.search import consumer, engines
from portal.search.engine import Cursor, EngineAway
from portal.search.engines import elastic_client
from portal.search.engines.breaker import FAILURES, Breaker
from portal.search.engines.elastic_client import address
from portal.search.queries import search, similar, suggest
from portal.search.query import SearchRequest, Viewer
from tests.locations import conftest as places

from .stub import misbehaving

street, bamboo = places.street, places.bamboo


def test_a_url_names_hosts_credentials_authority_and_prefix():
    read = address("elasticsearch+https://port%40al:p%3Aw@one:9201,two/lot?ca=/etc/ca.pem&replicas=2")
    assert read.hosts == ("https://one:9201", "https://two:9200")
    assert (read.user, read.password, read.ca, read.prefix, read.replicas) == (
        "port@al",
        "p:w",
        "/etc/ca.pem",
        "lot",
        2,
    )
    assert "p:w" not in repr(read)
    plain = address("elasticsearch+http://127.0.0.1")
    assert (plain.hosts, plain.prefix, plain.replicas) == (("http://127.0.0.1:9200",), "portal", 0)
    assert address("elasticsearch+http://a,b").replicas == 1


@pytest.mark.parametrize(
    "url",
    [
        "elasticsearch+https://",
        "elasticsearch+https:///lot",
        "elasticsearch+https://a/Lot",
        "elasticsearch+https://a/l*t",
        "elasticsearch+https://a?verify=no",
        "elasticsearch+https://a?replicas=many",
        "solr://a",
        "",
    ],
)
def test_a_url_that_says_nothing_useful_stops_the_start(url):
    with pytest.raises(ImproperlyConfigured):
        engines.by_url(url)


def test_the_breaker_opens_after_three_failures_and_tries_again_by_one(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("portal.search.engines.breaker.time.monotonic", lambda: now[0])
    breaker = Breaker()
    for _ in range(FAILURES):
        assert breaker.allows()
        breaker.failed()
    assert not breaker.allows()
    now[0] += 31
    assert breaker.allows()
    assert not breaker.allows(), "one is enough to find out"
    breaker.worked()
    assert breaker.allows()
    assert breaker.allows()


@pytest.fixture
def cluster(settings, tmp_path):
    with misbehaving() as (stub, port):
        settings.SEARCH_STANDBY_URL = f"tantivy://{tmp_path / 'standby'}"
        settings.SEARCH_URL = f"elasticsearch+http://portal:secret@127.0.0.1:{port}/lot-{port}"
        yield stub


@pytest.mark.django_db
@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503])
def test_the_embedded_engine_answers_for_a_cluster_that_does_not(cluster, status, street, bamboo, client):
    cluster.status = status
    page = search(SearchRequest(kind="place", text="竹海", facets=("landscape",)))
    assert [hit.id for hit in page.hits] == [bamboo.pk]
    assert page.stale
    assert page.engine == "tantivy"
    assert suggest("place", "茶山", Viewer())
    assert similar("place", street.pk, Viewer())
    assert "secret" not in str(cluster.asked)
    assert cluster.headers[0]["authorization"].startswith("Basic ")
    before = len(cluster.asked)
    for _ in range(5):
        assert search(SearchRequest(kind="place", text="竹海")).total == 1
    assert len(cluster.asked) == before, "the breaker is open"
    assert client.get("/api/v1/locations", {"q": "竹海"}).json()["total"] == 1


@pytest.mark.django_db
def test_silence_costs_a_second_three_times_at_most(cluster, bamboo, monkeypatch):
    monkeypatch.setattr(elastic_client, "ANSWER_S", 0.1)
    cluster.silent_s = 1.0
    search(SearchRequest(kind="place", text="竹海"))
    took = []
    for _ in range(8):
        began = time.perf_counter()
        assert search(SearchRequest(kind="place", text="竹海")).total == 1
        took.append(time.perf_counter() - began)
    assert sum(one > 0.09 for one in took) <= FAILURES
    assert max(took) < 0.6


@pytest.mark.django_db
def test_what_is_hidden_while_the_cluster_is_away_is_hidden_in_the_one_that_answers(cluster, street, bamboo, gao):
    assert search(SearchRequest(kind="place")).total == 2
    hide_location(actor=gao, location=bamboo)
    update_location(actor=gao, location=street, name_zh="改过的名字")
    assert search(SearchRequest(kind="place", text="竹海")).total == 0
    assert search(SearchRequest(kind="place", text="改过的名字")).total == 1


@pytest.mark.django_db(transaction=True)
def test_editors_and_the_clock_wait_for_no_cluster(cluster, gao, bamboo):
    cluster.silent_s = 2.0
    began = time.perf_counter()
    hide_location(actor=gao, location=bamboo)
    assert time.perf_counter() - began < 1.0
    assert not cluster.asked
    consumer.tick()  # tells the log and goes on


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself, and another one that signed nothing here."""
    folder = tmp_path_factory.mktemp("ca")
    for name in ("ours", "other"):
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=127.0.0.1",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                f"{folder}/{name}.key",
                "-out",
                f"{folder}/{name}.pem",
            ],
            check=True,
            capture_output=True,
        )
    return folder


@pytest.mark.parametrize("name", ["ours", "other", ""])
def test_only_a_server_that_our_authority_vouches_for_hears_the_password(authority, name):
    with misbehaving(certificate=(authority / "ours.pem", authority / "ours.key")) as (stub, port):
        ca = f"?ca={authority / name}.pem" if name else ""
        engine = engines.by_url(f"elasticsearch+https://portal:secret@127.0.0.1:{port}/lot{ca}")
        with pytest.raises(EngineAway) as told:
            engine.cursor("place")
        assert ("503" in str(told.value)) == (name == "ours"), "the stub's own answer came through"
        assert len(stub.asked) == (name == "ours")


def test_the_next_host_is_asked_where_one_does_not_answer():
    with misbehaving() as (stub, port):
        engine = engines.by_url(f"elasticsearch+http://127.0.0.1:9,127.0.0.1:{port}/lot")
        stub.status = 404  # it knows no cursor yet, which is an answer
        assert [engine.cursor("place") for _try in range(4)] == [Cursor()] * 4
        assert len(stub.asked) == 4


@pytest.mark.django_db
def test_nobody_listens(settings, tmp_path, bamboo):
    settings.SEARCH_STANDBY_URL = f"tantivy://{tmp_path / 'standby'}"
    settings.SEARCH_URL = "elasticsearch+http://127.0.0.1:9/nobody"
    page = search(SearchRequest(kind="place", text="竹海"))
    assert (page.total, page.stale) == (1, True)
    with pytest.raises(EngineAway):
        engines.current().cursor("place")
    assert not engines.current().health().ok
