"""The admin's own search boxes read Chinese, English and pinyin as the public search does."""

import modelsearch.backends
import pytest
from modelsearch.query import Boost, Not, Phrase, PlainText

from media.models import PortalImage
from portal.search.modelsearch_backend import asked, kept, translated
from tests.locations import conftest as places

make_image = places.make_image


@pytest.fixture
def pictures(make_image):
    made = {}
    for number, (zh, en) in enumerate(
        {
            "茶山竹海的晨雾": "Morning over the bamboo",
            "松溉古镇吊脚楼": "Stilt houses",
            "LED影棚3号": "LED volume",
        }.items()
    ):
        picture = make_image(number)
        picture.title, picture.subject_zh, picture.subject_en = f"{zh} {en}", zh, en
        picture.save()
        modelsearch.backends.get_search_backend().add(picture)  # the worker's task, which tests only write down
        made[zh[:2]] = picture
    return made


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("竹海", "茶山"),
        ("晨霧", "茶山"),
        ("雾", "茶山"),
        ("古镇 吊脚", "松溉"),
        ("stilt house", "松溉"),
        ("zhuhai", "茶山"),
        ("sjgz", "松溉"),
        ("影棚3号", "LE"),
        ("led", "LE"),
    ],
)
def test_a_picture_is_found_by_a_part_of_its_name(pictures, text, finds):
    backend = modelsearch.backends.get_search_backend()
    assert [one.pk for one in backend.search(text, PortalImage)] == [pictures[finds].pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "finds"),
    [("竹", "茶山"), ("茶山竹", "茶山"), ("stil", "松溉"), ("houses", "松溉"), ("song", "松溉"), ("le", "LE")],
)
def test_a_half_typed_name_finds_it(pictures, text, finds):
    backend = modelsearch.backends.get_search_backend()
    assert [one.pk for one in backend.autocomplete(text, PortalImage)] == [pictures[finds].pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["", "!!!", '"', "' OR 1=1", "a\x00b", "的" * 3_000, "𠀀", "NEAR(", "*", "col:x", "🎬"]
)
def test_no_text_breaks_a_box(pictures, text):
    backend = modelsearch.backends.get_search_backend()
    list(backend.search(text, PortalImage))
    list(backend.autocomplete(text, PortalImage))


def test_every_kind_of_query_is_translated():
    assert translated("竹海", typing=False) == "竹海"
    assert translated(PlainText("茶山竹海", operator="or"), typing=False).operator == "or"
    assert translated(Phrase("Stilt Houses"), typing=False).query_string == "stilt house"
    both = translated(PlainText("茶山") & ~PlainText("竹海") | Boost(PlainText("湖"), 2), typing=False)
    assert "竹海" in repr(both)
    assert isinstance(translated(Not(PlainText("a")), typing=True), Not)


def test_what_is_kept_holds_what_is_asked():
    for text in ("茶山竹海", "Stilt Houses by the River", "3号棚 LED"):
        assert set(asked(text, typing=False).split()) <= set(kept(text).split())
        assert set(asked(text, typing=True).split()) <= set(kept(text).split())
    assert "zhuhai" in kept("茶山竹海").split()
    assert "zhuhai" not in kept("茶山竹海" * 20).split()


@pytest.mark.django_db
def test_the_boxes_of_the_admin_use_it(pictures, client, gao):
    client.force_login(gao)
    page = client.get("/admin/images/", {"q": "竹海"})
    assert page.status_code == 200
    assert "茶山竹海的晨雾" in page.text
    assert "LED影棚3号" not in page.text
    assert "茶山竹海的晨雾" in client.get("/admin/images/", {"q": "zhuh"}).text
