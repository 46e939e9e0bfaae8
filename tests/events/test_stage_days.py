"""Film week over crews' days: a draft asks and takes nothing; over a hold only a stage manager gives the day."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bookings import actions as bookings
from bookings.errors import HoldsInTheWay
from bookings.models import Closure, DayAllocation
from bookings.queries import headline_rank, ranks
from cms.events import actions
from cms.events.errors import StageHeld, StageTaken, WrongState
from cms.events.models import StageDay, StageRequest
from portal.audit.queries import history
from portal.core.day_ranges import DayRange
from portal.notifications.models import Notice
from tests.bookings.conftest import firm, hold
from tests.factories.events import START, at, make_hall, make_session
from tests.factories.studios import make_resource

pytestmark = pytest.mark.django_db
DAYS = DayRange(START, START + timedelta(days=2))


@pytest.fixture
def stage(db):
    return make_resource()


@pytest.fixture
def stage_hall(stage):
    return make_hall(resource=stage)


def draft(gao, edition, hall, **fields):
    return make_session(gao, edition, hall, state="draft", **fields)


def test_a_draft_takes_nothing(gao, edition, stage_hall):
    draft(gao, edition, stage_hall)
    assert not Closure.objects.exists()
    assert not StageRequest.objects.exists(), "nobody holds the day: nothing has to be asked"


def test_announcing_takes_a_free_day(gao, edition, stage, stage_hall):
    session = draft(gao, edition, stage_hall)
    actions.announce_session(actor=gao, session=session)
    closure = Closure.objects.get()
    assert (closure.kind, closure.resource, closure.reason) == ("event", stage, edition.name_zh)
    assert DayAllocation.objects.filter(resource=stage, day=START, kind="closure").exists()


def test_a_draft_on_a_held_day_asks_the_stage_managers_once(gao, lin, mei, edition, stage, stage_hall):
    hold(lin, stage, DAYS)
    draft(gao, edition, stage_hall)
    draft(gao, edition, stage_hall, begins=at(15))
    asked = StageRequest.objects.get()
    assert (asked.resource, asked.day, asked.state) == (stage, START, "asked")
    assert Notice.objects.filter(event="events.stage_day_asked", recipient=mei).count() == 1
    assert not Closure.objects.exists()
    assert not Notice.objects.filter(event="bookings.days_closed").exists()


def test_a_draft_on_a_firm_day_is_refused(gao, lin, edition, stage, stage_hall):
    firm(lin, stage, DAYS)
    with pytest.raises(StageTaken):
        draft(gao, edition, stage_hall)


def test_an_editor_cannot_announce_over_a_hold(gao, lin, edition, stage, stage_hall):
    mine = hold(lin, stage, DAYS)
    session = draft(gao, edition, stage_hall)
    with pytest.raises(StageHeld) as refused:
        actions.announce_session(actor=gao, session=session)
    assert mine.organisation.name not in str(refused.value), "who holds is the stage managers' to know"
    assert not StageDay.objects.exists()
    assert headline_rank(ranks(mine)) == 1


def test_an_editor_cannot_give_a_crews_day_to_himself(gao, lin, edition, stage, stage_hall):
    hold(lin, stage, DAYS)
    draft(gao, edition, stage_hall)
    with pytest.raises(PermissionDenied):
        actions.give_stage_day(actor=gao, request=StageRequest.objects.get())
    with pytest.raises(PermissionDenied):
        bookings.close_for_event(actor=gao, resource=stage, days=DAYS, reason="x", over_holds=True)
    with pytest.raises(HoldsInTheWay):
        bookings.close_for_event(actor=gao, resource=stage, days=DAYS, reason="x")


def test_a_given_day_tells_the_crew_what_it_is_and_where_else_to_go(gao, lin, mei, edition, stage, stage_hall):
    mine = hold(lin, stage, DAYS)
    session = draft(gao, edition, stage_hall)
    actions.give_stage_day(actor=mei, request=StageRequest.objects.get(), message="9 楼的棚空着")
    told = Notice.objects.get(event="bookings.days_closed", recipient=lin)
    assert edition.name_zh in told.body
    assert "9 楼的棚空着" in told.body
    assert "最近的空闲日期" in told.body
    assert Notice.objects.filter(event="events.stage_day_given", recipient=gao).exists()
    assert "bookings.days_taken_by_event" in [event.action for event in history(mine)]
    place = ranks(mine)[mine.lines.get().pk][0]
    assert (place.closed, place.behind_firm) == (True, True)
    actions.announce_session(actor=gao, session=session)
    assert StageDay.objects.count() == 1


def test_the_booking_says_event_and_not_another_crew(client, gao, lin, mei, edition, stage, stage_hall):
    mine = hold(lin, stage, DAYS)
    draft(gao, edition, stage_hall)
    actions.give_stage_day(actor=mei, request=StageRequest.objects.get())
    client.force_login(lin)
    page = client.get(mine.get_absolute_url(), follow=True).content.decode()
    assert edition.name_zh in page
    assert "片场需要" in page
    assert "已被确定预订" not in page


def test_a_kept_day_is_told_to_the_editor_and_not_asked_again(gao, lin, mei, edition, stage, stage_hall):
    hold(lin, stage, DAYS)
    session = draft(gao, edition, stage_hall)
    asked = StageRequest.objects.get()
    actions.refuse_stage_day(actor=mei, request=asked, reason="剧组已经付了置景")
    told = Notice.objects.get(event="events.stage_day_refused", recipient=gao)
    assert "剧组已经付了置景" in told.body
    kept = actions.keep_session(actor=gao, session=session)
    assert "剧组已经付了置景" in kept.warnings[0].text
    assert StageRequest.objects.get() == asked
    with pytest.raises(WrongState):
        actions.give_stage_day(actor=mei, request=asked)


def test_a_day_that_no_session_needs_is_asked_for_no_longer(gao, lin, edition, stage, stage_hall):
    hold(lin, stage, DAYS)
    session = draft(gao, edition, stage_hall)
    actions.move_session(actor=gao, session=session, hall=stage_hall, starts_at=at(10, day=3))
    assert not StageRequest.objects.exists()


def test_a_given_day_goes_back_when_the_last_session_leaves_it(gao, lin, mei, edition, stage, stage_hall):
    hold(lin, stage, DAYS)
    session = draft(gao, edition, stage_hall)
    actions.give_stage_day(actor=mei, request=StageRequest.objects.get())
    actions.move_session(actor=gao, session=session, hall=stage_hall, starts_at=at(10, day=3))
    assert not Closure.objects.exists()


def test_a_firm_booking_between_asking_and_giving_wins(gao, lin, mei, edition, stage, stage_hall):
    mine = hold(lin, stage, DAYS)
    draft(gao, edition, stage_hall)
    bookings.confirm_booking(booking=mine, actor=lin)
    with pytest.raises(StageTaken):
        actions.give_stage_day(actor=mei, request=StageRequest.objects.get())
    assert StageRequest.objects.get().state == "asked"


def test_the_editor_who_announces_over_a_hold_reads_that_the_stage_managers_are_asked(
    client, gao, lin, mei, edition, stage, stage_hall
):
    session = draft(gao, edition, stage_hall)
    hold(lin, stage, DAYS)
    client.force_login(gao)
    answer = client.post(reverse("events:announce_session", args=[session.pk]), follow=True)
    page = answer.content.decode()
    assert "只有棚长" in page
    assert StageRequest.objects.get().asked_by == gao
    assert Notice.objects.filter(event="events.stage_day_asked", recipient=mei).exists()


def test_a_stage_manager_sees_who_is_displaced_and_answers(client, gao, lin, mei, edition, stage, stage_hall):
    mine = hold(lin, stage, DAYS)
    draft(gao, edition, stage_hall)
    asked = StageRequest.objects.get()
    client.force_login(mei)
    page = client.get(reverse("events:stage_days")).content.decode()
    assert mine.reference in page
    assert mine.organisation.name in page
    url, name = reverse("events:answer_stage_day", args=[asked.pk]), f"day-{asked.pk}"
    refused = client.post(url, {f"{name}-decision": "keep"})
    assert refused.status_code == 422, "why they keep it has to be said"
    assert client.post(url, {f"{name}-decision": "give", f"{name}-answer": "对不起"}).status_code == 302
    assert StageDay.objects.get().edition == edition
    assert client.post(url, {f"{name}-decision": "give"}).status_code == 422, "answered already"


@pytest.mark.parametrize("who", ["zhao", "lin", "fang", "gao"])
def test_nobody_else_sees_or_answers_what_is_asked(client, request, who, gao, lin, edition, stage, stage_hall):
    hold(lin, stage, DAYS)
    draft(gao, edition, stage_hall)
    asked = StageRequest.objects.get()
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("events:stage_days")).status_code == 404
    name = f"day-{asked.pk}"
    answer = client.post(reverse("events:answer_stage_day", args=[asked.pk]), {f"{name}-decision": "give"})
    assert answer.status_code == 404
    assert StageRequest.objects.get().state == "asked"
