"""Eight editors, one hall; eight phones, the last seats. Each race has a naive control that loses.

`EVENT_ROUNDS=200 … pytest tests/events/test_races.py` is the full size: eight clients with two hundred registrations each.
"""

import os
import random
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum

from cms.events import actions
from cms.events.actions.programme import Kept
from cms.events.errors import ScheduleConflict
from cms.events.models import AccessCode, Pick, ProgrammeSession, Registration, SeatPool
from portal.core.errors import Busy, RuleViolation
from tests.bookings.test_races import at_once
from tests.factories.events import at, make_copy, make_edition, make_film, make_hall, make_person, make_session

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CLIENTS = 8
ROUNDS = int(os.environ.get("EVENT_ROUNDS", "6"))


def collide(gao, shared):
    """Let eight editors at once make a session with something shared; return what each got."""
    edition, halls = make_edition(), [make_hall() for _number in range(CLIENTS)]
    return at_once([lambda hall=hall: shared(edition, hall) for hall in halls])


def one_of(results):
    won = [one for one in results if isinstance(one, (Kept, ProgrammeSession))]
    lost = [one for one in results if one not in won]
    assert len(won) == 1, results
    assert all(isinstance(one, (ScheduleConflict, Busy)) for one in lost), lost
    assert ProgrammeSession.objects.count() == 1


@pytest.mark.parametrize("round_", range(2))
def test_a_hall_is_taken_once(gao, round_):
    hall = make_hall()
    one_of(collide(gao, lambda edition, _hall: make_session(gao, edition, hall)))


@pytest.mark.parametrize("round_", range(2))
def test_a_guest_is_in_one_place(gao, round_):
    guest = make_person()
    one_of(collide(gao, lambda edition, hall: make_session(gao, edition, hall, guests=[guest])))


@pytest.mark.parametrize("round_", range(2))
def test_a_film_copy_runs_in_one_place(gao, round_):
    film = make_film()
    copy = make_copy(film)
    one_of(collide(gao, lambda edition, hall: make_session(gao, edition, hall, showings=[(film, copy)])))


def test_two_moves_into_one_gap_are_one(gao):
    edition, hall = make_edition(), make_hall()
    sessions = [make_session(gao, edition, make_hall(), begins=at(9)) for _number in range(CLIENTS)]
    results = at_once(
        [lambda one=one: actions.move_session(actor=gao, session=one, hall=hall, starts_at=at(14)) for one in sessions]
    )
    assert sum(isinstance(one, Kept) for one in results) == 1, results
    assert hall.sessions.count() == 1


def test_without_locks_the_same_race_is_lost():
    """The naive control: look, then write. If nobody collides here, the tests above prove nothing."""
    edition, hall = make_edition(), make_hall()

    def naive(number):
        begins = at(10)
        taken = ProgrammeSession.objects.filter(
            hall=hall, starts_at__lt=begins + timedelta(hours=1), ends_at__gt=begins
        )
        if taken.exists():
            return None
        time.sleep(0.05)
        return ProgrammeSession.objects.create(
            edition=edition, hall=hall, slug=f"naive-{number}", title_zh="甲", title_en="A", starts_at=begins,
            ends_at=begins + timedelta(hours=1),
        )  # fmt: skip

    at_once([lambda number=number: naive(number) for number in range(CLIENTS)])
    assert ProgrammeSession.objects.filter(hall=hall).count() > 1


def test_five_presses_on_keep_at_once_raise_nothing_and_keep_at_most_one(gao, lin):
    session = make_session(gao, make_edition(), make_hall())
    for _round in range(3):
        results = at_once([lambda: actions.toggle_pick(actor=lin, session=session)] * 5)
        assert all(isinstance(one, bool) for one in results), results
        assert Pick.objects.filter(user=lin, session=session).count() <= 1


def test_a_device_that_brings_its_programme_five_times_at_once_brings_it_once(gao, lin):
    edition, hall = make_edition(), make_hall()
    sessions = [make_session(gao, edition, hall, begins=at(hour)) for hour in (9, 12, 15)]
    assert at_once([lambda: actions.keep_picks(actor=lin, sessions=sessions)] * 5) == [None] * 5
    assert Pick.objects.filter(user=lin).count() == 3


# Seats


