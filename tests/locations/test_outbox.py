"""The outbox keeps the index true: over processes, through kill -9, with many writers, after a restored backup."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from locations.actions import create_location, hide_location, update_location
from locations.models import Location
from portal.search import checks
from portal.search.actions import stage
from portal.search.models import SearchDocument, SearchSequence
from portal.search.queries import search
from portal.search.query import SearchRequest
from portal.search.spec import spec_of

from .conftest import fields

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
SCRIPT = Path(__file__).with_name("elsewhere.py")


def found():
    return sorted(hit.id for hit in search(SearchRequest(kind="place", size=100)).hits)


def elsewhere(what, slug="-"):
    """Do it in another process, on the same database and index."""
    if connection.vendor != "sqlite":
        pytest.skip("the other process is told a file")
    path = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "TEST_DATABASE_URL": f"sqlite:///{path}",
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
    }
    environment["PYTHONPATH"] = str(settings.BASE_DIR)
    command = [sys.executable, str(SCRIPT), settings.SEARCH_URL, what, slug]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_another_process_sees_and_hides_at_the_next_request(street, bamboo):
    assert found() == sorted([street.pk, bamboo.pk])
    answer = elsewhere("find")
    assert json.loads(answer.stdout) == found(), answer.stderr
    assert elsewhere("hide", bamboo.slug).returncode == 0
    assert found() == [street.pk]


@pytest.mark.parametrize("when", ["hide-and-die-before-applying", "hide-and-die-before-the-cursor"])
def test_a_process_killed_on_the_way_loses_nothing(street, bamboo, when):
    assert len(found()) == 2
    assert elsewhere(when, bamboo.slug).returncode == -signal.SIGKILL
    assert Location.objects.get(slug=bamboo.slug).state == "hidden"
    assert found() == [street.pk]
    assert checks.drift(spec_of("place")) == []


def test_many_writers_leave_no_gap_and_lose_nothing(gao):
    wrong = []

    def write(first):
        try:
            for number in range(first, first + 6):
                place = create_location(actor=gao, **fields(number))
                if number % 3 == 0:
                    update_location(actor=gao, location=place, name_zh=f"新名{number}")
                found()
        except Exception as problem:  # noqa: BLE001 - handed to the test's own thread
            wrong.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(first,)) for first in (100, 200, 300, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    sequence = SearchSequence.objects.get().value
    assert sequence == 24 + 8
    assert SearchDocument.objects.filter(seq__gt=sequence).count() == 0
    assert len(found()) == 24
    assert checks.drift(spec_of("place")) == []


def test_a_rollback_leaves_neither_gap_nor_trace(street, gao):
    before = SearchSequence.objects.get().value

    def fail():
        with transaction.atomic():
            update_location(actor=gao, location=street, name_zh="永不存在")
            found()  # inside the transaction: must not reach the index
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - our own, without a text
        fail()
    assert SearchSequence.objects.get().value == before
    assert search(SearchRequest(kind="place", text="永不存在")).total == 0
    street.refresh_from_db()
    update_location(actor=gao, location=street, name_zh="另一个名字")
    assert SearchSequence.objects.get().value == before + 1
    assert search(SearchRequest(kind="place", text="另一个名字")).total == 1


def test_the_same_document_takes_no_new_number(street):
    with transaction.atomic():
        assert stage(street) is None


def test_an_index_of_another_history_is_made_anew(street, bamboo):
    assert len(found()) == 2
    SearchDocument.objects.filter(object_id=bamboo.pk).delete()
    SearchSequence.objects.update(lineage="restored", value=1)
    assert found() == [street.pk]


def test_check_search_lists_drift_and_repairs_it(street, bamboo, gao, capsys):
    found()
    Location.objects.filter(pk=street.pk).update(name_zh="绕过动作")
    SearchDocument.objects.filter(object_id=bamboo.pk).delete()
    with pytest.raises(SystemExit) as stopped:
        call_command("check_search")
    assert stopped.value.code == 1
    listed = capsys.readouterr().out
    assert "staged as something else" in listed
    assert "never staged" in listed
    call_command("check_search", "--repair")
    call_command("check_search")
    assert search(SearchRequest(kind="place", text="绕过动作")).total == 1


def test_rebuild_search_swaps_while_readers_read(street, bamboo, capsys):
    assert len(found()) == 2
    call_command("rebuild_search")
    assert "place: 2 documents" in capsys.readouterr().out
    assert len(found()) == 2


def test_bench_search_prints_figures(capsys):
    call_command("bench_search", "--documents", "60", "--times", "3")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"workload", "p50", "p95", "requests_per_s"} <= set(lines[0])
    assert {"text", "no text, 12 facets", "suggest"} <= {line["workload"] for line in lines}


def test_hiding_is_felt_at_once_here_too(street, gao):
    assert found() == [street.pk]
    hide_location(actor=gao, location=street)
    assert found() == []
