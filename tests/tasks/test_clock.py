"""The clocks: each job on its own feet, one process that ticks, and no deed in a time nobody believes."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import Event
from portal.tasks import clock, schedule
from portal.tasks.management.commands import tick
from portal.tasks.models import Lease, Pulse
from portal.tasks.pulses import database_now
from tests.bookings.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(monkeypatch):
    """Three jobs, the second of which breaks."""
    seen = []

    def breaks():
        seen.append("breaks")
        raise ValueError("a fault that is no database's")

    jobs = {
        name: schedule.Scheduled(name, timedelta(minutes=1), job)
        for name, job in (("a", lambda: seen.append("a")), ("b", breaks), ("c", lambda: seen.append("c")))
    }
    monkeypatch.setattr(schedule, "_jobs", jobs)
    return seen


def clocks_last_ran(ago):
    Pulse.objects.update_or_create(pk=clock.CLOCK, defaults={"seen_at": database_now() - ago})


def test_a_job_that_breaks_starves_nobody(ran):
    call_command("tick", "--once")
    assert ran == ["a", "breaks", "c"]


@pytest.mark.parametrize("days", [8, 400])
def test_after_a_jump_the_clocks_wait_for_a_person(ran, days):
    clocks_last_ran(timedelta(days=days))
    call_command("tick", "--once")
    assert ran == []
    assert clock.jumped()
    call_command("tick", "--once", "--believe-clock")
    assert ran == ["a", "breaks", "c"]


def test_a_clock_set_back_is_doubted_too(ran):
    clocks_last_ran(timedelta(days=-1))
    call_command("tick", "--once")
    assert ran == []


def test_a_weekend_off_is_no_jump(ran):
    clocks_last_ran(timedelta(days=2, hours=12))
    call_command("tick", "--once")
    assert ran


def test_a_machine_ahead_of_its_database_does_nothing(ran, monkeypatch):
    ahead = timezone.now() + timedelta(days=8)
    monkeypatch.setattr("portal.tasks.clock.timezone.now", lambda: ahead)
    call_command("tick", "--once")
    assert ran == []
    assert not clock.jumped()  # nothing to believe: this machine's clock has to be set


def test_while_another_process_ticks_this_one_does_not(ran):
    Lease.objects.create(name="tick", holder="another:1", until=database_now() + timedelta(seconds=20))
    call_command("tick", "--once")
    assert ran == []


def test_several_ticks_at_once_raise_nothing(ran):
    command = tick.Command()
    command.holder, command.doubted = "one:1", ""
    other = tick.Command()
    other.holder, other.doubted = "two:2", ""
    assert command.may_run()
    assert not other.may_run()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_five_ticks_at_the_same_moment_one_runs_and_none_raises(ran, caplog):
    def one(number):
        command = tick.Command()
        command.holder, command.doubted = f"machine:{number}", ""
        return command.may_run()

    for _round in range(3):
        results = at_once([lambda number=number: one(number) for number in range(5)])
        assert sorted(results) == [False] * 4 + [True]
        Lease.objects.all().delete()
    assert "does not answer" not in caplog.text  # `may_run` turns a database's refusal into that line


def test_staff_see_the_doubt_and_take_it_away(client, mei, ran):
    clocks_last_ran(timedelta(days=8))
    client.force_login(mei)
    page = client.get(reverse("queue_desk"))
    assert "定时任务已暂停" in page.text
    assert client.get(reverse("readyz")).json()["clock"] == {"state": "doubted"}
    client.post(reverse("queue_desk"), {"clock": "1"})
    assert not clock.doubt()
    assert Event.objects.filter(action="notifications.clock_believed", actor=mei).exists()


@pytest.mark.parametrize("who", ["lin", "zhao", None])
def test_strangers_neither_see_the_queue_nor_move_it(client, who, request, ran):
    clocks_last_ran(timedelta(days=8))
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("queue_desk")).status_code in {302, 403}
    assert client.post(reverse("queue_desk"), {"clock": "1"}).status_code in {302, 403}
    assert clock.doubt()
