"""Sections, people, related pages and press kits: what visitors see, what stays private, what a page costs."""

import io
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction

from cms.pages import actions, bench, queries
from cms.pages.errors import PersonHasWritten
from cms.pages.models import (
    ArticlePage,
    Person,
    PressCopy,
    PressKitPage,
    RelatedPage,
    SectionPage,
)
from cms.pages.views import PagesSitemap
from media.actions import replace_file
from portal.audit.models import Event
from portal.search.models import SearchDocument
from tests.cms.test_editing import form

BUDGET = 12
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
PLACES = (
    "",
    "news/",
    "news/craft/",
    "news/craft/forty-two-metres-of-wall/",
    "press/",
    "press/the-lot-in-figures/",
    "people/",
    "people/xu-lan/",
)


def page(slug, language="zh-hans"):
    return Page.objects.get(slug=slug, locale__language_code=language).specific


def lock(target):
    return PageViewRestriction.objects.create(page=target, restriction_type="login")


def add(parent, slug, **fields):
    article = ArticlePage(title=slug, slug=slug, locale=parent.locale, **fields)
    parent.add_child(instance=article)
    return article


def jpeg(colour=(10, 90, 60), size=(4000, 3000)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    out.seek(0)
    return out


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_newsroom_stands_and_is_cheap(client, tree, language):
    for path in PLACES:
        client.get(f"/{language}/{path}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/{language}/{path}").status_code == 200, path
        assert len(seen) <= BUDGET, (path, len(seen))
        assert not [sql for sql, n in Counter(one["sql"] for one in seen).items() if n > 1], path


def test_a_section_lists_its_own_articles_and_the_news_lists_all(client, tree):
    section, news = client.get("/en/news/craft/").text, client.get("/en/news/").text
    assert "A wall of 42 metres" in section
    assert "Three hundred crews" not in section
    assert "A wall of 42 metres" in news
    assert 'href="/en/news/craft/"' in news


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_section_has_a_valid_feed_of_its_own(client, tree, language):
    answer = client.get(f"/{language}/news/craft/feed.xml")
    assert answer.headers["Content-Type"].startswith("application/rss+xml")
    channel = ET.fromstring(answer.content).find("channel")  # noqa: S314 - our own feed
    items = channel.findall("item")
    assert len(items) == 2
    assert channel.find("{http://www.w3.org/2005/Atom}link").get("rel") == "self"
    for item in items:
        assert item.find("guid").text == item.find("link").text
        assert f"/{language}/news/craft/" in item.find("link").text
        assert item.find("pubDate").text
    assert f'href="/{language}/news/craft/feed.xml"' in client.get(f"/{language}/news/craft/").text


def test_what_is_no_section_has_no_feed(client, tree):
    for path in ("guides/feed.xml", "nothing/feed.xml", "news/film-festival-2025/feed.xml", "a/b/c/feed.xml"):
        assert client.get(f"/zh-hans/{path}").status_code == 404, path


def test_a_category_filters_and_an_unknown_one_is_ignored(client, tree):
    craft = client.get("/zh-hans/news/?category=craft").text
    assert "42 米弧形屏" in craft
    assert "三百多个剧组" not in craft
    assert "三百多个剧组" in client.get("/zh-hans/news/?category=nothing").text


BAD = [
    "page=-1",
    "page=abc",
    "page=99999999999999999999",
    "category=" + "x" * 10_000,
    "category=%00",
    "category=%F0%9F%8E%AC&page=1",
    "page=%E2%80%AE1",
]


def test_bad_input_is_no_error(client, tree):
    for path in ("news/", "news/craft/", "people/xu-lan/", "press/", "find/pages/", "find/", "find/suggest/"):
        for query in BAD:
            expected = 400 if "%00" in query else 200  # what no database holds is refused before any page
            assert client.get(f"/zh-hans/{path}?{query}").status_code == expected, (path, query[:60])


def test_the_list_turns_pages_and_knows_a_new_article_at_once(client, tree, gao):
    news = page("news")
    for number in range(30):
        add(news, f"n{number}", date=date(2020, 1, 1))
    first = client.get("/zh-hans/news/").text
    assert "?page=2" in first
    second = client.get("/zh-hans/news/?page=2").text
    assert "n0<" in second
    article = add(news, "brand-new", date=date(2030, 1, 1), live=False)
    article.save_revision(user=gao).publish(user=gao, skip_permission_checks=True)
    assert "brand-new" in client.get("/zh-hans/news/").text


def test_lists_cost_the_same_with_many_articles(client, tree):
    before = {}
    for path in ("", "news/", "news/craft/"):
        client.get(f"/zh-hans/{path}")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/zh-hans/{path}")
        before[path] = len(seen)
    for number in range(40):
        add(page("news"), f"n{number}")
        add(page("craft"), f"c{number}")
    for path, expected in before.items():
        client.get(f"/zh-hans/{path}")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/zh-hans/{path}")
        assert len(seen) == expected, path


def test_authors_stand_under_the_title_and_in_the_data(client, tree):
    html = " ".join(client.get("/en/news/craft/before-the-wall-lights-up/").text.split())
    assert '<a href="/en/people/xu-lan/" rel="author">Xu Lan (sample)</a>' in html
    assert '"@type": "Person"' in html
    assert '"og:type" content="article"' in html
    person = client.get("/en/people/ouyang-nian/").text
    assert "Before the wall lights up" in person
    assert "屏亮之前" not in person


def test_who_is_not_listed_keeps_the_name_but_has_no_page(client, tree, gao):
    one = Person.objects.get(slug="xu-lan")
    one.is_listed = False
    actions.save_person(actor=gao, person=one)
    assert client.get("/zh-hans/people/xu-lan/").status_code == 404
    assert "许澜" not in client.get("/zh-hans/people/").text
    html = client.get("/zh-hans/news/craft/forty-two-metres-of-wall/").text
    assert "许澜" in html
    assert "/people/xu-lan/" not in html


def test_an_author_of_articles_cannot_be_deleted(tree, gao):
    with pytest.raises(PersonHasWritten):
        actions.delete_person(actor=gao, person=Person.objects.get(slug="xu-lan"))
    actions.delete_person(actor=gao, person=Person.objects.get(slug="tan-shi"))
    assert Event.objects.filter(action="pages.person_deleted").count() == 1


@pytest.mark.parametrize("who", ["zhao", "mei", "fang", "lin"])
def test_only_those_who_write_change_people(tree, who, request):
    with pytest.raises(PermissionDenied):
        actions.save_person(actor=request.getfixturevalue(who), person=Person.objects.get(slug="xu-lan"))


def test_people_are_kept_through_the_admin_with_a_trail(client, tree, gao, shen, zhao):
    address = reverse("wagtailsnippets_pages_person:add")
    fields = {
        "name_zh": "新人", "name_en": "New One", "role_zh": "撰稿", "role_en": "Writer", "bio_zh": "", "bio_en": "",
        "kind": "author", "order": "50", "slug": "new-one", "is_listed": "on", "picture": "",
    }  # fmt: skip
    client.force_login(zhao)
    client.post(address, fields)
    assert not Person.objects.filter(slug="new-one").exists()
    client.force_login(shen)
    assert client.post(address, fields).status_code == 302
    made = Person.objects.get(slug="new-one")
    assert Event.objects.filter(action="pages.person_saved", subject_id=made.pk, actor=shen).exists()
    assert (
        client.post(
            reverse("wagtailsnippets_pages_person:edit", args=[made.pk]), {**fields, "bio_zh": "只有中文"}
        ).status_code
        == 200
    )
    assert client.post(reverse("wagtailsnippets_pages_person:delete", args=[made.pk])).status_code == 302
    assert not Person.objects.filter(slug="new-one").exists()
    named = Person.objects.get(slug="xu-lan")
    client.post(reverse("wagtailsnippets_pages_person:delete", args=[named.pk]))
    assert Person.objects.filter(pk=named.pk).exists()


def test_a_person_is_told_of_in_both_languages_or_neither(tree, gao):
    one = Person.objects.get(slug="xu-lan")
    one.bio_en = ""
    with pytest.raises(ValidationError):
        actions.save_person(actor=gao, person=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(slug="xu-lan").update(bio_en="")


def test_related_pages_come_in_the_readers_language_or_not_at_all(client, tree):
    article = page("three-hundred-crews-a-year", "en")
    article.related_links.add(RelatedPage(page=page("stage-2-wall-calibrated")), RelatedPage(page=page("first-shoot")))
    article.save()
    html = client.get(article.url).text
    assert "Your first shoot in Yongchuan" in html
    assert "屏体校色" not in html


def test_a_page_is_not_related_to_itself(tree):
    article = page("first-tech-film-week")
    with pytest.raises(IntegrityError), transaction.atomic():
        RelatedPage.objects.create(source=article, page=article)


def test_more_of_the_same_category_comes_first(tree):
    article = page("forty-two-metres-of-wall")
    more = queries.more_like(article)
    assert more[0].slug == "before-the-wall-lights-up"
    assert len(more) == 3
    assert article.pk not in {one.pk for one in more}


def test_nothing_behind_a_lock_leaks(client, tree):
    craft, kit = page("craft"), page("the-lot-in-figures")
    lock(craft), lock(kit)
    words = ("42 米弧形屏", "联调日检查单", "片场概况媒体包（示例）")
    for path in ("", "news/", "news/?category=craft", "news/feed.xml", "people/xu-lan/", "press/", "guides/first-shoot/",
                 "news/stage-2-wall-calibrated/", "news/the-last-one-to-leave-the-wall/", "find/?q=弧形屏", "find/?q=媒体包",
                 "find/pages/?q=屏亮之前", "find/suggest/?q=屏亮"):  # fmt: skip
        text = client.get(f"/zh-hans/{path}").text
        assert not [word for word in words if word in text.replace("没有找到", "")], path
    assert "/zh-hans/news/craft/" not in client.get("/sitemap.xml").text
    assert client.get("/zh-hans/news/craft/feed.xml").status_code == 404
    assert client.get("/zh-hans/news/craft/").status_code == 302
    assert client.get("/zh-hans/news/craft/forty-two-metres-of-wall/").status_code == 302


# Press kits


def picture_of(kit):
    return kit.pictures.first().image


def test_the_press_gets_a_copy_and_never_the_original(client, tree):
    kit = page("the-lot-in-figures")
    image = picture_of(kit)
    html = client.get(kit.url).text
    address = reverse("pages:press_picture", args=[image.pk])
    assert address in html
    assert f"/pictures/{image.pk}/original" not in html
    answer = client.get(address)
    content = b"".join(answer.streaming_content)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    assert Image.open(io.BytesIO(content)).format == "JPEG"
    assert not Image.open(io.BytesIO(content)).getexif()
    assert client.get(f"/pictures/{image.pk}/original.file").status_code == 404


def test_a_kit_names_rights_credit_and_licence_of_each_file(client, tree, shown):
    html = client.get("/en/press/the-lot-in-figures/").text
    assert "Free with the credit" in html
    assert "For reports about the lot only, with the credit" in html
    assert "Ada" in html
    assert "TXT" in html


def test_a_kit_that_is_taken_down_takes_its_files_down(client, tree):
    for language in ("zh-hans", "en"):
        kit = page("the-lot-in-figures", language)
        image, address = picture_of(kit), f"/{language}/press/pictures/{picture_of(kit).pk}.jpg"
        assert client.get(address).status_code == 200
        kit.unpublish()
    assert client.get(address).status_code == 404
    assert PressCopy.objects.filter(image=image).exists()
    actions.release_pictures()
    assert not PressCopy.objects.exists()
    assert Event.objects.filter(action="pages.press_copy_withdrawn").exists()


def test_the_files_of_a_locked_kit_open_for_those_who_passed_the_lock(client, tree, lin):
    for language in ("zh-hans", "en"):
        lock(page("the-lot-in-figures", language))
    address = f"/zh-hans/press/pictures/{picture_of(page('the-lot-in-figures')).pk}.jpg"
    assert client.get(address).status_code == 404
    client.force_login(lin)
    assert client.get(address).status_code == 200


def test_a_replaced_picture_is_not_handed_out_until_it_is_copied_anew(client, tree, gao, shen):
    image = picture_of(page("the-lot-in-figures"))
    address = f"/zh-hans/press/pictures/{image.pk}.jpg"
    replace_file(image=image, file=jpeg(), name="b.jpg", actor=gao)
    assert client.get(address).status_code == 404
    assert actions.release_pictures() == 1
    assert client.get(address).status_code == 200
    copy = PressCopy.objects.get(image=image)
    assert (copy.width, copy.height) == (3200, 2400)
    assert actions.release_pictures() == 0


def test_pictures_that_no_kit_names_are_not_there(client, tree):
    for number in ("0", "999999", "99999999999999999999"):
        assert client.get(f"/zh-hans/press/pictures/{number}.jpg").status_code == 404, number


def test_a_private_document_cannot_go_into_a_kit(client, gao, tree):
    kit = page("the-lot-in-figures")
    paper = kit.papers.first()
    paper.document.is_public = False
    paper.document.save()
    assert paper.label not in client.get(kit.url).text
    client.force_login(gao)
    fields = {
        **form(title=kit.title, slug=kit.slug),
        "terms": "", "papers-TOTAL_FORMS": "1", "papers-INITIAL_FORMS": "1", "papers-0-id": str(paper.pk),
        "papers-0-document": str(paper.document_id), "papers-0-label": paper.label, "papers-0-rights": "free",
        "papers-0-credit": "", "papers-0-licence": "", "papers-0-ORDER": "1",
        "pictures-TOTAL_FORMS": "0", "pictures-INITIAL_FORMS": "0",
    }  # fmt: skip
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[kit.pk]), fields)
    assert answer.status_code == 200
    errors = answer.context["form"].formsets["papers"].errors
    assert "document" in errors[0]


