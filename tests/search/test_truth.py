"""Records, outbox and indexes agree; what does not is found and repaired, on either engine, and operators see how it stands."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from locations.actions import hide_location
from locations.models import Location
from portal.search import checks, consumer, engines
from portal.search.actions import restage, send_again
from portal.search.engine import Cursor, DocumentChange, EngineAway, EngineBusy
from portal.search.models import SearchDocument, SearchPoison, SearchSequence
from portal.search.queries import search
from portal.search.query import SearchRequest
from portal.search.spec import specs
from portal.search.standing import state
from tests.locations import conftest as places

from .conftest import both_engines

pytestmark = [pytest.mark.django_db, both_engines]
street, bamboo, hidden = places.street, places.bamboo, places.hidden


def told(name, *args):
    out = io.StringIO()
    code = 0
    try:
        call_command(name, *args, stdout=out)
    except SystemExit as end:
        code = end.code
    return out.getvalue(), code


def total(text=""):
    return search(SearchRequest(kind="place", text=text), noted=False).total


@pytest.fixture
def library(in_charge, street, bamboo, hidden):
    assert total() == 2
    return in_charge


def test_all_agree_at_first(library):
    assert told("check_search") == ("search: records, outbox and index agree\n", 0)


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda place: Location.objects.filter(pk=place.pk).update(name_zh="绕过动作"), "staged as something else"),
        (lambda place: SearchDocument.objects.filter(object_id=place.pk).delete(), "never staged"),
        (lambda place: Location.objects.filter(pk=place.pk).delete(), "staged but gone"),
    ],
    ids=["changed past its action", "outbox row lost", "deleted past its action"],
)
def test_what_went_past_the_outbox_is_found_and_repaired(library, bamboo, break_it, says):
    break_it(bamboo)
    out, code = told("check_search")
    assert says in out
    assert code == 1
    out, code = told("check_search", "--repair")
    assert "repaired: place" in out
    assert code == 0
    assert told("check_search")[1] == 0
    assert total() == Location.objects.filter(state="published").count()
    assert total("绕过动作") == Location.objects.filter(name_zh="绕过动作").count()


def test_what_went_past_the_index_is_found_and_repaired(library, bamboo, street):
    upto = consumer.standing()
    document = SearchDocument.objects.get(kind="place", object_id=bamboo.pk)
    stray = DocumentChange(999_999, document.seq, {**document.payload, "title_zh": "幽灵地点"})
    behind = Cursor(upto.seq - 1, upto.lineage)
    if library.remote:  # as if a bulk had been lost, and somebody else wrote into it
        client, alias = library.client, library.alias("place")
        client.delete(index=alias, id=str(street.pk), refresh=True)
        library._keep("place", library._kept("place")["index"], "place", behind, forward=False)
    else:
        library._keep_cursor(library.root / "place" / library._version("place"), "place", behind)
    library.apply("place", [stray, *([] if library.remote else [DocumentChange(street.pk, 1, None)])], upto)
    out, code = told("check_search")
    assert f"{library.name}: place 999999: still in the index" in out
    assert f"{library.name}: place {street.pk}: missing in the index" in out
    assert code == 1
    assert told("check_search", "--repair")[1] == 0
    assert total("幽灵地点") == 0
    assert total() == 2


def test_the_clock_repairs_at_night_and_tells_the_log(library, bamboo, caplog):
    assert checks.nightly() == 0
    Location.objects.filter(pk=bamboo.pk).update(name_zh="绕过动作")
    assert checks.nightly() == 1
    assert "staged as something else" in caplog.text
    assert total("绕过动作") == 1
    assert checks.nightly() == 0


def test_a_document_that_cannot_be_taken_is_told_and_stops_nobody(library, bamboo, street):
    document = SearchDocument.objects.get(kind="place", object_id=bamboo.pk)
    SearchDocument.objects.filter(pk=document.pk).update(
        payload={**document.payload, "lat": "north"}, seq=SearchSequence.objects.get().value + 1
    )
    SearchSequence.objects.update(value=SearchSequence.objects.get().value + 1)
    assert total() == 1
    for engine in engines.all_engines():  # the one that stands by too
        consumer.catch_up(engine, "place", wait_s=1.0)
    assert {one.object_id for one in SearchPoison.objects.all()} == {bamboo.pk}
    assert "set aside" in told("check_search")[0]
    send_again("place", [bamboo.pk])
    assert total() == 2
    for engine in engines.all_engines():
        consumer.catch_up(engine, "place", wait_s=1.0)
    assert not SearchPoison.objects.exists()


def test_a_rebuild_shows_how_far_it_is_and_leaves_everything_true(library):
    out, code = told("rebuild_search")
    assert "place: 3 records read, 0 differed from the outbox" in out
    assert f"place: 2 documents in {library.name}" in out
    assert code == 0
    assert told("check_search")[1] == 0
    assert "place" not in told("rebuild_search", "--kind", "stage")[0]
    for wrong in (["--kind", "vase"], ["--engine", "sphinx"]):
        with pytest.raises(CommandError):
            call_command("rebuild_search", *wrong)


def test_a_rebuild_says_who_is_in_the_way(library, monkeypatch):
    for problem, says in ((EngineBusy("place"), "another process"), (EngineAway("no answer"), "start again to go on")):

        def refuse(*args, problem=problem):
            raise problem

        monkeypatch.setattr(type(library), "rebuild", refuse)
        with pytest.raises(CommandError, match=says):
            call_command("rebuild_search", "--kind", "place", "--engine", library.name)


def test_staging_anew_goes_in_small_lots(library, monkeypatch, bamboo):
    monkeypatch.setattr("portal.search.actions.LOT", 2)
    Location.objects.filter(pk=bamboo.pk).update(name_zh="绕过动作")
    steps = []
    assert restage("place", steps.append) == 1
    assert steps == [2, 3]


def test_ready_says_how_it_stands(library, client, gao, bamboo, monkeypatch):
    for engine in engines.all_engines():
        for spec in specs():
            consumer.catch_up(engine, spec.kind)
    assert client.get("/readyz").json()["search"] == {"state": "ok", "engine": library.name, "behind_s": 0}
    hide_location(actor=gao, location=bamboo)
    SearchDocument.objects.filter(object_id=bamboo.pk, kind="place").update(at=timezone.now() - timedelta(minutes=3))
    assert state()["state"] == "late"
    assert 180 <= state()["behind_s"] < 200
    total()
    assert state()["state"] == "ok"
    SearchSequence.objects.update(lineage="restored")
    assert state()["state"] == "making"
    assert client.get("/readyz").status_code == 200


def test_a_restored_database_makes_its_index_anew(library, bamboo):
    SearchSequence.objects.update(lineage="restored")
    SearchDocument.objects.filter(object_id=bamboo.pk).delete()
    assert total() == 1
    assert library.cursor("place").lineage == "restored"


def test_another_process_in_between_makes_nothing_anew(library, gao, bamboo, monkeypatch):
    """Whatever is read first, somebody commits and applies right after it: that is no other history."""
    read, waiting = {}, [True]

    def somebody_works():
        if waiting:
            waiting.clear()
            hide_location(actor=gao, location=bamboo)
            read["applied"] = library.apply("place", list(consumer.changes("place")), consumer.standing(), wait_s=1.0)

    def after(original):
        def reading(*args):
            found = original(*args)
            somebody_works()
            return found

        return reading

    monkeypatch.setattr(type(library), "rebuild", lambda *args: pytest.fail("made anew"))
    monkeypatch.setattr(type(library), "cursor", after(type(library).cursor))
    monkeypatch.setattr(consumer, "standing", after(consumer.standing))
    consumer.catch_up(library, "place", wait_s=1.0)
    assert read["applied"].seq == consumer.standing().seq
    assert total() == 1


def test_who_reads_one_kind_writes_nothing_for_a_change_of_another(library, gao, bamboo, monkeypatch):
    stages = SearchRequest(kind="stage")
    search(stages)
    hide_location(actor=gao, location=bamboo)
    with monkeypatch.context() as patch:
        patch.setattr(type(library), "apply", lambda *args, **kwargs: pytest.fail("written"))
        search(stages)
        with pytest.raises(pytest.fail.Exception):  # the check of the check: places were behind
            total()
    assert total() == 1
