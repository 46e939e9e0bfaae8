"""Saved searches: one's own, told of each new place once, one mail a day at most, ended by a link; nothing leaks."""

from datetime import timedelta

import pytest
from django.core import mail, signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from locations import actions, rules
from locations.actions import create_location, hide_location, publish_location, save_search, tell_saved_searches
from locations.errors import SearchLinkUnusable, SearchTooWide, TooManySearches
from locations.models import SavedFind, SavedSearch
from portal.audit.models import Event
from portal.notifications.actions import send_notice_mail
from portal.notifications.models import Notice

from .conftest import fields

WHARF = "landscape=wharf&access=100"


@pytest.fixture
def wharves(lin, street):
    return save_search(actor=lin, name="江边码头", query=WHARF)


def told(person):
    return list(Notice.objects.filter(recipient=person, event="locations.places_found").order_by("pk"))


def tomorrow(monkeypatch, days=1):
    later = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: later)


def test_what_fitted_when_it_was_saved_is_no_news(wharves, lin):
    assert tell_saved_searches() == 0
    assert told(lin) == []


def test_a_new_place_is_told_once_and_only_to_its_searcher(wharves, lin, gao, zhao, street):
    create_location(actor=gao, **fields(20, name_zh="新码头"))
    create_location(actor=gao, **fields(21, name_zh="太远的码头", truck_to_set_m=900))
    assert tell_saved_searches() == 1
    assert tell_saved_searches() == 0
    notice = told(lin)[0]
    assert "新码头" in notice.body
    assert "太远的码头" not in notice.body
    assert street.name_zh not in notice.body
    assert not told(zhao)
    send_notice_mail(notice.pk)
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [lin.email]
    assert "/locations/saved/stop/" in mail.outbox[0].body
    assert Event.objects.filter(action="locations.search_told").count() == 1


def test_one_mail_a_day_and_the_rest_on_the_next(wharves, lin, gao, monkeypatch):
    create_location(actor=gao, **fields(20, name_zh="甲码头"))
    save_search(actor=lin, name="民国", query="era=republic")
    assert tell_saved_searches() == 1
    create_location(actor=gao, **fields(21, name_zh="乙码头"))
    assert tell_saved_searches() == 0
    tomorrow(monkeypatch)
    assert tell_saved_searches() == 1
    assert tell_saved_searches() == 0
    first, second = told(lin)
    assert "甲码头" not in second.body
    assert second.body.count("乙码头") == 2  # it fits both searches; the mail is one
    assert "民国" not in first.body


def test_a_place_that_went_and_came_back_is_not_told_again(wharves, lin, gao, monkeypatch):
    place = create_location(actor=gao, **fields(20))
    tell_saved_searches()
    hide_location(actor=gao, location=place)
    tomorrow(monkeypatch)
    assert tell_saved_searches() == 0
    publish_location(actor=gao, location=place)
    assert tell_saved_searches() == 0


def test_a_place_changed_until_it_fits_is_news(wharves, lin, gao):
    place = create_location(actor=gao, **fields(20, truck_to_set_m=400))
    assert tell_saved_searches() == 0
    actions.update_location(actor=gao, location=place, truck_to_set_m=80)
    assert tell_saved_searches() == 1


def test_hidden_and_other_companies_places_are_never_told(lin, zhao, gao, company_a, street):
    for person in (lin, zhao):
        save_search(actor=person, name="码头", query=WHARF)
    create_location(actor=gao, **fields(20, name_zh="自家码头", organisation=company_a))
    create_location(actor=gao, **fields(21, name_zh="下架码头", state="hidden"))
    create_location(actor=gao, **fields(22, name_zh="草稿码头", state="draft"))
    assert tell_saved_searches() == 1
    assert "自家码头" in told(lin)[0].body
    assert "下架码头" not in told(lin)[0].body
    assert not told(zhao)