# Moves


def test_an_address_leads_on_after_a_page_or_a_section_moved(
    client, tree, gao, shen, django_capture_on_commit_callbacks
):
    article = page("film-festival-2025")
    article.move(page("craft"), pos="last-child", user=shen)
    answer = client.get("/zh-hans/news/film-festival-2025/")
    assert answer.status_code == 301
    assert answer["Location"] == "/zh-hans/news/craft/film-festival-2025/"
    craft = SectionPage.objects.get(slug="craft", locale__language_code="zh-hans")
    craft.slug = "notes"
    with django_capture_on_commit_callbacks(execute=True):
        craft.save_revision(user=gao).publish(user=gao, skip_permission_checks=True)
    assert client.get("/zh-hans/news/craft/forty-two-metres-of-wall/")["Location"].endswith(
        "/notes/forty-two-metres-of-wall/"
    )
    assert Redirect.objects.filter(automatically_created=True).count() >= 2


def test_a_deleted_page_is_gone_from_lists_and_leaves_no_copy(client, tree):
    PressKitPage.objects.get(locale__language_code="en").delete()
    assert client.get("/en/press/the-lot-in-figures/").status_code == 404
    assert client.get("/zh-hans/press/the-lot-in-figures/").status_code == 200


# What lacks a translation


def gaps(client, query=""):
    return client.get(reverse("pages_translations") + query).text


