"""What was asked in vain or slowly is kept by text, without anything about people, and staff add synonyms from there."""

import pytest
from django.urls import reverse

from portal.search import notes
from portal.search.models import SearchNote, Synonym
from portal.search.queries import search, search_all, suggest
from portal.search.query import SearchRequest, Viewer
from tests.locations import conftest as places

from .stub import misbehaving

pytestmark = pytest.mark.django_db
street, bamboo = places.street, places.bamboo


@pytest.fixture(autouse=True)
def _own_notes(settings, tmp_path):
    settings.SEARCH_NOTES_DIR = tmp_path / "notes"


def ask(text, **more):
    return search(SearchRequest(kind="place", text=text, **more))


def kept():
    notes.take_in()
    return {(one.kind, one.text): (one.empty, one.slow) for one in SearchNote.objects.all()}


def test_a_text_that_finds_nothing_is_counted_and_no_other(street, bamboo):
    for text in ("海底隧道", "海底隧道", "竹海", "   ", "!!!", ""):
        ask(text)
    ask("竹海", filters={"era": frozenset({"ming"})})  # found nothing because of the filter
    ask("海底隧道", offset=24)
    assert kept() == {("place", "海底隧道"): (2, 0)}
    ask("海底隧道")
    assert kept() == {("place", "海底隧道"): (3, 0)}


def test_a_text_that_had_to_be_corrected_or_loosened_counts_too(bamboo):
    assert ask("bambo").corrected == "bamboo"
    assert ("place", "bambo") in kept()


def test_a_slow_text_is_kept(bamboo, monkeypatch):
    monkeypatch.setattr(notes, "SLOW_MS", 0)
    ask("竹海")
    assert kept() == {("place", "竹海"): (0, 1)}


def test_the_search_over_everything_counts_once(street):
    search_all("海底隧道", Viewer())
    search_all("松溉", Viewer())
    assert kept() == {("", "海底隧道"): (1, 0)}


@pytest.mark.parametrize(
    "text",
    [
        "lin@demo.example 海底",
        "海底 138 0013 8000",
        "海底13800138000",
        "500101-19900101-1234",
        "https://x.example/a",
        "长" * 41,
    ],
)
def test_nothing_about_people_is_kept(street, text):
    ask(text)
    assert kept() == {}


def test_half_typed_texts_are_not_kept(street):
    suggest("place", "没有这", Viewer())
    assert kept() == {}


def test_lines_never_stop_a_search(street, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.SEARCH_NOTES_DIR = tmp_path / "file" / "no-folder"
    assert ask("海底隧道").total == 0


def test_lines_cut_off_are_left_out_and_too_many_are_not_kept(street, monkeypatch):
    ask("海底隧道")
    with (notes.folder() / "lines").open("a") as file:
        file.write('{"kind": "pla')
    assert notes.take_in() == 1
    monkeypatch.setattr(notes, "FULL", 10)
    ask("海底隧道")
    ask("海底隧道")
    assert notes.take_in() == 1


def test_old_texts_and_too_many_go(street, monkeypatch):
    from datetime import date

    SearchNote.objects.create(kind="place", text="旧", empty=1, last_on=date(2020, 1, 1))
    monkeypatch.setattr(notes, "MOST", 2)
    for text in ("海底隧道", "海底轮船", "海底飞机"):
        ask(text)
    assert len(kept()) == 2
    assert not SearchNote.objects.filter(text="旧").exists()


def test_staff_see_it_and_add_a_synonym_from_there(client, gao, street, bamboo):
    client.force_login(gao)
    ask("高脚屋")
    notes.take_in()
    page = client.get(reverse("search_figures"))
    assert "高脚屋" in page.text
    add = reverse("wagtailsnippets_search_synonym:add")
    assert f"{add}?words=" in page.text
    assert "高脚屋" in client.get(add, {"words": "高脚屋"}).text
    assert client.post(add, {"words": "高脚屋, 吊脚楼"}).status_code == 302
    assert Synonym.objects.get().words == "高脚屋, 吊脚楼"
    assert [hit.id for hit in ask("高脚屋").hits] == [street.pk, bamboo.pk]


def test_staff_see_what_a_query_becomes(client, gao, street, bamboo):
    client.force_login(gao)
    client.post(reverse("wagtailsnippets_search_synonym:add"), {"words": "stilt house, 吊脚楼"})
    page = client.get(reverse("search_figures"), {"q": "適合拍吊腳樓的地方 zhuhai", "kind": "place"})
    for there in ("吊脚 + 脚楼", "stilt + house", "zhuhai", "拼音", "同义词"):
        assert there in page.text, there
    assert SearchNote.objects.count() == notes.take_in() == 0  # staff's questions are not counted


@pytest.mark.parametrize("text", ["", "!!!", "'\"<script>", "的地方", "字" * 300, "𠀀"])
def test_any_text_may_be_looked_into(client, gao, street, text):
    client.force_login(gao)
    answer = client.get(reverse("search_figures"), {"q": text, "kind": "vase" if len(text) > 3 else "place"})
    assert answer.status_code == 200
    assert "<script>" not in answer.text.partition("</form>")[2].partition("<script")[0]


def test_nobody_else_sees_it(client, zhao, lin, fang):
    for person in (zhao, lin, fang):
        client.force_login(person)
        answer = client.get(reverse("search_figures"))
        assert answer.status_code in {302, 403}
        assert "search_figures" not in client.get("/admin/", follow=True).text


def test_the_page_says_that_a_cluster_is_away(client, gao, street, settings, tmp_path):
    client.force_login(gao)
    with misbehaving() as (_stub, port):
        settings.SEARCH_STANDBY_URL = f"tantivy://{tmp_path / 'standby'}"
        settings.SEARCH_URL = f"elasticsearch+http://127.0.0.1:{port}/away"
        for _ in range(3):
            assert ask("松溉").stale
        page = client.get(reverse("search_figures"))
        assert "told_to" in page.text
        assert "内置引擎" in page.text
        assert client.get("/readyz").json()["search"]["state"] in {"standby", "making"}