def crowd(session, codes=("",)):
    """Eight clients, each with `ROUNDS` registrations of one to three people; return what each got."""

    def client(number):
        dice, got = random.Random(number), []
        for turn in range(ROUNDS):
            companions = ["同行"] * dice.choice([0, 0, 1, 2])
            values = {
                "session": ProgrammeSession.objects.select_related("edition").get(pk=session.pk), "name": f"观众{number}-{turn}",
                "email": f"c{number}-{turn}@mail.example", "companions": companions, "access_code": dice.choice(codes),
            }  # fmt: skip
            got.append(until_free(lambda values=values: actions.register(**values)))
        return got

    results = at_once([lambda number=number: client(number) for number in range(CLIENTS)])
    for one in results:
        assert isinstance(one, list), one
    return [made for one in results for made in one]


def until_free(action):
    """Try again where a lock could not be had in time, as a person would."""
    for _try in range(20):
        try:
            return action()
        except Busy:
            time.sleep(0.05)
    raise AssertionError("never free")


def check_pools(session):
    for pool in SeatPool.objects.filter(session=session):
        seated = pool.registrations.filter(state__in=Registration.SEATED).aggregate(all=Sum("seats"))["all"] or 0
        assert pool.taken == seated <= pool.seats, pool
        places = list(pool.registrations.exclude(position=None).order_by("position").values_list("position", flat=True))
        assert places == sorted(set(places))
        assert pool.last_position == (places[-1] if places else 0)


def test_the_last_seats_are_given_once(gao):
    session = make_session(gao, make_edition(), make_hall(seats=5000), capacity=CLIENTS * ROUNDS // 2)
    made = crowd(session)
    assert len(made) == CLIENTS * ROUNDS
    check_pools(session)
    pool = session.pools.get()
    waiting = pool.registrations.filter(state="waiting")
    assert waiting.exists()
    assert pool.free < min(waiting.values_list("seats", flat=True)) or pool.free < 3


def test_quotas_are_given_to_their_own_once(gao):
    edition = make_edition()
    AccessCode.objects.create(edition=edition, audience="press", code="PRESS")
    AccessCode.objects.create(edition=edition, audience="industry", code="TRADE")
    part = max(2, CLIENTS * ROUNDS // 5)
    session = make_session(
        gao, edition, make_hall(seats=5000), capacity=4 * part, quotas={"press": part, "industry": part}
    )
    crowd(session, codes=("", "PRESS", "TRADE"))
    check_pools(session)
    assert {pool.audience: pool.seats for pool in session.pools.all()} == {
        "press": part,
        "industry": part,
        "public": 2 * part,
    }


def test_the_waiting_list_keeps_its_order_while_seats_come_back(gao):
    session = make_session(gao, make_edition(), make_hall(seats=5000), capacity=max(8, CLIENTS * ROUNDS // 4))
    crowd(session)
    seated = list(session.registrations.filter(state="registered").order_by("?")[: CLIENTS * 2])
    before = list(session.registrations.filter(state="waiting").order_by("position").values_list("pk", flat=True))
    parts = [seated[number::CLIENTS] for number in range(CLIENTS)]

    def give_back(part):
        return [until_free(lambda one=one: actions.cancel_registration(registration=one)) for one in part]

    results = at_once([lambda part=part: give_back(part) for part in parts])
    assert all(isinstance(one, list) for one in results), results
    check_pools(session)
    offered = set(session.registrations.filter(state="offered").values_list("pk", flat=True))
    assert offered
    assert offered == set(before[: len(offered)])


def test_without_the_pools_lock_seats_are_oversold(gao):
    """The naive control: count, then write."""
    session = make_session(gao, make_edition(), make_hall(), capacity=10)
    pool = session.pools.get()

    def naive(number):
        given = pool.registrations.aggregate(all=Sum("seats"))["all"] or 0
        if given + 2 > pool.seats:
            return None
        time.sleep(0.05)
        with transaction.atomic():
            return Registration.objects.create(
                session=session, pool=pool, name="甲", email=f"n{number}@mail.example", seats=2, code=f"N{number:05d}"
            )

    at_once([lambda number=number: naive(number) for number in range(CLIENTS)])
    assert pool.registrations.aggregate(all=Sum("seats"))["all"] > pool.seats


def test_a_session_called_off_meanwhile_takes_nobody(gao):
    session = make_session(gao, make_edition(), make_hall())
    stale = ProgrammeSession.objects.select_related("edition").get(pk=session.pk)
    actions.call_off_session(actor=gao, session=session, reason_zh="雨", reason_en="Rain")
    with pytest.raises(RuleViolation):
        actions.register(session=stale, name="陈可", email="a@mail.example")
    assert not Registration.objects.exists()
