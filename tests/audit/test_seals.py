"""Seals of the trail: what is changed, lost or added after it was sealed is found, and sealing makes no write wait."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from portal.audit import sealing
from portal.audit.actions import record
from portal.audit.models import AuditSeal, Event
from portal.core.append_only import release_table
from tests.audit.test_append_only import Editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(lin, settings, monkeypatch):
    """Twelve events in three seals of five, five and two; the guards that the suite lifts are not missed."""
    monkeypatch.setattr(sealing, "STRETCH", 5)
    monkeypatch.setattr(sealing, "missing_guards", lambda *_: [])
    Event.objects.all()._raw_delete("default") if connection.vendor == "sqlite" else None
    made = [record("tests.tried", actor=lin, subject=lin, number=number, text="汉字 é") for number in range(12)]
    sealing.seal_finished(now=timezone.now() + timedelta(hours=2))
    for table in ("audit_event", "audit_auditseal"):
        release_table(Editor(), table)  # somebody who owns the database
    return made


def test_a_trail_that_nobody_touched_is_whole(trail):
    assert AuditSeal.objects.count() >= 3
    assert sealing.broken_seals() == []
    out = StringIO()
    call_command("check_audit", stdout=out)
    assert "nothing broken" in out.getvalue()
    assert AuditSeal.objects.order_by("-last").first().digest in out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        {"action": "tests.other"},
        {"data": {"number": 99}},
        {"actor": None},
        {"subject_label": "x"},
        {"created_at": timezone.now() - timedelta(days=1)},
    ],
)
def test_a_changed_event_is_found(trail, change):
    Event.objects.filter(pk=trail[6].pk).update(**change)
    (line,) = sealing.broken_seals()
    assert "changed" in line
    with pytest.raises(CommandError, match="changed"):
        call_command("check_audit")


def test_a_lost_event_is_found(trail):
    Event.objects.filter(pk=trail[3].pk)._raw_delete("default")
    (line,) = sealing.broken_seals()
    assert "1 missing" in line


def test_an_event_put_in_between_is_found(trail):
    gone = trail[7].pk
    Event.objects.filter(pk=gone)._raw_delete("default")
    sealed = AuditSeal.objects.filter(last__gte=gone).first()
    AuditSeal.objects.filter(pk=sealed.pk).update(count=sealed.count - 1)
    Event.objects.bulk_create([Event(pk=gone, action="tests.forged", subject_type="x", subject_id="1")])
    assert any("inserted" in line for line in sealing.broken_seals())


def test_a_lost_and_a_forged_event_do_not_balance(trail):
    Event.objects.filter(pk=trail[7].pk)._raw_delete("default")
    Event.objects.bulk_create([Event(pk=trail[7].pk, action="tests.forged", subject_type="x", subject_id="1")])
    assert any("changed" in line for line in sealing.broken_seals())


def test_a_changed_or_lost_seal_is_found(trail):
    seal = AuditSeal.objects.order_by("first")[1]
    AuditSeal.objects.filter(pk=seal.pk).update(digest="f" * 64)
    assert len(sealing.broken_seals()) == 2  # itself, and the one after it
    AuditSeal.objects.filter(pk=seal.pk)._raw_delete("default")
    assert any("a seal is missing" in line for line in sealing.broken_seals())


def test_a_whole_trail_sealed_anew_shows_against_the_line_kept_elsewhere(trail):
    kept = sealing.last_seal()
    Event.objects.filter(pk=trail[0].pk).update(action="tests.forged")
    AuditSeal.objects.all()._raw_delete("default")
    sealing.seal_finished(now=timezone.now() + timedelta(hours=2))
    assert sealing.broken_seals() == []
    assert sealing.last_seal() != kept


def test_what_is_young_is_not_sealed(lin):
    record("tests.tried", actor=lin, subject=lin)
    assert sealing.seal_finished() == 0


def test_nothing_is_sealed_beyond_a_young_event(lin):
    young, old = (record("tests.tried", actor=lin, subject=lin) for _ in range(2))
    release_table(Editor(), "audit_event")
    Event.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=2))
    sealing.seal_finished()
    assert not AuditSeal.objects.filter(last__gte=young.pk).exists()
