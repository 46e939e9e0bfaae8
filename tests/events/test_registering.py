"""Seats: taken in order, never oversold; changed and given back by link; offered to who waits."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cms.events import actions, tickets
from cms.events.errors import (
    AlreadyRegistered,
    InUse,
    NotEnoughSeats,
    NotRegistrable,
    OfferLapsed,
    SeatsGivenAlready,
    TooMany,
    UnknownCode,
    WrongState,
)
from cms.events.models import AccessCode, Letter, Registration, SeatPool
from portal.audit.models import Event
from tests.factories.events import at, make_hall, make_session, register

NOW = timezone.now()


def public(session):
    return session.pools.get(audience="public")


def letters(registration):
    return list(registration.letters.order_by("pk").values_list("event", flat=True))


def test_a_registration_takes_a_seat_for_each_person(screening):
    made = register(screening, companions=["陈一苇", "陈小满"])
    assert (made.state, made.seats, public(screening).taken) == ("registered", 3, 3)
    assert letters(made) == ["registered"]
    assert Event.objects.filter(action="events.registered").count() == 1


def test_the_mail_has_link_code_and_calendar(screening):
    made = register(screening)
    actions.send_letter(made.letters.get().pk)
    actions.send_letter(made.letters.get().pk)
    (sent,) = mail.outbox
    assert sent.to == [made.email]
    assert made.secret in sent.body
    assert made.spoken_code in sent.body
    assert [name for name, _content, _kind in sent.attachments] == [f"{made.spoken_code}.png", f"{screening.slug}.ics"]


def test_a_mail_cannot_get_another_header(screening):
    made = register(screening)
    type(screening).objects.filter(pk=screening.pk).update(title_zh="题目\r\nBcc: x@y.example")
    actions.send_letter(made.letters.get().pk)
    assert "\n" not in mail.outbox[0].subject


def test_who_comes_when_it_is_full_waits_in_order(screening):
    full = register(screening, companions=["一", "二", "三"])
    register(screening, companions=["一", "二", "三"])
    third = register(screening, companions=["一", "二"])
    single = register(screening)
    assert (third.state, third.position) == ("waiting", 1)
    assert single.state == "waiting", "nobody passes who waits, even where one seat is free"
    actions.cancel_registration(registration=full)
    third.refresh_from_db()
    single.refresh_from_db()
    assert (third.state, single.state) == ("offered", "offered")
    assert public(screening).taken == 4 + 3 + 1


def test_an_offer_is_taken_or_lapses_to_the_next(screening):
    first = register(screening, companions=["一", "二", "三"])
    register(screening, companions=["一", "二", "三"])
    register(screening, companions=["一"])
    wait, later = register(screening, companions=["一", "二"]), register(screening, companions=["一", "二", "三"])
    actions.cancel_registration(registration=first, now=NOW)
    wait.refresh_from_db()
    assert wait.state == "offered"
    late = wait.offered_until + timedelta(seconds=1)
    with pytest.raises(OfferLapsed):
        actions.accept_offer(registration=wait, now=late)
    assert actions.lapse_offers(now=late) == 1
    assert actions.lapse_offers(now=late) == 0
    wait.refresh_from_db()
    later.refresh_from_db()
    assert (wait.state, later.state) == ("lapsed", "offered")
    actions.accept_offer(registration=later, now=late)
    later.refresh_from_db()
    assert later.state == "registered"
    assert letters(later) == ["waiting", "offered", "registered"]


def test_an_offer_never_outlives_the_start(screening):
    first = register(screening, companions=["一", "二", "三"])
    register(screening, companions=["一", "二", "三"])
    register(screening, companions=["一"])
    wait = register(screening)
    now = screening.starts_at - timedelta(hours=1)
    actions.cancel_registration(registration=first, now=now)
    wait.refresh_from_db()
    assert wait.offered_until == screening.starts_at


def test_an_address_registers_once(screening):
    register(screening, email="a@mail.example")
    with pytest.raises(AlreadyRegistered):
        register(screening, email="A@Mail.example")
    actions.cancel_registration(registration=Registration.objects.get())
    register(screening, email="a@mail.example")


def test_too_many_companions_are_refused(screening):
    with pytest.raises(TooMany):
        register(screening, companions=["一", "二", "三", "四"])


@pytest.mark.parametrize("fields", [{"name": ""}, {"email": "no address"}, {"name": "x" * 61}, {"companions": [""]}])
def test_bad_values_are_refused_and_take_no_seat(screening, fields):
    with pytest.raises(ValidationError), transaction.atomic():
        register(screening, **fields)
    assert public(screening).taken == 0


def test_nobody_registers_for_a_draft_a_called_off_or_an_open_session(gao, edition, screening):
    draft = make_session(gao, edition, make_hall(), state="draft")
    free = make_session(gao, edition, make_hall(), entry="open")
    assert not free.pools.exists()
    actions.call_off_session(actor=gao, session=screening, reason_zh="雨", reason_en="Rain")
    screening.refresh_from_db()
    for session in (draft, free, screening):
        with pytest.raises(NotRegistrable):
            register(session)


def test_nobody_registers_once_it_has_begun(screening):
    with pytest.raises(NotRegistrable):
        register(screening, now=screening.starts_at)


def test_a_quota_is_open_to_its_code_alone(gao, edition, hall):
    session = make_session(gao, edition, hall, capacity=3, quotas={"press": 2})
    AccessCode.objects.create(edition=edition, code="PRESS-26", audience="press")
    register(session)
    assert register(session).state == "waiting"
    with pytest.raises(UnknownCode):
        register(session, access_code="GUESS")
    press = register(session, access_code="press-26")
    assert (press.state, press.pool.audience) == ("registered", "press")


def test_fewer_companions_give_seats_to_who_waits(screening):
    big = register(screening, companions=["一", "二", "三"])
    register(screening, companions=["一", "二", "三"])
    register(screening, companions=["一"])
    wait = register(screening, companions=["一"])
    actions.change_companions(registration=big, companions=["一"])
    wait.refresh_from_db()
    assert wait.state == "offered"
    assert public(screening).taken == 10


def test_more_companions_need_free_seats_and_nobody_waiting(screening):
    mine = register(screening)
    register(screening, companions=["一", "二", "三"])
    actions.change_companions(registration=mine, companions=["一"])
    register(screening, companions=["一", "二", "三"])
    assert register(screening, companions=["一"]).state == "waiting"
    with pytest.raises(NotEnoughSeats):
        actions.change_companions(registration=mine, companions=["一", "二"])


def test_capacity_below_what_is_given_is_refused_and_above_is_offered(gao, screening):
    for _one in range(3):
        register(screening, companions=["一", "二", "三"])
    wait = Registration.objects.get(state="waiting")
    screening.refresh_from_db()
    screening.capacity = 7
    with pytest.raises(SeatsGivenAlready):
        actions.keep_session(actor=gao, session=screening)
    screening.capacity = 12
    actions.keep_session(actor=gao, session=screening)
    wait.refresh_from_db()
    assert wait.state == "offered"


def test_the_database_refuses_an_oversold_pool(screening):
    pool = public(screening)
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatPool.objects.filter(pk=pool.pk).update(taken=pool.seats + 1)


def test_calling_off_and_moving_tell_everybody_once(gao, screening):
    seated = register(screening)
    screening.refresh_from_db()
    actions.move_session(actor=gao, session=screening, hall=screening.hall, starts_at=at(15))
    actions.call_off_session(actor=gao, session=screening, reason_zh="雨", reason_en="Rain")
    assert letters(seated) == ["registered", "moved", "called_off"]
    actions.send_letter(seated.letters.get(event="called_off").pk)
    assert "雨" in mail.outbox[0].body


def test_a_session_with_registrations_is_not_deleted_nor_made_open(gao, screening):
    register(screening)
    with pytest.raises(InUse):
        actions.delete_session(actor=gao, session=screening)
    screening.entry = "open"
    with pytest.raises(InUse):
        actions.keep_session(actor=gao, session=screening)


def test_a_reminder_comes_once(screening):
    made = register(screening)
    now = screening.starts_at - timedelta(hours=20)
    assert actions.remind_visitors(now=now - timedelta(days=1)) == 0
    actions.remind_visitors(now=now)
    actions.remind_visitors(now=now + timedelta(minutes=5))
    assert letters(made).count("reminder") == 1


def test_what_visitors_told_us_is_erased_after_the_edition(screening, edition):
    made = register(screening, name="陈可", companions=["陈一苇"], phone="138")
    assert actions.forget_visitors(today=edition.forget_on - timedelta(days=1)) == 0
    assert actions.forget_visitors(today=edition.forget_on) == 1
    made.refresh_from_db()
    assert "陈可" not in f"{made.name} {made.email} {made.phone}"
    assert made.companions.get().name == "–"
    Letter.objects.all().delete()


def test_a_cancelled_registration_stays_cancelled(screening):
    made = register(screening)
    actions.cancel_registration(registration=made)
    with pytest.raises(WrongState):
        actions.cancel_registration(registration=made)
    with pytest.raises(WrongState):
        actions.change_companions(registration=made, companions=[])
    assert public(screening).taken == 0


def test_a_code_of_ours_is_read_and_a_forged_one_is_not(screening):
    made = register(screening)
    text = tickets.payload(made)
    assert tickets.read(text).code == made.code
    mark, session, code, proof = text.split(".")
    forged = [
        f"{mark}.{session}.{code}.{'0' * 10}",
        f"{mark}.{int(session) + 1}.{code}.{proof}",
        "",
        "x" * 5000,
        f"{mark}.²².{code}.{proof}",
        f"{mark}.1.2",
    ]
    assert [tickets.read(one) for one in forged] == [None] * len(forged)
    assert tickets.typed_code(f" {made.spoken_code.lower()} ") == made.code
    assert tickets.typed_code("K7M2-9O") == ""


@pytest.fixture
def offered(gao, edition, hall):
    """Somebody to whom the two seats of a full session are offered."""
    session = make_session(gao, edition, hall, capacity=2)
    first = register(session, companions=["同行"])
    waits = register(session, companions=["同行"])
    actions.cancel_registration(registration=first)
    waits.refresh_from_db()
    assert waits.state == "offered"
    return waits


def test_an_offer_on_a_called_off_session_is_refused_and_nobody_hears_that_it_lapsed(gao, offered, client):
    accept = reverse("events:accept_offer", args=[offered.secret])
    session = offered.session
    session.refresh_from_db()
    actions.call_off_session(actor=gao, session=session, reason_zh="雨", reason_en="Rain")
    with pytest.raises(NotRegistrable):
        actions.accept_offer(registration=offered)
    assert "已取消" in client.post(accept, follow=True).text
    actions.lapse_offers(now=offered.offered_until + timedelta(minutes=1))
    offered.refresh_from_db()
    assert offered.state == "lapsed"
    assert letters(offered) == ["waiting", "offered", "called_off"]


def test_an_offer_is_refused_once_the_session_moved_and_has_begun(gao, offered):
    session = offered.session
    session.refresh_from_db()
    Registration.objects.filter(pk=offered.pk).update(offered_until=session.starts_at)
    actions.move_session(actor=gao, session=session, hall=session.hall, starts_at=at(9))
    offered.refresh_from_db()
    assert offered.offered_until == at(9), "an offer ends at the start, also at an earlier one"
    with pytest.raises((NotRegistrable, OfferLapsed)):
        actions.accept_offer(registration=offered, now=at(9, 30))
    offered.refresh_from_db()
    assert offered.state == "offered"


def test_a_party_larger_than_all_seats_is_refused_and_never_holds_up_the_others(gao, edition, hall):
    session = make_session(gao, edition, hall, capacity=4)
    first, pair = register(session), register(session, companions=["甲"])
    big = register(session, companions=["甲", "乙", "丙"])
    small = register(session, companions=["甲"])
    assert (big.state, small.state) == ("waiting", "waiting")
    actions.cancel_registration(registration=first)
    session.refresh_from_db()
    session.capacity = 3
    actions.keep_session(actor=gao, session=session)
    with pytest.raises(NotEnoughSeats) as refused:
        register(session, companions=["甲", "乙", "丙"])
    assert refused.value.field == "companions"
    actions.cancel_registration(registration=pair)
    small.refresh_from_db()
    big.refresh_from_db()
    assert (big.state, small.state) == ("waiting", "offered")
    assert register(session).state == "registered"


def test_a_place_on_the_waiting_list_may_be_taken_where_no_seat_is_given_yet(gao, edition, hall):
    session = make_session(gao, edition, hall, capacity=2, quotas={"press": 2})
    assert register(session).state == "waiting"