def test_the_report_names_what_is_missing_not_out_or_older(client, gao, tree):
    client.force_login(gao)
    html = gaps(client)
    assert "2号棚完成屏体校色" in html
    assert "A wall of 42 metres" not in html
    page("forty-two-metres-of-wall").save_revision(user=gao).publish(user=gao, skip_permission_checks=True)
    assert "42 米弧形屏" in gaps(client, "?gap=older")
    page("three-hundred-crews-a-year", "en").unpublish()
    assert "三百多个剧组" in gaps(client, "?gap=draft")
    assert "三百多个剧组" not in gaps(client, "?gap=missing")
    page("forty-two-metres-of-wall", "en").save_revision(user=gao)
    assert "42 米弧形屏" not in gaps(client, "?gap=older")


def test_the_report_is_for_those_who_write(client, tree, zhao, mei, shen):
    assert client.get(reverse("pages_translations")).status_code == 302
    for person, allowed in ((zhao, False), (mei, False), (shen, True)):
        client.force_login(person)
        assert (client.get(reverse("pages_translations")).status_code == 200) is allowed, person


def test_a_translation_that_is_newer_than_the_original_is_no_gap(tree, gao):
    later = page("forty-two-metres-of-wall", "en")
    later.save_revision(user=gao).publish(user=gao, skip_permission_checks=True)
    slugs = set(queries.translation_gaps().values_list("slug", flat=True))
    assert "forty-two-metres-of-wall" not in slugs
    Page.objects.filter(pk=later.pk).update(latest_revision_created_at=later.first_published_at - timedelta(days=3))
    assert "forty-two-metres-of-wall" in set(queries.translation_gaps("older").values_list("slug", flat=True))


