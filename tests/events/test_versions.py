"""Two editors with the same form open: the second hears what the first saved, and nothing that was typed is lost."""

import pytest
from django.urls import reverse

from cms.events import actions
from cms.events.errors import VersionChanged
from cms.events.models import Edition, Film, Hall, ProgrammeSession
from portal.core.versions import fingerprint
from tests.factories.events import at, make_film


@pytest.fixture
def desk(client, gao):
    client.force_login(gao)
    return client


def typed(session, seen, **fields):
    return {
        "title_zh": session.title_zh, "title_en": session.title_en, "kind": session.kind, "hall": session.hall_id,
        "starts_at": at(10).strftime("%Y-%m-%dT%H:%M"), "minutes": 90, "entry": "register", "late_minutes": 5, "seen": seen,
    } | fields  # fmt: skip


def test_two_editors_of_a_session_lose_no_text(desk, screening):
    url = reverse("events:edit_session", args=[screening.pk])
    seen = desk.get(url).context["form"]["seen"].value()
    assert desk.post(url, typed(screening, seen, note_zh="第一位写的")).status_code == 302
    answer = desk.post(url, typed(screening, seen, title_en="The second's title"))
    assert answer.status_code == 422
    assert "第一位写的" in answer.context["form"].errors["note_zh"][0]
    assert "The second&#x27;s title" in answer.text
    screening.refresh_from_db()
    assert screening.note_zh == "第一位写的"
    again = answer.context["form"]["seen"].value()
    assert again != seen
    assert desk.post(url, typed(screening, again, note_zh="第一位写的", title_en="Both")).status_code == 302
    screening.refresh_from_db()
    assert (screening.note_zh, screening.title_en) == ("第一位写的", "Both")


def test_the_stale_are_refused_under_the_lock_too(gao, screening):
    stale = ProgrammeSession.objects.get(pk=screening.pk)
    seen = fingerprint(stale)
    screening.note_zh = "先到"
    actions.keep_session(actor=gao, session=screening)
    for step in (
        lambda: actions.keep_session(actor=gao, session=stale, seen=seen),
        lambda: actions.announce_session(actor=gao, session=stale),
        lambda: actions.call_off_session(actor=gao, session=stale, reason_zh="雨", reason_en="Rain"),
    ):
        with pytest.raises(VersionChanged):
            step()
    screening.refresh_from_db()
    assert (screening.note_zh, screening.state) == ("先到", "published")


def test_calling_off_what_changed_meanwhile_is_refused_and_a_missing_reason_keeps_the_other(desk, gao, screening):
    url = reverse("events:call_off_session", args=[screening.pk])
    answer = desk.post(url, {"reason_zh": "场地停电", "reason_en": "", "version": screening.version})
    assert answer.status_code == 422
    assert "场地停电" in answer.text
    stale = screening.version
    screening.note_zh = "改过"
    actions.keep_session(actor=gao, session=screening)
    answer = desk.post(url, {"reason_zh": "雨", "reason_en": "Rain", "version": stale})
    screening.refresh_from_db()
    assert screening.state == "published"
    assert answer.status_code == 422
    assert answer.context["call_off"]["reason_en"].value() == "Rain"
    desk.post(url, {"reason_zh": "雨", "reason_en": "Rain", "version": screening.version})
    screening.refresh_from_db()
    assert screening.state == "cancelled"


@pytest.mark.parametrize("kind", ["films", "halls", "editions"])
def test_two_editors_of_a_shared_record_lose_no_text(desk, edition, hall, kind):
    record = {"films": make_film, "halls": lambda: hall, "editions": lambda: edition}[kind]()
    url = f"/admin/film-week/{kind}/edit/{record.pk}/"
    page = desk.get(url)
    form = page.context["form"]
    values = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value is not False}
    assert values["seen"] == fingerprint(record)
    name = "title_zh" if kind == "films" else "name_zh"
    assert desk.post(url, values | {name: "第一位"}).status_code == 302
    answer = desk.post(url, values | {name: "第二位"})
    assert answer.status_code == 200
    assert "第一位" in answer.context["form"].errors[name][0]
    assert "第二位" in answer.text
    model = {"films": Film, "halls": Hall, "editions": Edition}[kind]
    assert getattr(model.objects.get(pk=record.pk), name) == "第一位"
    again = values | {name: "第二位", "seen": answer.context["form"]["seen"].value()}
    assert desk.post(url, again).status_code == 302
