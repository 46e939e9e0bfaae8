"""What collides: halls, guests, film copies, ways between venues, at three levels."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bookings.models import Closure, DayAllocation
from cms.events import actions, rules
from cms.events.errors import OutsideEdition, ScheduleConflict, StageTaken, VersionChanged
from cms.events.models import ProgrammeSession, StageDay, Travel
from portal.audit.models import Event
from portal.core.day_ranges import DayRange
from tests.bookings.conftest import firm
from tests.factories.events import START, at, make_copy, make_edition, make_film, make_hall, make_person, make_session
from tests.factories.studios import make_resource


def test_a_session_is_saved_with_a_trail_and_its_seats(gao, edition, hall):
    session = make_session(gao, edition, hall, quotas={"press": 20})
    assert {pool.audience: pool.seats for pool in session.pools.all()} == {"press": 20, "public": 80}
    assert Event.objects.filter(action="events.session_made").count() == 1


@pytest.mark.parametrize("who", ["lin", "zhao", "mei", "fang"])
def test_nobody_but_an_editor_makes_sessions(request, who, gao, edition, hall):
    session = make_session(gao, edition, hall)
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        make_session(person, edition, hall, begins=at(15))
    with pytest.raises(PermissionDenied):
        actions.move_session(actor=person, session=session, hall=hall, starts_at=at(18))
    with pytest.raises(PermissionDenied):
        actions.call_off_session(actor=person, session=session, reason_zh="x", reason_en="x")
    with pytest.raises(PermissionDenied):
        actions.delete_session(actor=person, session=session)


@pytest.mark.parametrize("start", [at(9), at(10), at(10, 30), at(11)])
def test_a_hall_is_not_taken_twice(gao, edition, hall, start):
    make_session(gao, edition, hall, begins=at(10))
    with pytest.raises(ScheduleConflict) as refused:
        make_session(gao, edition, hall, begins=start)
    assert refused.value.conflicts[0].kind == rules.HALL
    assert ProgrammeSession.objects.count() == 1


def test_level_warn_saves_and_says_so(gao, hall):
    edition = make_edition(hall_level="warn")
    make_session(gao, edition, hall)
    twin = ProgrammeSession(
        edition=edition, hall=hall, slug="twin", title_zh="双", title_en="Twin", starts_at=at(10), ends_at=at(11)
    )
    kept = actions.keep_session(actor=gao, session=twin)
    assert [one.level for one in kept.warnings] == ["warn"]


def test_level_ignore_says_nothing(gao, hall):
    edition = make_edition(hall_level="ignore")
    make_session(gao, edition, hall)
    twin = ProgrammeSession(
        edition=edition, hall=hall, slug="twin", title_zh="双", title_en="Twin", starts_at=at(10), ends_at=at(11)
    )
    assert actions.keep_session(actor=gao, session=twin).warnings == ()


def test_too_little_time_to_clear_a_hall_is_a_warning(gao, edition, hall):
    make_session(gao, edition, hall, begins=at(10), minutes=60)
    near = ProgrammeSession(
        edition=edition, hall=hall, slug="near", title_zh="近", title_en="Near", starts_at=at(11, 5), ends_at=at(12)
    )
    assert [one.kind for one in actions.keep_session(actor=gao, session=near).warnings] == [rules.GAP]


def test_a_guest_is_not_in_two_places(gao, edition, hall):
    guest = make_person()
    make_session(gao, edition, hall, guests=[guest])
    with pytest.raises(ScheduleConflict) as refused:
        make_session(gao, edition, make_hall(), guests=[guest])
    assert refused.value.conflicts[0].kind == rules.PERSON


def test_a_copy_is_not_in_two_places_but_a_second_copy_is(gao, edition, hall):
    copy = make_copy()
    make_session(gao, edition, hall, showings=[(copy.film, copy)])
    with pytest.raises(ScheduleConflict) as refused:
        make_session(gao, edition, make_hall(), showings=[(copy.film, copy)])
    assert refused.value.conflicts[0].kind == rules.COPY
    make_session(gao, edition, make_hall(), showings=[(copy.film, make_copy(copy.film, label="DCP 2"))])


@pytest.mark.parametrize(("minutes", "warned"), [(20, True), (40, False)])
def test_the_way_between_venues_takes_time(gao, edition, hall, minutes, warned):
    guest, far = make_person(), make_hall()
    Travel.objects.create(one=far.venue, other=hall.venue, minutes=30)
    make_session(gao, edition, hall, begins=at(10), minutes=60, guests=[guest])
    begins = at(11) + timedelta(minutes=minutes)
    later = ProgrammeSession(
        edition=edition,
        hall=far,
        slug="later",
        title_zh="后",
        title_en="Later",
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
    )
    kinds = [one.kind for one in actions.keep_session(actor=gao, session=later, guests=[guest]).warnings]
    assert kinds == ([rules.TRAVEL] if warned else [])


def test_a_key_that_does_not_open_then_is_a_warning(gao, edition, hall):
    copy = make_copy(key_from=at(12), key_until=at(20))
    session = ProgrammeSession(
        edition=edition, hall=hall, slug="key", title_zh="钥", title_en="Key", starts_at=at(10), ends_at=at(12)
    )
    kept = actions.keep_session(actor=gao, session=session, showings=[(copy.film, copy)])
    assert [one.kind for one in kept.warnings] == [rules.KEY]


def test_a_session_may_run_past_midnight_and_belongs_to_the_evening_before(gao, edition, hall):
    session = make_session(gao, edition, hall, begins=at(23, 30), minutes=120)
    assert session.day == START
    after = make_session(gao, edition, make_hall(), begins=at(24, 30), minutes=60)
    assert after.day == START


@pytest.mark.parametrize(
    ("begins", "minutes", "field"),
    [
        (at(10, day=-1), 60, "starts_at"),
        (at(10, day=5), 60, "starts_at"),
        (at(7), 60, "starts_at"),
        (at(25), 120, "ends_at"),
    ],
)
def test_on_no_day_of_the_edition_or_in_a_closed_hall_is_refused(gao, edition, hall, begins, minutes, field):
    with pytest.raises(OutsideEdition) as refused:
        make_session(gao, edition, hall, begins=begins, minutes=minutes)
    assert refused.value.field == field


def test_an_end_before_the_start_is_refused(gao, edition, hall):
    with pytest.raises(ValidationError):
        make_session(gao, edition, hall, minutes=-30)


def test_a_stale_version_is_refused(gao, screening):
    actions.keep_session(actor=gao, session=ProgrammeSession.objects.get(pk=screening.pk))
    with pytest.raises(VersionChanged):
        actions.keep_session(actor=gao, session=ProgrammeSession.objects.get(pk=screening.pk), version=1)


def test_moving_keeps_the_length(gao, edition, screening):
    kept = actions.move_session(actor=gao, session=screening, hall=screening.hall, starts_at=at(14, 15))
    assert kept.session.minutes == 90
    assert kept.session.starts_at == at(14, 15)


def stage_hall():
    resource = make_resource()
    return make_hall(resource=resource), resource


def test_a_session_on_a_stage_takes_its_day_and_gives_it_back(gao, edition):
    hall, resource = stage_hall()
    session = make_session(gao, edition, hall)
    assert DayAllocation.objects.filter(resource=resource, day=START, kind="closure").count() == 1
    other = make_session(gao, edition, hall, begins=at(15))
    assert Closure.objects.count() == 1
    actions.call_off_session(actor=gao, session=session, reason_zh="雨", reason_en="Rain")
    assert StageDay.objects.count() == 1
    actions.delete_session(actor=gao, session=other)
    assert not DayAllocation.objects.exists()
    assert not Closure.objects.exists()


def test_moving_to_another_day_moves_the_stage_day(gao, edition):
    hall, resource = stage_hall()
    session = make_session(gao, edition, hall)
    actions.move_session(actor=gao, session=session, hall=hall, starts_at=at(10, day=2))
    assert list(DayAllocation.objects.filter(resource=resource).values_list("day", flat=True)) == [
        START + timedelta(days=2)
    ]


def test_a_stage_that_a_crew_has_confirmed_is_refused(gao, lin, edition):
    hall, resource = stage_hall()
    firm(lin, resource, DayRange(START, START + timedelta(days=3)))
    with pytest.raises(StageTaken):
        make_session(gao, edition, hall)
    make_session(gao, edition, hall, begins=at(10, day=4))


def test_a_copied_edition_has_the_sessions_as_drafts_and_nobody_registered(gao, edition, hall):
    guest, copy = make_person(), make_copy(make_film())
    source = make_session(gao, edition, hall, guests=[guest], showings=[(copy.film, copy)], quotas={"press": 10})
    actions.register(session=source, name="陈可", email="a@mail.example")
    start = START + timedelta(days=300)
    report = actions.copy_edition(actor=gao, edition=edition, slug="next", name_zh="下届", name_en="Next", start=start)
    twin = report.edition.sessions.get()
    assert (report.sessions, report.skipped) == (1, [])
    assert (twin.state, twin.day, twin.minutes) == ("draft", start, 90)
    assert twin.guests.get().person == guest
    assert {pool.audience: pool.seats for pool in twin.pools.all()} == {"press": 10, "public": 90}
    assert not twin.registrations.exists()


def test_a_copy_names_what_found_no_room(gao, lin, edition):
    hall, resource = stage_hall()
    make_session(gao, edition, hall)
    start = START + timedelta(days=100)
    firm(lin, resource, DayRange(start, start + timedelta(days=2)))
    report = actions.copy_edition(actor=gao, edition=edition, slug="next", name_zh="下届", name_en="Next", start=start)
    assert report.sessions == 0
    assert len(report.skipped) == 1


def test_a_hall_that_closes_early_is_checked_by_its_hours(gao, edition):
    hall = make_hall(opens_at=time(9), closes_at=time(18))
    make_session(gao, edition, hall, begins=at(16), minutes=120)
    with pytest.raises(OutsideEdition):
        make_session(gao, edition, hall, begins=at(17), minutes=90)
