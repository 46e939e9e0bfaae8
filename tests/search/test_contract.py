"""One contract for both engines: every answer equals that of plain Python over random documents and requests.

200 requests here; `ORACLE_REQUESTS=2000 pytest tests/search/test_contract.py` asks more.
"""

import itertools
import os
import random
from dataclasses import replace

import pytest

from portal.core.geo import Point
from portal.search import bench
from portal.search.engine import Cursor, DocumentChange, EngineBusy
from portal.search.plan import Plan, make_plan
from portal.search.query import Near, SearchRequest, Viewer

from .conftest import one_after_the_other
from .oracle import Oracle, differences, random_request

pytestmark = one_after_the_other
COUNT = 300
REQUESTS = int(os.environ.get("ORACLE_REQUESTS", "200"))
EVERYBODY = Viewer(frozenset({1, 2, 3}))


@pytest.fixture
def library(engine):
    """The engine with the oracle's documents: filled again where another test put its own in, in whatever order they run."""
    documents = list(bench.documents(COUNT))
    if engine.cursor(bench.KIND) != Cursor(COUNT, "oracle"):
        bench.fill(engine, documents, COUNT, "oracle")
    return engine, Oracle(documents)


def ask(engine, **fields):
    return engine.search(bench.SPEC, SearchRequest(kind=bench.KIND, **fields), make_plan(fields.get("text", "")))


def test_random_requests_answer_as_plain_python_does(library):
    engine, oracle = library
    dice = random.Random(5)
    wrong = []
    for number in range(REQUESTS):
        request = random_request(dice, COUNT)
        plan = make_plan(request.text, lexicon=bench.SPEC.lexicon()) if number % 2 else make_plan(request.text)
        lines = differences(oracle, engine, request, plan)
        if lines:
            wrong.append((number, request, lines))
    assert not wrong, f"{len(wrong)} of {REQUESTS}: {wrong[:2]}"


def test_the_oracle_notices_one_wrong_document(library):
    """A check of the check: an oracle that knows one document less, or one private, differs."""
    engine, oracle = library
    other = Oracle([DocumentChange(one, one, document) for one, document in oracle.documents.items() if one != 7])
    other.documents[8] = {**other.documents[8], "audience": ["org:9"]}
    request = SearchRequest(kind=bench.KIND, size=COUNT, facets=tuple(bench.FACETS), viewer=EVERYBODY)
    assert not differences(oracle, engine, request, Plan())
    lines = differences(other, engine, request, Plan())
    assert "total 300, not 298" in lines
    assert "should not be there: [7, 8]" in lines


@pytest.mark.parametrize("sort", ["relevance", "newest", "distance"])
def test_pages_follow_each_other_without_gap_or_repeat(library, sort):
    engine, oracle = library
    request = SearchRequest(kind=bench.KIND, geo=Near(Point(29.3, 105.9), 40_000), sort=sort, size=37)
    seen, offset, keys = [], 0, ()
    while offset is not None:
        page = engine.search(bench.SPEC, replace(request, offset=offset, keys=keys), Plan())
        seen += [hit.id for hit in page.hits]
        offset, keys = page.after, page.keys
    assert len(seen) == len(set(seen)) == page.total == len(oracle.found(request))


def test_a_text_is_read_alike_with_and_without_ranking(library):
    engine, oracle = library
    for text in ("竹海", "bamboo", "zhuhai", "没有这个", "zzzz"):
        request = SearchRequest(kind=bench.KIND, text=text)
        assert engine.matches(bench.SPEC, make_plan(text), Viewer()) == bool(oracle.found(request))


def firsts(document, length):
    """Return how the names of a document begin."""
    return {
        document["title_zh"][:length],
        document["title_en"].replace(" ", "")[: length - 1],
        document["title_en"][:length],
    }


def test_names_are_suggested_from_the_first_character_most_popular_first(library):
    engine, oracle = library
    for text in ("松", "竹", "s", "sj", "songji", "bam", "bamboo t", "松溉竹", "竹海1"):
        found = engine.suggest(bench.SPEC, text, EVERYBODY, limit=8)
        assert found, text
        named = [one for one in found if text.replace(" ", "") in firsts(oracle.documents[one.id], len(text))]
        assert found[: len(named)] == named  # whole names first
        for group in (named, found[len(named) :]):
            popularity = [oracle.documents[one.id]["popularity"] for one in group]
            assert all(a >= b - 2 for a, b in itertools.pairwise(popularity))


def test_similar_records_share_the_most_and_never_are_the_record_itself(library):
    engine, oracle = library
    for one in (1, 50, 299):
        own = oracle.documents[one]["facets"]
        hits = engine.similar(bench.SPEC, one, Viewer(), limit=6)
        assert len(hits) == 6
        assert one not in [hit.id for hit in hits]

        def shared(other, own=own):
            facets = oracle.documents[other]["facets"]
            return sum(len(set(facets[name]) & set(values)) / (1 + len(values)) for name, values in own.items())

        public = [other for other, document in oracle.documents.items() if document["audience"] == ["public"]]
        best = sorted((shared(other) for other in public if other != one), reverse=True)[:6]
        assert [shared(hit.id) for hit in hits] == pytest.approx(best, abs=0.08)


def test_words_of_public_records_alone_are_offered_as_corrections(library):
    engine, oracle = library
    known = engine.vocabulary(bench.SPEC)
    public = [d for d in oracle.documents.values() if d["audience"] == ["public"]]
    assert known["bamboo"] == sum("bamboo" in f"{d['title_en']} {d['body_en']}".split() for d in public)


