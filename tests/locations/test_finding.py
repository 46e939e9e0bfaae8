"""What scouts type finds what they mean: Chinese, pinyin, English, traditional characters, typing errors."""

import pytest

from demo.places import load
from locations.models import Location
from portal.accounts.models import Organisation, User
from portal.accounts.rules import EDITOR
from portal.search import checks
from portal.search.queries import search, suggest
from portal.search.query import SearchRequest, Viewer
from portal.search.spec import spec_of
from tests.conftest import person
from tests.module_data import kept_for_the_module, start_a_new_index


@pytest.fixture(scope="module")
def written(django_db_setup, django_db_blocker):
    """The ids of editor, company and places."""
    with kept_for_the_module(django_db_blocker):
        gao = person("gao@demo.example", "高导", group=EDITOR)
        company = Organisation.objects.create(name="江雾影业（示例）", invoice_title="江雾影业（示例）")
        yield gao.pk, company.pk, [place.pk for place in load({}, gao, private_to=company)]


@pytest.fixture
def gao(written, db):
    return User.objects.get(pk=written[0])


@pytest.fixture
def company_a(written, db):
    return Organisation.objects.get(pk=written[1])


@pytest.fixture
def library(written, db):
    start_a_new_index()
    places = Location.objects.in_bulk(written[2])
    return [places[pk] for pk in written[2]]


def found(text, **more):
    page = search(SearchRequest(kind="place", text=text, **more))
    slugs = dict(Location.objects.values_list("pk", "slug"))
    return page, [slugs[hit.id] for hit in page.hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("竹海", "chashan-bamboo-sea"),
        ("茶山竹海", "chashan-bamboo-sea"),
        ("zhuhai", "chashan-bamboo-sea"),
        ("zhu hai", "chashan-bamboo-sea"),
        ("cszh", "chashan-bamboo-sea"),
        ("bamboo", "chashan-bamboo-sea"),
        ("Bamboo Sea", "chashan-bamboo-sea"),
        ("松溉", "songji-old-town"),
        ("songji", "songji-old-town"),
        ("songgai", "songji-old-town"),
        ("sjgz", "songji-old-town"),
        ("松溉古鎮", "songji-old-town"),
        ("白沙古鎮", "baisha-old-town"),
        ("磁器口", "ciqikou"),
        ("洪崖洞", "hongyadong"),
        ("hongyadong", "hongyadong"),
        ("cableway", "yangtze-cableway"),
        ("过江索道", "yangtze-cableway"),
        ("长江索道", "yangtze-cableway"),
        ("cable car", "yangtze-cableway"),
        ("轻轨穿楼", "liziba-station"),
        ("lzb", "liziba-station"),
        ("YC-SG-014", "songji-old-town"),
        ("House of Flying Daggers", "chashan-bamboo-sea"),
        ("疯狂的石头", "yangtze-cableway"),
        ("适合拍竹海的地方", "chashan-bamboo-sea"),
        ("二厂", "eling-second-factory"),
        ("wanling", "wanling-old-town"),
        ("yongchuanlaocheng", "yongchuan-old-quarter"),
    ],
)
def test_the_first_result_is_the_place_meant(library, text, first):
    page, slugs = found(text)
    assert slugs
    assert slugs[0] == first
    assert not page.loosened


@pytest.mark.parametrize(("typed", "right"), [("bambo", "bamboo"), ("zhuhia", "zhuhai"), ("hongyadogn", "hongyadong")])
def test_a_typing_error_is_corrected_and_said(library, typed, right):
    page, slugs = found(typed)
    assert page.corrected == right
    assert slugs


def test_a_text_that_nothing_has_whole_is_loosened_and_said(library):
    page, slugs = found("bamboo zeppelin reservoir")
    assert page.loosened
    assert slugs


def test_stilt_houses_are_found_by_either_language(library):
    assert set(found("吊脚楼")[1]) >= {"songji-old-town", "hongyadong"}
    assert set(found("stilt house")[1]) >= {"songji-old-town", "hongyadong"}


def test_a_title_beats_a_mention_and_popularity_settles_ties(library):
    slugs = found("古镇")[1]
    assert slugs[0] == "songji-old-town"
    assert slugs.index("ciqikou") < slugs.index("wanling-old-town")


@pytest.mark.parametrize(
    ("typed", "first"), [("竹", "茶山竹海"), ("c", None), ("song", "松溉古镇"), ("洪", "洪崖洞"), ("bridge", None)]
)
def test_suggestions_come_from_the_first_character(library, typed, first):
    offered = suggest("place", typed, Viewer())
    assert 0 < len(offered) <= 8
    if first:
        assert offered[0].text == first


def test_what_is_found_is_marked_and_escaped(library, gao):
    library[0].summary_en = "<script>alert(1)</script> bamboo"
    from locations.actions import keep_location

    keep_location(actor=gao, location=library[0])
    page, _slugs = found("bamboo")
    hit = next(hit for hit in page.hits if hit.id == library[0].pk)
    assert "<mark>" in hit.title["en"]
    assert "<script>" not in hit.snippet["en"]


def test_records_outbox_and_index_agree(library):
    assert checks.drift(spec_of("place")) == []


def test_loading_again_changes_nothing_for_the_search(library, gao, company_a):
    from portal.search.models import SearchSequence

    before = SearchSequence.objects.get().value
    assert len(load({}, gao, private_to=company_a)) == len(library)
    assert SearchSequence.objects.get().value == before


def test_there_are_places_enough_and_every_text_has_both_languages(library):
    public = [one for one in library if one.state == "published" and one.organisation_id is None]
    assert len(public) >= 16
    assert all(one.name_en and one.summary_en and one.description_en and one.description_zh for one in public)
