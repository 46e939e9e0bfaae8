"""The queue: a task is started once while its worker lives, again when it died, and given up after five."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from portal.tasks import retry
from portal.tasks.models import Pulse
from portal.tasks.pulses import DEAD_AFTER, beat, beating, database_now, seen_at, take_lease

pytestmark = pytest.mark.django_db
READY, RUNNING, FAILED = TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED


def queued(status, *, workers=("w1",), began=timedelta(minutes=10), path="portal.notifications.tasks.send_mail"):
    now = timezone.now()
    return DBTaskResult.objects.create(
        status=status,
        started_at=now - began if status != READY else None,
        finished_at=now - timedelta(hours=1) if status == FAILED else None,
        args_kwargs={"args": [0], "kwargs": {}},
        task_path=path,
        worker_ids=list(workers),
        backend_name="default",
        run_after=get_date_max(),
        exception_class_path="builtins.ValueError" if status == FAILED else "",
        traceback="",
    )


def last_beat(name, ago):
    Pulse.objects.update_or_create(pk=name, defaults={"seen_at": database_now() - ago})


def state_of(row):
    row.refresh_from_db()
    return row.status


def test_a_task_of_ten_minutes_is_not_started_twice_while_its_worker_beats():
    row = queued(RUNNING, began=timedelta(minutes=10))
    last_beat("w1", timedelta(seconds=9))
    beat(retry.QUEUE)
    assert retry.requeue_stuck() == 0
    assert state_of(row) == RUNNING


def test_a_task_of_a_dead_worker_is_started_again():
    row = queued(RUNNING)
    last_beat("w1", DEAD_AFTER + timedelta(seconds=1))
    beat(retry.QUEUE)
    assert retry.requeue_stuck() == 1
    assert state_of(row) == READY


def test_a_worker_that_was_never_seen_gets_time_for_its_first_beat():
    row = queued(RUNNING, began=timedelta(seconds=20))
    beat(retry.QUEUE)
    retry.requeue_stuck()
    assert state_of(row) == RUNNING


def test_a_database_that_was_away_makes_nobody_dead():
    row = queued(RUNNING)
    for name in ("w1", retry.QUEUE):
        last_beat(name, timedelta(minutes=10))  # nobody could write for ten minutes
    assert retry.requeue_stuck() == 0
    assert state_of(row) == RUNNING
    last_beat("w1", timedelta(seconds=1))
    assert retry.requeue_stuck() == 0


def test_a_task_that_kills_its_worker_is_given_up_after_five_and_can_be_tried_again():
    row = queued(READY, workers=())
    for number in range(20):
        if state_of(row) != READY:
            break
        row.claim(f"w{number}")  # a worker takes it, and dies
        DBTaskResult.objects.filter(pk=row.pk).update(started_at=timezone.now() - timedelta(minutes=5))
        beat(retry.QUEUE)
        retry.requeue_stuck()
    assert state_of(row) == FAILED
    assert (len(row.worker_ids), row.exception_class_path) == (5, retry.LOST)
    assert retry.given_up() == [row]
    assert retry.finally_failed() == 1
    retry.try_again(str(row.pk))
    assert state_of(row) == READY
    assert row.worker_ids == []
    assert retry.given_up() == []


def test_a_failed_task_rests_longer_each_time_and_is_given_up_after_five():
    row = queued(FAILED, workers=["a", "b", "c"])
    DBTaskResult.objects.filter(pk=row.pk).update(finished_at=timezone.now() - timedelta(seconds=60))
    beat(retry.QUEUE)
    assert retry.requeue_stuck() == 0  # 135 s after the third try
    DBTaskResult.objects.filter(pk=row.pk).update(finished_at=timezone.now() - timedelta(seconds=140))
    assert retry.requeue_stuck() == 1
    last = queued(FAILED, workers=list("abcde"))
    assert retry.requeue_stuck() == 0
    assert retry.given_up() == [last]


def test_only_one_of_several_holds_a_lease_and_a_dead_holder_loses_it():
    assert take_lease("tick", "one", seconds=30)
    assert take_lease("tick", "one", seconds=30)
    assert not take_lease("tick", "two", seconds=30)
    assert take_lease("tick", "one", seconds=-1)
    assert take_lease("tick", "two", seconds=30)
    assert not take_lease("tick", "one", seconds=30)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_worker_beats_while_it_works_and_says_when_it_stops(monkeypatch):
    monkeypatch.setattr("portal.tasks.pulses.BEAT_S", 0.05)
    with beating("busy"):
        first = seen_at({"busy"})["busy"]
        for _try in range(200):
            if seen_at({"busy"})["busy"] > first:
                break
            time.sleep(0.02)
        assert seen_at({"busy"})["busy"] > first
    assert not Pulse.objects.filter(pk="busy").exists()
