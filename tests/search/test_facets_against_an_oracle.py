"""Hits, totals and facet counts equal those of plain Python over random documents; a facet ignores its own filter."""

import random

import pytest

from portal.core.geo import Point
from portal.search import bench
from portal.search.engine import Cursor, DocumentChange
from portal.search.engines.tantivy import TantivyEngine
from portal.search.plan import make_plan
from portal.search.query import Box, Near, Polygon, SearchRequest, Viewer
from portal.search.spec import register_spec, unregister_spec

COUNT = 300


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    register_spec(bench.SPEC)
    engine = TantivyEngine(tmp_path_factory.mktemp("oracle"))
    documents = {change.id: change for change in bench.documents(COUNT)}
    engine.rebuild(bench.KIND, documents.values(), Cursor(COUNT, "oracle"))
    yield engine, documents
    unregister_spec(bench.KIND)


def matches(document, request, word, *, without=""):
    if not set(document["audience"]) & set(request.viewer.audience()):
        return False
    text = " | ".join([document["title_zh"], *document["tags"], *document["places"], document["body_zh"]])
    if word and word not in text:
        return False
    for name, (low, high) in request.ranges.items():
        value = document["numbers"][name]
        if (low is not None and value < low) or (high is not None and value > high):
            return False
    if request.geo is not None and not request.geo.holds(Point(document["lat"], document["lng"])):
        return False
    return all(name == without or chosen & set(document["facets"][name]) for name, chosen in request.filters.items())


def random_request(dice):
    names = dice.sample(list(bench.FACETS), dice.randint(0, 3))
    filters = {name: frozenset(dice.sample(list(bench.FACETS[name]), dice.randint(1, 3))) for name in names}
    south, west = 29 + dice.random() * 0.4, 105.6 + dice.random() * 0.4
    corners = (Point(29.0, 105.6), Point(29.6, 105.7), Point(29.3, 106.2))
    geo = dice.choice(
        [None, None, Box(west, south, west + 0.3, south + 0.3), Near(Point(29.3, 105.9), 15_000), Polygon(corners)]
    )
    return SearchRequest(
        kind=bench.KIND,
        text=dice.choice(["", "竹海", "吊脚楼", "老码头", "溶洞"]),
        filters=filters,
        ranges=dice.choice([{}, {"truck_to_set_m": (None, 100.0)}, {"truck_to_set_m": (50.0, 300.0)}]),
        geo=geo,
        viewer=dice.choice([Viewer(), Viewer(frozenset({1})), Viewer(frozenset({2, 3}))]),
        size=COUNT,
        facets=tuple(bench.FACETS),
    )


def test_two_hundred_and_forty_random_requests_answer_as_plain_python_does(library):
    engine, documents = library
    dice = random.Random(5)
    for _ in range(240):
        request = random_request(dice)
        page = engine.search(bench.SPEC, request, make_plan(request.text))
        expected = {one for one, change in documents.items() if matches(change.document, request, request.text)}
        assert {hit.id for hit in page.hits} == expected
        assert page.total == len(expected)
        for name, counts in page.facets.items():
            found = [c.document for c in documents.values() if matches(c.document, request, request.text, without=name)]
            wanted = {v: n for v in bench.FACETS[name] if (n := sum(v in d["facets"][name] for d in found))}
            assert {one.value: one.count for one in counts if one.count} == wanted
            assert {one.value for one in counts if one.selected} == set(request.filters.get(name, ()))


def test_pages_follow_each_other_without_gap_or_repeat(library):
    engine, _documents = library
    seen, offset = [], 0
    while offset is not None:
        page = engine.search(bench.SPEC, SearchRequest(kind=bench.KIND, size=37, offset=offset), make_plan(""))
        seen += [hit.id for hit in page.hits]
        offset = page.after
    assert len(seen) == len(set(seen)) == page.total


def test_distance_sorts_exactly(library):
    engine, _documents = library
    request = SearchRequest(kind=bench.KIND, geo=Near(Point(29.3, 105.9), 20_000), sort="distance", size=50)
    apart = [hit.distance_m for hit in engine.search(bench.SPEC, request, make_plan("")).hits]
    assert apart == sorted(apart)
    assert max(apart) <= 20_000


def test_clusters_hold_every_record_once(library):
    engine, _documents = library
    page = engine.search(bench.SPEC, SearchRequest(kind=bench.KIND, zoom=9), make_plan(""))
    assert sum(cluster.count for cluster in page.clusters) == page.total


def test_a_replay_changes_nothing(tmp_path, library):
    _engine, documents = library
    engine = TantivyEngine(tmp_path)
    engine.rebuild(bench.KIND, list(documents.values())[:20], Cursor(20, "a"))
    again = [DocumentChange(one.id, one.seq, one.document) for one in list(documents.values())[:20]]
    engine.apply(bench.KIND, again, Cursor(21, "a"))
    engine.apply(bench.KIND, [DocumentChange(3, 22, None)], Cursor(22, "a"))
    assert set(engine.contents(bench.KIND)) == set(range(1, 21)) - {3}
    everybody = Viewer(frozenset({1, 2, 3}))
    page = engine.search(bench.SPEC, SearchRequest(kind=bench.KIND, viewer=everybody), make_plan(""))
    assert page.total == 19
    assert engine.apply(bench.KIND, again, Cursor(5, "a")) == 22