# The site map, and the bench


def test_a_long_site_map_comes_in_slices_that_know_the_other_language(client, tree, monkeypatch):
    whole = client.get("/sitemap.xml").text
    monkeypatch.setattr(PagesSitemap, "limit", 10)
    index = client.get("/sitemap.xml").text
    parts = [ET.fromstring(client.get(one.text).content) for one in ET.fromstring(index).iter(f"{MAP}loc")]  # noqa: S314
    assert len(parts) > 2
    found = [url.find(f"{MAP}loc").text for part in parts for url in part]
    assert sorted(found) == sorted(url.find(f"{MAP}loc").text for url in ET.fromstring(whole))  # noqa: S314
    pairs = {url.find(f"{MAP}loc").text: len(url.findall(f"{XHTML}link")) for part in parts for url in part}
    assert {count for path, count in pairs.items() if "forty-two-metres" in path} == {2}
    assert {count for path, count in pairs.items() if "stage-2-wall" in path} == {0}


def test_a_slice_costs_the_same_however_many_pages(client, tree, monkeypatch):
    client.get("/sitemap.xml")
    with CaptureQueriesContext(connection) as seen:
        client.get("/sitemap.xml")
    assert len(seen) <= BUDGET


def test_a_slice_that_is_not_there_is_not_found(client, tree):
    for query in ("p=0", "p=-1", "p=abc", "p=99999", "p=" + "9" * 400):
        assert client.get(f"/sitemap-pages.xml?{query}").status_code == 404, query
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_articles_made_for_the_bench_are_whole_pages(client, tree, monkeypatch):
    monkeypatch.setattr("portal.core.page_costs.TIMES", 1)
    assert bench.fill(80) == 80
    assert Page.fix_tree() is None
    article = ArticlePage.objects.get(slug="bench-3", url_path__contains="/zh/news/craft/")
    assert client.get(article.url).status_code == 200
    assert not Page.find_problems()[0]
    figures = bench.ask()
    assert max(one["sql"] for one in figures) <= BUDGET
    assert not any(one["repeated"] for one in figures)


def test_a_locked_page_that_is_deleted_is_offered_to_nobody(client, tree):
    page = ArticlePage.objects.filter(locale__language_code="zh-hans").first()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    key = page.title[:4]
    page.delete()
    offered = client.get("/zh-hans/find/suggest/", {"q": key}).json()["items"]
    assert page.title not in [one["text"] for one in offered]
    assert not SearchDocument.objects.filter(kind="page", object_id=page.pk, deleted=False).exists()


def test_a_suggestion_of_an_index_that_lags_is_checked_against_the_database(client, tree, monkeypatch):
    page = ArticlePage.objects.filter(locale__language_code="zh-hans").first()
    key = page.title[:4]
    assert page.title in [one["text"] for one in client.get("/zh-hans/find/suggest/", {"q": key}).json()["items"]]
    Page.objects.filter(pk=page.pk).update(live=False)  # behind the index's back
    assert page.title not in [one["text"] for one in client.get("/zh-hans/find/suggest/", {"q": key}).json()["items"]]
