"""No change is lost: not by a process killed anywhere between outbox and index, not by a cluster in trouble while people work.

`FAULT_SECONDS=30 KILLS=20 pytest tests/search/test_never_lost.py -s` takes the troubles in full and prints the figures.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection

from locations.actions import create_location
from portal.search import checks, consumer, engines
from portal.search.queries import search
from portal.search.query import SearchRequest
from portal.search.spec import specs
from tests.locations import conftest as places

from .conftest import NEEDS_SERVER, SERVER, both_engines, swept, url_of
from .stub import between

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
street = places.street
HERE = Path(__file__).parent
KILLS = {"tantivy": 20, "elasticsearch": int(os.environ.get("KILLS", "6"))}
SECONDS = float(os.environ.get("FAULT_SECONDS", "2"))
ALONE = "PYTEST_XDIST_WORKER" not in os.environ
"""Whether no other process of the suite asks the same server, so that it may be stopped."""


def database_url():
    """Return the test's own database for another process."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    secret = f":{told['PASSWORD']}" if told.get("PASSWORD") else ""
    return f"postgres://{told['USER']}{secret}@{told['HOST']}:{told['PORT']}/{told['NAME']}"


def started(script, *args):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "TEST_DATABASE_URL": database_url()}
    environment["PYTHONPATH"] = str(configured.BASE_DIR)
    command = [sys.executable, str(HERE / script), *map(str, args)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(process, seconds):
    out, err = process.communicate(timeout=seconds)
    assert process.returncode == 0, err[-3000:]
    return json.loads(out)


@pytest.mark.long
@both_engines
def test_a_process_killed_at_any_of_twenty_moments_loses_nothing(in_charge, street):
    kills = KILLS[in_charge.name]
    process = started("dying.py", configured.SEARCH_URL, configured.SEARCH_STANDBY_URL, street.slug, kills)
    told = said(process, 300)
    assert told["steps"] > 40
    assert len(told["moments"]) == kills
    assert [one for one in told["moments"] if one["wrong"] or not one["killed"]] == []
    assert [problem for spec in specs() for problem in checks.drift(spec)] == []


@contextmanager
def stopped_process():
    """Stop the server with SIGSTOP: it accepts and says nothing."""
    home = Path(os.environ.get("SERVERS_HOME", "/var/tmp/portal-servers"))  # noqa: S108 - where tests/servers keeps it
    pid = int((home / f"elasticsearch-{SERVER.rpartition(':')[2]}" / "pid").read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def stopped_server():
    """Stop the server for good and start it again: its data is on the disk."""
    command = [str(configured.BASE_DIR / "tests/servers/elasticsearch")]
    port = SERVER.rpartition(":")[2]
    subprocess.run([*command, "down", port], check=True)
    try:
        yield
    finally:
        subprocess.run([*command, "up", port], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def told_so(cluster, **states):
    """Have the one between answer so."""
    for name, value in states.items():
        setattr(cluster, name, value)
    try:
        yield
    finally:
        cluster.refuses, cluster.hangs, cluster.status = False, False, 0


def ninety_five(answers):
    """Return the 95th percentile in milliseconds."""
    took = sorted(one[2] for one in answers)
    return took[int(len(took) * 0.95)] if took else 0.0


@pytest.mark.long
@pytest.mark.server
@NEEDS_SERVER
def test_four_edit_and_two_search_while_the_cluster_has_every_trouble(settings, tmp_path, gao):
    for number in range(4):
        create_location(actor=gao, **places.fields(100 + number))
    real = url_of("elasticsearch", tmp_path)
    with between(SERVER) as (cluster, port):
        settings.SEARCH_STANDBY_URL = f"tantivy://{tmp_path / 'standby'}"
        settings.SEARCH_URL = f"elasticsearch+http://127.0.0.1:{port}/{real.rpartition('/')[2]}"
        for engine in engines.all_engines():
            for spec in specs():
                consumer.catch_up(engine, spec.kind, wait_s=5)
        troubles = {
            "refused": lambda: told_so(cluster, refuses=True),
            "hung": stopped_process if ALONE else lambda: told_so(cluster, hangs=True),
            "429": lambda: told_so(cluster, status=429),
            "503": lambda: told_so(cluster, status=503),
        }
        if ALONE and SECONDS >= 10:
            troubles["stopped"] = stopped_server
        urls = (settings.SEARCH_URL, settings.SEARCH_STANDBY_URL)
        people = [started("busy.py", *urls, "edit", tmp_path, number) for number in range(4)]
        people += [started("busy.py", *urls, "read", tmp_path, 10 + number) for number in range(2)]
        for _try in range(600):
            if len(list(tmp_path.glob("at-work-*"))) == len(people):
                break
            time.sleep(0.1)
        began = time.time()
        time.sleep(SECONDS + 2)
        spells = [("calm", began, time.time())]
        for name, trouble in troubles.items():
            began = time.time()
            with trouble():
                time.sleep(SECONDS)
            spells.append((name, began, time.time()))
            time.sleep(1)
        (tmp_path / "stop").touch()
        answers = [one for person in people for one in said(person, 120)]
        for _try in range(3):
            consumer.tick()
        drift = [str(problem) for spec in specs() for problem in checks.drift(spec)]
    swept(real)
    figures = {}
    for name, began, ended in spells:
        here = [one for one in answers if began <= one[3] < ended]
        figures[name] = {page: ninety_five([a for a in here if a[0] == page]) for page in ("stages", "search", "edit")}
        figures[name]["answers"] = len(here)
    print(json.dumps(figures))  # noqa: T201 - the figures, with -s
    assert [one for one in answers if one[1] != 200] == []
    assert len(answers) > 20
    assert drift == []
    if not ALONE or SECONDS < 10:
        return  # on a busy machine two seconds say nothing about times
    calm = figures["calm"]
    for name in troubles:
        assert figures[name]["stages"] <= 2 * calm["stages"] + 150, figures  # a page without a search never notices
        assert figures[name]["edit"] <= 2 * calm["edit"] + 300, figures  # nor does an editor


@pytest.mark.server
@NEEDS_SERVER
def test_a_bulk_refused_for_a_while_is_sent_again(settings, tmp_path, gao, street):
    """429 on the first tries only: the clock's patience brings the change in without anybody's help."""
    real = url_of("elasticsearch", tmp_path)
    with between(SERVER) as (cluster, port):
        settings.SEARCH_STANDBY_URL = f"tantivy://{tmp_path / 'standby'}"
        settings.SEARCH_URL = f"elasticsearch+http://127.0.0.1:{port}/{real.rpartition('/')[2]}"
        assert search(SearchRequest(kind="place")).total == 1
        create_location(actor=gao, **places.fields(100))
        with told_so(cluster, status=429):
            consumer.tick()
        assert engines.current().cursor("place").seq < consumer.standing().seq
        consumer.tick()
        assert engines.current().cursor("place") == consumer.standing()
        assert search(SearchRequest(kind="place")).total == 2
    swept(real)