def test_facets_of_everything_count_what_this_reader_may_see_now(engine):
    documents = {one.id: one for one in bench.documents(80)}
    bench.fill(engine, documents.values(), 80, "counts")

    def check():
        oracle = Oracle(list(documents.values()))
        for viewer in (Viewer(), Viewer(frozenset({2})), EVERYBODY):
            for hidden in (frozenset(), frozenset(range(1, 20))):
                request = SearchRequest(kind=bench.KIND, viewer=viewer, hidden=hidden, facets=tuple(bench.FACETS))
                assert not differences(oracle, engine, request, Plan())

    check()
    secret = {**documents[33].document, "audience": ["org:2"]}
    documents[33] = DocumentChange(33, 81, secret)
    engine.apply(bench.KIND, [documents[33]], Cursor(81, "counts"))
    check()


def test_equal_records_stand_newest_first(engine):
    documents = list(bench.documents(12))
    same = {**documents[0].document, "popularity": 5}
    bench.fill(engine, [DocumentChange(one, one, same) for one in range(1, 13)], 12, "ties")
    assert [hit.id for hit in ask(engine, viewer=EVERYBODY).hits] == list(range(12, 0, -1))
    text = same["title_en"].split()[0]
    assert [hit.id for hit in ask(engine, text=text, viewer=EVERYBODY).hits] == list(range(12, 0, -1))


def test_a_replay_changes_nothing_and_an_older_number_never_wins(engine):
    documents = list(bench.documents(20))
    bench.fill(engine, documents, 20, "a")
    engine.apply(bench.KIND, documents, Cursor(21, "a"))
    engine.apply(bench.KIND, [DocumentChange(3, 22, None)], Cursor(22, "a"))
    assert set(engine.contents(bench.KIND)) == set(range(1, 21)) - {3}
    assert ask(engine, viewer=EVERYBODY).total == 19
    assert engine.apply(bench.KIND, documents, Cursor(5, "a")).seq == 22
    assert engine.cursor(bench.KIND) == Cursor(22, "a")
    assert ask(engine, viewer=EVERYBODY).total == 19


def test_another_history_is_not_this_one(engine):
    documents = list(bench.documents(20))
    bench.fill(engine, documents, 20, "a")
    bench.fill(engine, documents[:5], 5, "b")
    assert engine.cursor(bench.KIND) == Cursor(5, "b")
    assert set(engine.contents(bench.KIND)) == {1, 2, 3, 4, 5}


def test_a_poison_document_is_set_aside_and_stops_nobody(engine):
    documents = list(bench.documents(20))
    bench.fill(engine, documents, 20, "p")
    bad = {**documents[4].document, "lat": "north"}
    changed = {**documents[5].document, "title_zh": "改名的地方"}
    told = engine.apply(
        bench.KIND, [DocumentChange(5, 21, bad), DocumentChange(6, 22, changed)], Cursor(22, "p"), wait_s=1.0
    )
    assert [(one.id, one.seq) for one in told.poison] == [(5, 21)]
    held = engine.contents(bench.KIND)
    assert 5 not in held  # what it was before is not shown for what it is now
    assert held[6] == 22
    assert [hit.id for hit in ask(engine, text="改名的地方", viewer=EVERYBODY).hits] == [6]


def test_an_index_of_another_shape_starts_anew(engine, monkeypatch):
    bench.fill(engine, list(bench.documents(5)), 5, "s")
    monkeypatch.setattr("portal.search.tokens.ANALYSER", 999)
    assert engine.cursor(bench.KIND) == Cursor()


def test_a_rebuild_goes_on_where_it_was_stopped_and_replays_what_changed(engine, monkeypatch):
    monkeypatch.setattr("portal.search.engines.tantivy.BATCH", 10)
    monkeypatch.setattr("portal.search.engines.elastic_index.BULK", 10)
    documents = list(bench.documents(40))
    bench.fill(engine, documents[:5], 5, "r")

    class Killed(Exception):
        pass

    def until_killed(after):
        for row in documents:
            if row.seq > after:
                if row.seq == 31:
                    raise Killed
                yield row

    with pytest.raises(Killed):
        engine.rebuild(bench.KIND, until_killed, lambda: Cursor(40, "r"))
    assert set(engine.contents(bench.KIND)) == {1, 2, 3, 4, 5}, "the old one is in use"
    began, told = [], []
    standing = [Cursor(40, "r")]
    gone = DocumentChange(2, 41, None)

    def go_on(after):
        began.append(after)
        yield from (row for row in documents if row.seq > after and row.id != 2)
        if after < 41 and standing[0].seq == 41:
            yield gone

    def count(done):
        told.append(done)
        standing[0] = Cursor(41, "r")  # somebody hides a record meanwhile

    built = engine.rebuild(bench.KIND, go_on, lambda: standing[0], count)
    assert began[0] == 30, "what was done is not done again"
    assert told
    assert built.count == 39
    assert set(engine.contents(bench.KIND)) == set(range(1, 41)) - {2}
    assert engine.cursor(bench.KIND) == Cursor(41, "r")


def test_nothing_is_added_to_an_index_that_is_not_there(engine_name, engine, tmp_path):
    from portal.search.engines import by_url

    from .conftest import url_of

    with pytest.raises(EngineBusy):
        by_url(url_of(engine_name, tmp_path)).apply(bench.KIND, [], Cursor(1, "x"))