def test_who_left_the_company_is_not_told_of_its_places(wharves, lin, gao, company_a):
    lin.memberships.all().delete()
    create_location(actor=gao, **fields(20, organisation=company_a))
    assert tell_saved_searches() == 0


def test_an_inactive_person_gets_nothing(wharves, lin, gao):
    lin.is_active = False
    lin.save()
    create_location(actor=gao, **fields(20))
    assert tell_saved_searches() == 0


def stop_path(search):
    with translation.override("zh-hans"):
        return reverse("locations:stop_search", args=[signing.dumps(search.pk, salt=actions.SALT)])


def test_a_link_ends_the_mails_without_signing_in_and_asks_first(client, wharves, lin, gao):
    path = stop_path(wharves)
    assert client.get(path).status_code == 200
    wharves.refresh_from_db()
    assert wharves.by_mail, "a mail scanner ended the mails"
    assert "江边码头" in client.post(path).text
    assert client.post(path).status_code == 200
    wharves.refresh_from_db()
    assert not wharves.by_mail
    create_location(actor=gao, **fields(20))
    assert tell_saved_searches() == 0
    assert Event.objects.filter(action="locations.search_mail_set").count() == 1


@pytest.mark.parametrize("token", ["x", "1", "MQ:abc", "a" * 5000, "%00", "🎬", "MQ:1wq:ZZ"])
def test_a_forged_link_is_not_found(client, wharves, token):
    assert client.get(f"/zh-hans/locations/saved/stop/{token}/").status_code == 404
    assert client.post(f"/zh-hans/locations/saved/stop/{token}/").status_code == 404
    wharves.refresh_from_db()
    assert wharves.by_mail


def test_the_link_of_another_purpose_or_of_a_deleted_search_is_not_found(client, wharves, lin):
    other = signing.dumps(wharves.pk, salt="directory.still_true")
    assert client.get(f"/zh-hans/locations/saved/stop/{other}/").status_code == 404
    path = stop_path(wharves)
    actions.delete_search(actor=lin, search=wharves)
    assert client.get(path).status_code == 404
    with pytest.raises(SearchLinkUnusable):
        actions.stop_search_mail(token="x")


def test_mails_turned_on_again_begin_with_what_is_new_then(wharves, lin, gao):
    actions.set_search_mail(actor=lin, search=wharves, by_mail=False)
    create_location(actor=gao, **fields(20, name_zh="不在时来的"))
    actions.set_search_mail(actor=lin, search=wharves, by_mail=True)
    assert tell_saved_searches() == 0
    create_location(actor=gao, **fields(21, name_zh="后来的"))
    assert tell_saved_searches() == 1
    assert "不在时来的" not in told(lin)[0].body


def test_a_search_is_saved_listed_changed_and_deleted_by_pages(client, lin, street):
    client.force_login(lin)
    page = client.get("/zh-hans/locations/?landscape=wharf&access=100&view=grid&page=2").text
    assert "/zh-hans/locations/saved/new/?landscape=wharf&amp;access=100" in page
    form = client.get("/zh-hans/locations/saved/new/?landscape=wharf&access=100&view=grid&evil=1")
    assert form.context["query"] == WHARF
    sent = {"name": "江边 · 100 m", "query": f"{WHARF}&evil=1&view=map", "by_mail": "on"}
    assert client.post("/zh-hans/locations/saved/new/", sent).status_code == 302
    again = client.post("/zh-hans/locations/saved/new/", sent)
    assert again.status_code == 422
    assert again.context["form"]["name"].value() == "江边 · 100 m"
    mine = SavedSearch.objects.get()
    assert mine.query == WHARF
    listed = client.get("/zh-hans/locations/saved/").text
    assert "江边 · 100 m" in listed
    assert "江边码头" in listed
    change = f"/zh-hans/locations/saved/{mine.pk}/"
    client.post(change, {"mail": "off"})
    mine.refresh_from_db()
    assert not mine.by_mail
    assert client.get(change).status_code == 405
    client.post(change, {"delete": "1"})
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("who", ["zhao", "bo", "gao", "mei"])
def test_another_persons_search_is_not_there(client, wharves, who, request):
    other = request.getfixturevalue(who)
    client.force_login(other)
    assert client.post(f"/zh-hans/locations/saved/{wharves.pk}/", {"delete": "1"}).status_code == 404
    assert "江边码头" not in client.get("/zh-hans/locations/saved/").text
    for action in (
        lambda: actions.delete_search(actor=other, search=wharves),
        lambda: actions.set_search_mail(actor=other, search=wharves, by_mail=False),
    ):
        with pytest.raises(PermissionDenied):
            action()
    assert SavedSearch.objects.get().by_mail


