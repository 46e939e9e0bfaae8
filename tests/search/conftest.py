"""Both engines for the contract tests: the embedded one always, a real Elasticsearch where `ELASTICSEARCH_URL` names one."""

import os
import uuid

import pytest

from portal.search import bench, engines
from portal.search.spec import register_spec, unregister_spec

SERVER = os.environ.get("ELASTICSEARCH_URL", "")
NEEDS_SERVER = pytest.mark.skipif(
    not SERVER, reason="ELASTICSEARCH_URL names no server: tests/servers/elasticsearch up"
)
ENGINES = ("tantivy", pytest.param("elasticsearch", marks=[pytest.mark.server, NEEDS_SERVER]))
both_engines = pytest.mark.parametrize("engine_name", ENGINES)
one_after_the_other = pytest.mark.parametrize("engine_name", ENGINES, scope="module")
"""For modules without a database: the order that this brings would put tests that commit before those that do not."""


def url_of(name, folder):
    """Return the `SEARCH_URL` of an engine of its own."""
    if name == "tantivy":
        return f"tantivy://{folder}"
    return f"elasticsearch+{SERVER}/test-{uuid.uuid4().hex[:12]}"


def swept(url):
    """Take away what a test left on the server."""
    engine = engines.by_url(url)
    if engine.remote:
        client = engine.client.options(request_timeout=30)
        for name in client.indices.get(index=f"{engine.address.prefix}-*", expand_wildcards="all"):
            client.indices.delete(index=name)


@pytest.fixture(scope="module")
def engine(engine_name, tmp_path_factory):
    """An engine by itself, with the bench's kind of record."""
    register_spec(bench.SPEC)
    url = url_of(engine_name, tmp_path_factory.mktemp("engine"))
    yield engines.by_url(url)
    swept(url)
    unregister_spec(bench.KIND)


@pytest.fixture
def in_charge(engine_name, settings, tmp_path):
    """The portal with that engine in charge; an embedded one stands by for a server."""
    settings.SEARCH_STANDBY_URL = f"tantivy://{tmp_path / 'standby'}"
    settings.SEARCH_URL = url_of(engine_name, tmp_path / "index")
    yield engines.current()
    swept(settings.SEARCH_URL)
