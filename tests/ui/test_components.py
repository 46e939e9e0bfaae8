"""Components draw what they are given, in both languages, and escape it."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import strip_tags

from portal.core.day_ranges import DayRange
from portal.ui.components import STATE_WORDS, Cell


def draw(source, language="zh-hans", **context):
    with translation.override(language):
        return Template(source).render(Context({"request": RequestFactory().get("/zh-hans/x/?q=竹&page=2"), **context}))


def words_of(html):
    return " ".join(strip_tags(html).split())


@pytest.mark.parametrize(
    ("source", "chinese", "english"),
    [
        ("{{ d|day }}", "6月3日 周四", "Thu 3 Jun"),
        ("{{ d|short_day }}", "6月3日", "3 Jun"),
        ("{{ d|full_day }}", "2027年6月3日", "3 Jun 2027"),
        ("{{ d|weekday }}", "周四", "Thu"),
        ("{{ d|day_range:e }}", "6月3日–7日", "3–7 Jun"),
        ("{{ r|day_range }}", "6月28日–7月2日", "28 Jun–2 Jul"),
        ("{{ t|datetime_local }}", "6月3日 周四 18:00", "Thu 3 Jun, 18:00"),
        ("{{ none|day }}{{ none|qty:'m' }}", "——", "——"),
    ],
)
def test_dates_read_as_people_say_them(source, chinese, english):
    context = {
        "d": date(2027, 6, 3),
        "e": date(2027, 6, 8),
        "r": DayRange(date(2027, 6, 28), date(2027, 7, 3)),
        "t": datetime(2027, 6, 3, 10, tzinfo=UTC),
        "none": None,
    }
    assert draw(source, **context) == chinese
    assert draw(source, "en", **context) == english


def test_one_day_is_said_once():
    assert draw("{{ d|day_range:e }}", d=date(2027, 6, 3), e=date(2027, 6, 4)) == "6月3日"


def test_a_figure_keeps_its_unit_and_escapes_it():
    html = draw("{{ 1200|qty:unit }}", unit="<b>")
    assert html == '<span class="qty">1,200<span class="unit">&lt;b&gt;</span></span>'
    assert "&lt;i&gt;" in draw("{% qty value 'm' %}", value="<i>")


def test_a_slate_shows_label_figure_unit_and_note():
    html = draw(
        "{% slate cells clap=True %}", cells=[Cell("功率", 800, "kVA", note="双路"), Cell("类型", "<LED>", word=True)]
    )
    assert "slate--clap" in html
    assert '800<span class="unit">kVA</span>' in html
    assert "<small>双路</small>" in html
    assert "&lt;LED&gt;" in html
    assert 'class="slate__word"' in html


def test_every_state_is_a_word_in_both_languages():
    for state in STATE_WORDS:
        chinese, english = draw("{% state_badge s %}", s=state), draw("{% state_badge s %}", "en", s=state)
        assert f'data-state="{state}"' in chinese
        assert chinese != english


def test_a_card_links_its_title_and_keeps_what_stands_inside():
    html = draw('{% card title="吊脚楼" href="/x/" kind="松溉" %}<p>inside</p>{% end_card %}')
    assert '<a href="/x/">吊脚楼</a>' in html
    assert "<p>inside</p>" in html


def test_the_pager_keeps_the_query_and_marks_the_page():
    html = draw("{% pager page %}", page=Paginator(range(50), 10).get_page(2))
    assert "q=%E7%AB%B9&amp;page=3" in html
    assert 'aria-current="page"' in html


def test_a_removable_chip_says_so():
    html = draw('{% chip "夜戏" "/x/" removable=True count=3 %}')
    assert words_of(html) == "去掉： 夜戏 3 ×"
    assert "aria-label" not in html, "the words that are seen are the name"


def test_what_many_links_say_alike_goes_on_for_ears():
    html = draw('<a href="/x/">打开{% about "保留快到期" "6月3日" %}</a>')
    assert words_of(html) == "打开 保留快到期, 6月3日"


def test_the_last_crumb_is_the_page_itself():
    html = "".join(draw("{% crumbs steps %}", steps=[("取景地", "/a/"), ("吊脚楼", "/b/")]).split())
    assert '<ahref="/a/">' in html
    assert '<liaria-current="page">吊脚楼</li>' in html


class Form(forms.Form):
    name = forms.CharField(label="剧组", help_text="与备案一致")
    kind = forms.ChoiceField(choices=[("film", "电影")])
    rules = forms.BooleanField(label="遵守规定")


def test_an_error_stands_beside_its_field_and_the_value_is_kept():
    form = Form({"name": "", "kind": "film<"})
    html = draw("{% form_errors form %}{% for field in form %}{{ field.as_field_group }}{% endfor %}", form=form)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert '<a href="#id_name">剧组</a>' in html
    assert 'class="input"' in html
    assert 'id="id_rules_error"' in html
    kept = Form({"name": "雾渡", "kind": "film"})
    assert 'value="雾渡"' in draw("{{ form.name.as_field_group }}", form=kept)


def test_a_clock_stands_as_a_date_without_javascript():
    assert "6月3日 周四 18:00" in draw("{% hold_clock t %}", t=datetime(2027, 6, 3, 10, tzinfo=UTC))
