"""Words of texts and queries: Chinese pairs, traditional characters, plurals, pinyin as locals say it."""

import pytest

from portal.search import pinyin
from portal.search.plan import make_plan
from portal.search.tokens import Cut, clean, normalised, pieces, stem, suggestions, words


def test_chinese_becomes_overlapping_pairs():
    assert words("茶山竹海") == ["茶山", "山竹", "竹海"]
    assert set(words("竹海", singles=True)) == {"竹海", "竹", "海"}


def test_traditional_characters_find_simplified_ones():
    assert normalised("松溉古鎮") == "松溉古镇"
    assert normalised("ＡＢＣ　１２") == "abc 12"


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("houses", "house"),
        ("fields", "field"),
        ("factories", "factory"),
        ("boxes", "box"),
        ("glass", "glass"),
        ("bus", "bus"),
    ],
)
def test_plurals_lose_their_ending_and_names_stay(word, stemmed):
    assert stem(word) == stemmed


def test_accents_fold_and_u_umlaut_is_typed_as_v():
    assert normalised("Café LÜ") == "cafe lv"


def test_a_name_is_found_by_syllables_and_initials():
    tokens = set(pinyin.name_tokens("茶山竹海"))
    assert {"zhuhai", "chashan", "chashanzhuhai", "cszh", "zh"} <= tokens


def test_songji_is_read_as_locals_and_as_dictionaries_do():
    tokens = set(pinyin.name_tokens("松溉古镇"))
    assert {"songji", "songgai", "songjiguzhen", "sjgz", "sggz"} <= tokens


def test_long_names_are_split_into_syllables():
    assert pinyin.split("yongchuanchashanzhuhai") == ("yong", "chuan", "cha", "shan", "zhu", "hai")
    assert pinyin.split("bamboo") == ()


def test_fillers_are_dropped_but_a_query_of_fillers_stays():
    plan = make_plan("适合拍民国的地方", lexicon=["民国"])
    assert any(alternative.tokens == ("民国",) for alternative in plan.clauses[0].alternatives)
    assert make_plan("的地方")
    assert [clause.text for clause in make_plan("the bamboo of chongqing").clauses] == ["bamboo", "chongqing"]


def test_known_words_cut_a_long_run():
    plan = make_plan("永川竹海吊脚楼", lexicon=["永川", "竹海", "吊脚楼"])
    assert plan.clauses[0].alternatives[1].tokens == ("永川", "竹海", "吊脚", "脚楼")


def test_synonyms_stand_beside_the_first_form_and_weigh_less():
    plan = make_plan("stilt house", synonyms={"stilt house": ("吊脚楼",)})
    first, other, *_ = plan.clauses[0].alternatives
    assert first.tokens == ("stilt", "house")
    assert other.tokens == ("吊脚", "脚楼")
    assert other.weight < first.weight


def test_suggestions_begin_at_every_character_and_word():
    offered = suggestions([Cut("千厮门大桥"), Cut("River Bridge at Night")])
    assert {"大桥", "千厮门大桥", "bridge at night", "qiansimendaqiao", "qsmdq"} <= set(offered)


@pytest.mark.parametrize(
    "text", ["\x00\x01", "\ud800", "\u202e\u200b", "𠀀𠀁", "🎬" * 50, "%_\\'\"(((", "a" * 10_000, "ﷺ" * 500]
)
def test_any_text_can_be_cut_into_words(text):
    assert isinstance(pieces(normalised(clean(text))), list)
    make_plan(text)