def test_a_visitor_signs_in_first_and_keeps_the_search(client, street):
    answer = client.get(f"/zh-hans/locations/saved/new/?{WHARF}")
    assert answer.status_code == 302
    assert "landscape%3Dwharf" in answer["Location"]
    for path in ("saved/", "saved/1/"):
        assert client.post(f"/zh-hans/locations/{path}").status_code in {302, 405}


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "query": WHARF},
        {"name": "x" * 10_000, "query": WHARF},
        {"name": "空", "query": ""},
        {"name": "只有不认识的", "query": "evil=1&view=map&page=3"},
        {"name": "字", "query": "q=%00"},
    ],
)
def test_bad_input_is_told_and_saves_nothing(client, lin, sent):
    client.force_login(lin)
    answer = client.post("/zh-hans/locations/saved/new/", sent)
    assert answer.status_code == 422
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("name", ["🎬 片子", "\u202eابتث", "<b>粗</b>"])
def test_odd_names_are_kept_as_they_are_and_shown_harmlessly(client, lin, street, name):
    client.force_login(lin)
    assert client.post("/zh-hans/locations/saved/new/", {"name": name, "query": WHARF}).status_code == 302
    assert "<b>粗" not in client.get("/zh-hans/locations/saved/").text
    assert client.get("/en/locations/saved/").status_code == 200


def test_a_search_that_finds_nearly_all_or_one_too_many_is_refused(lin, gao, street, bamboo, monkeypatch):
    monkeypatch.setattr(actions, "MOST_FOUND", 1)
    with pytest.raises(SearchTooWide):
        save_search(actor=lin, name="都要", query="era=republic")
    monkeypatch.setattr(actions, "MOST_SAVED", 2)
    for number in range(2):
        save_search(actor=lin, name=f"{number}", query=WHARF)
    with pytest.raises(TooManySearches):
        save_search(actor=lin, name="3", query=WHARF)
    assert rules.MOST_SAVED == 30


def test_the_database_keeps_names_apart_and_tells_once(wharves, lin, street):
    with pytest.raises(ValidationError):
        save_search(actor=lin, name=" 江边码头 ", query="q=x")
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFind.objects.create(search=wharves, location=street)


def test_an_english_reader_is_told_in_english(lin, gao, street):
    lin.language = "en"
    lin.save()
    save_search(actor=lin, name="Wharves", query=WHARF)
    create_location(actor=gao, **fields(20, name_en="Brand New Pier"))
    tell_saved_searches()
    notice = told(lin)[0]
    assert notice.subject == "1 new place in your searches"
    assert "Brand New Pier" in notice.body
    assert "/en/locations/saved/stop/" in notice.body


def test_the_account_page_shows_ones_own_searches_only(client, lin, zhao, street):
    save_search(actor=lin, name="江边的码头", query="q=码头")
    client.force_login(lin)
    page = client.get(reverse("accounts:home")).text
    assert "江边的码头" in page
    assert reverse("locations:searches") in page
    client.force_login(zhao)
    other = client.get(reverse("accounts:home")).text
    assert "江边的码头" not in other
    assert "符合条件的新取景地" in other
