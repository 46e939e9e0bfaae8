"""Editors write, preview, schedule and publish; nobody else of the outside sees what is not out."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.pages.blocks import BodyBlock
from cms.pages.models import ArticlePage
from portal.tasks import schedule

FORMSETS = ("comments", "authors", "related_links")


@pytest.fixture
def news(tree):
    return Page.objects.get(slug="news", locale__language_code="zh-hans")


def form(**more):
    return {
        "title": "端午照常",
        "slug": "duanwu",
        "date": "2026-06-02",
        "category": "notice",
        "lead": "照常值班。",
        "source": "",
        "body-count": "0",
        "picture": "",
        **{f"{name}-{kind}_FORMS": "0" for name in FORMSETS for kind in ("TOTAL", "INITIAL")},
        **more,
    }


def write(client, news, **more):
    address = reverse("wagtailadmin_pages:add", args=["pages", "articlepage", news.pk])
    response = client.post(address, form(**more))
    assert response.status_code == 302, response.context and response.context["form"].errors
    return ArticlePage.objects.get(slug="duanwu")


def test_an_editor_writes_a_draft_that_a_director_publishes(client, gao, shen, news):
    client.force_login(gao)
    page = write(client, news)
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form(**{"action-publish": "1"}))
    client.logout()
    assert client.get("/zh-hans/news/duanwu/").status_code == 404
    client.force_login(shen)
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form(**{"action-publish": "1"}))
    client.logout()
    assert client.get("/zh-hans/news/duanwu/").status_code == 200


def test_what_is_on_a_clock_comes_out_when_it_is_due(client, gao, news, monkeypatch):
    client.force_login(gao)
    page = write(client, news)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision(user=gao).publish(user=gao, skip_permission_checks=True)
    client.logout()
    job = next(job for job in schedule.jobs() if job.name == "pages.publish_scheduled")
    assert job.every == timedelta(seconds=30)
    job.job()
    assert client.get("/zh-hans/news/duanwu/").status_code == 404
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    job.job()
    monkeypatch.undo()
    assert client.get("/zh-hans/news/duanwu/").status_code == 200


def test_an_editor_previews_and_a_stranger_does_not(client, gao, zhao, mei, news):
    article = ArticlePage.objects.get(slug="film-festival-2025", locale__language_code="zh-hans")
    address = reverse("wagtailadmin_pages:view_draft", args=[article.pk])
    assert client.get(address).status_code == 302
    for person, status in ((zhao, {302, 403}), (mei, {302, 403}), (gao, {200})):
        client.force_login(person)
        assert client.get(address).status_code in status, person


def test_every_kind_of_page_previews(client, gao, tree):
    client.force_login(gao)
    for slug in ("zh", "places", "first-shoot", "news", "one-stop", "guides"):
        page = Page.objects.get(slug=slug, locale__language_code="zh-hans")
        response = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        assert response.status_code == 200
        assert page.title in response.content.decode()


def test_a_page_not_saved_yet_previews(client, gao, news):
    client.force_login(gao)
    address = reverse("wagtailadmin_pages:preview_on_add", args=["pages", "articlepage", news.pk])
    assert client.post(address, form()).json()["is_valid"]
    response = client.get(address)
    assert response.status_code == 200
    assert "端午照常" in response.content.decode()


def test_who_enters_the_admin(client, gao, mei, fang, zhao, news):
    for person, status in ((gao, 200), (mei, 200), (fang, 200), (zhao, 302)):
        client.force_login(person)
        assert client.get(reverse("wagtailadmin_home")).status_code == status, person


def test_only_editors_write_pages(client, mei, fang, zhao, news):
    address = reverse("wagtailadmin_pages:add", args=["pages", "articlepage", news.pk])
    for person in (mei, fang, zhao):
        client.force_login(person)
        client.post(address, form())
    assert not ArticlePage.objects.filter(slug="duanwu").exists()


def test_an_editor_translates_a_page(client, gao, tree):
    page = ArticlePage.objects.get(slug="stage-2-wall-calibrated")
    client.force_login(gao)
    address = reverse("simple_translation:submit_page_translation", args=[page.pk])
    english = page.locale.__class__.objects.get(language_code="en")
    response = client.post(address, {"locales": [english.pk], "include_subtree": ""})
    assert response.status_code == 302
    twin = ArticlePage.objects.get(slug__startswith="stage-2", locale=english)
    assert not twin.live
    assert twin.translation_key == page.translation_key


def test_the_admin_speaks_chinese_to_the_editor(client, gao, tree):
    from demo.pages import speak_to_staff

    assert speak_to_staff() >= 1
    client.force_login(gao)
    html = client.get(reverse("wagtailadmin_pages:add_subpage", args=[tree["zh-hans"].pk])).content.decode()
    assert "办事指南" in html or "指南列表" in html


@pytest.mark.parametrize("name", list(BodyBlock().child_blocks))
def test_every_block_has_a_preview(client, gao, shown, name):
    client.force_login(gao)
    block = BodyBlock().child_blocks[name]
    assert block.is_previewable
    definition = ArticlePage._meta.get_field("body").stream_block.child_blocks[name]
    response = client.get(reverse("wagtailadmin_block_preview"), {"id": definition.definition_prefix})
    assert response.status_code == 200
    assert "ui/css/site.css" in response.content.decode()
