"""An editor submits, a director approves: who may, what goes out when, and who is told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, TaskState, Workflow, WorkflowState

from cms.pages.models import ArticlePage
from portal.notifications.actions import send_notice_mail
from portal.notifications.models import Notice
from portal.tasks import schedule
from tests.cms.test_editing import form, write


@pytest.fixture
def news(tree):
    return Page.objects.get(slug="news", locale__language_code="zh-hans")


@pytest.fixture
def submitted(client, gao, shen, news):
    """An article that Gao has submitted and Shen has not looked at."""
    client.force_login(gao)
    page = write(client, news, **{"action-submit": "1"})
    client.logout()
    return page


def edit(client, person, page, **more):
    client.force_login(person)
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form(**more))


def decide(client, person, page, name, **more):
    client.force_login(person)
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, name, state.pk])
    return client.post(address, more)


def notices(person, event):
    return Notice.objects.filter(recipient=person, event=event)


def test_one_workflow_holds_for_every_page(tree):
    for page in Page.objects.filter(depth__gt=1):
        assert page.get_workflow().name == "编辑送审，主编审定"
    assert list(Workflow.objects.active().values_list("name", flat=True)) == ["编辑送审，主编审定"]


def test_what_is_submitted_waits_and_the_director_is_told_once(client, submitted, shen, gao):
    assert client.get("/zh-hans/news/duanwu/").status_code == 404
    told = notices(shen, "pages.submitted").get()
    assert "端午照常" in told.subject
    assert "高导" in told.body
    assert not Notice.objects.filter(recipient=gao).exists()
    send_notice_mail(told.pk)
    send_notice_mail(told.pk)
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [shen.email]


def test_wagtail_sends_no_second_mail(submitted):
    assert mail.outbox == []


def test_an_editor_cannot_approve_their_own_page(client, submitted, gao):
    answer = decide(client, gao, submitted, "approve")
    submitted.refresh_from_db()
    assert not submitted.live
    assert answer.status_code in {302, 403}


@pytest.mark.parametrize("who", ["zhao", "mei", "fang"])
def test_nobody_else_decides(client, submitted, who, request):
    decide(client, request.getfixturevalue(who), submitted, "approve")
    submitted.refresh_from_db()
    assert not submitted.live
    assert submitted.current_workflow_task_state.status == TaskState.STATUS_IN_PROGRESS


def test_approval_brings_the_page_out_and_tells_the_editor(client, submitted, shen, gao):
    decide(client, shen, submitted, "approve")
    client.logout()
    assert client.get("/zh-hans/news/duanwu/").status_code == 200
    told = notices(gao, "pages.approved").get()
    assert "沈主编" in told.body
    client.force_login(gao)
    answer = client.post(reverse("notifications:open", args=[told.pk]))
    answer = client.get(answer["Location"])
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[submitted.pk])


def test_a_returned_page_comes_with_the_reason_and_can_be_submitted_again(client, submitted, shen, gao):
    decide(client, shen, submitted, "reject", comment="标题里写上日期")
    told = notices(gao, "pages.returned").get()
    assert "标题里写上日期" in told.body
    submitted.refresh_from_db()
    assert not submitted.live
    assert submitted.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
    edit(client, gao, submitted, **{"action-submit": "1", "title": "6月19日端午照常"})
    assert notices(shen, "pages.submitted").count() == 2


def test_an_editor_puts_a_page_on_the_clock_and_the_approval_keeps_it(client, gao, shen, news, monkeypatch):
    due = timezone.now() + timedelta(hours=3)
    client.force_login(gao)
    stamp = timezone.localtime(due).strftime("%Y-%m-%d %H:%M")
    page = write(client, news, **{"action-submit": "1", "go_live_at": stamp})
    assert page.latest_revision.content["go_live_at"]
    decide(client, shen, page, "approve")
    client.logout()
    assert client.get("/zh-hans/news/duanwu/").status_code == 404
    assert "出" in notices(gao, "pages.approved").get().body
    job = next(job for job in schedule.jobs() if job.name == "pages.publish_scheduled")
    monkeypatch.setattr(timezone, "now", lambda: due + timedelta(minutes=1))
    job.job()
    monkeypatch.undo()
    assert client.get("/zh-hans/news/duanwu/").status_code == 200


def test_a_change_of_a_live_page_waits_while_readers_see_the_old_one(client, gao, shen, tree):
    page = ArticlePage.objects.get(slug="film-festival-2025", locale__language_code="zh-hans")
    old = page.title
    edit(client, gao, page, title="换了题目", slug=page.slug, category="week", **{"action-submit": "1"})
    client.logout()
    html = client.get(page.url).text
    assert old in html
    assert "换了题目" not in html
    decide(client, shen, page, "approve")
    client.logout()
    assert "换了题目" in client.get(page.url).text


def test_versions_are_compared_and_comments_kept(client, gao, tree):
    page = ArticlePage.objects.get(slug="film-festival-2025", locale__language_code="zh-hans")
    first = page.latest_revision
    comment = {
        "comments-TOTAL_FORMS": "1", "comments-0-text": "这个数再核一次", "comments-0-contentpath": "title",
        "comments-0-position": "", "comments-0-DELETE": "", "comments-0-resolved": "", "comments-0-id": "",
        "comments-0-replies-TOTAL_FORMS": "0", "comments-0-replies-INITIAL_FORMS": "0",
    }  # fmt: skip
    edit(client, gao, page, title="换了题目", slug=page.slug, category="week", **comment)
    page.refresh_from_db()
    assert page.wagtail_admin_comments.get().text == "这个数再核一次"
    address = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, page.latest_revision.pk])
    html = client.get(address).text
    assert "换了题目" in html
    assert "deletion" in html


@pytest.mark.parametrize(("who", "status"), [("zhao", 404), ("mei", 404), ("fang", 404), (None, 302)])
def test_the_way_to_a_draft_is_for_those_who_may_edit_it(client, submitted, who, status, request):
    if who:
        client.force_login(request.getfixturevalue(who))
    answer = client.get(f"/zh-hans/newsroom/{submitted.pk}/")
    assert answer.status_code == status
    assert who or answer["Location"].startswith("/accounts/login/")
