"""The admin wears our mark, and its times are those on the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.admin.ui.tables import Column, DateColumn

from portal.ui.templatetags.ui import moment


def test_every_page_of_the_admin_has_our_name_and_mark(client, gao):
    client.force_login(gao)
    home = client.get(reverse("wagtailadmin_home")).text
    assert " - Wagtail</title>" not in home
    assert "光影重庆</title>" in home
    rail = home.partition("<template data-wagtail-sidebar-branding-logo>")[2].partition("</template>")[0]
    assert "gy-brand" in rail
    assert "<svg" in rail
    for sheet in ("tokens", "admin"):
        assert f"ui/css/{sheet}" in home
    assert "wagtailadmin/images/favicon" not in home


def test_where_the_bird_was_stands_our_mark(client, gao):
    client.force_login(gao)
    lost = client.get("/admin/nothing-here/")
    assert lost.status_code == 404
    assert "icon-wagtail" not in lost.text
    assert "gy-logo" in lost.text
    assert "icon-wagtail" not in render_to_string("wagtailadmin/logo.html", {"wordmark": "True"})


def column(name, value):
    """A cell of the admin's table as it is drawn."""
    cell = DateColumn(name).get_cell({name: value})
    return cell.render_html({"row": None, "table": None})


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(days=40), timedelta(days=-3)])
def test_a_column_says_the_time_itself_and_never_just_now(ahead):
    """Wagtail says 刚刚 of every time to come."""
    when = timezone.localtime() + ahead
    with override("zh-hans"):
        drawn = column("starts_at", when)
    assert f"{when.month}月{when.day}日 {when:%H:%M}" in drawn
    assert "刚刚" not in drawn
    assert "之前" not in drawn


def test_only_a_trail_says_how_long_ago_something_was():
    when = timezone.now() - timedelta(hours=3)
    with override("zh-hans"):
        drawn = column("timestamp", when)
    assert moment(when).split()[-1] in drawn
    assert "3\xa0小时" in drawn


@pytest.mark.parametrize(
    ("value", "language", "said"),
    [
        (None, "zh-hans", "—"),
        (date(2031, 6, 3), "zh-hans", "2031年6月3日"),
        (date(2031, 6, 3), "en", "3 Jun 2031"),
        (datetime(2031, 6, 3, 16, 30, tzinfo=UTC), "zh-hans", "2031年6月4日 00:30"),
    ],
)
def test_a_moment_of_another_year_has_its_year(value, language, said):
    with override(language):
        assert moment(value) == said


def test_the_admin_offers_no_clock_but_the_lots(client, gao):
    """Of all the machine's zones one is called localtime, which browsers refuse; and holds end by the lot's clock."""
    client.force_login(gao)
    account = client.get(reverse("wagtailadmin_account")).text
    assert "localtime" not in account
    assert "current_time_zone" not in account


def test_the_admin_asks_for_no_first_and_last_name_and_changes_no_address(client, gao):
    """Nobody has two names here, and a new address is confirmed on the account pages first."""
    client.force_login(gao)
    account = client.get(reverse("wagtailadmin_account"))
    assert "first_name" not in account.text
    assert 'type="email"' not in account.text
    assert f'href="{reverse("accounts:home")}"' in account.text
    settings = {
        "locale-preferred_language": "zh-hans",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "theme-keyboard_shortcuts": "on",
    }
    answer = client.post(reverse("wagtailadmin_account"), settings | {"name_email-email": "other@mail.example"})
    assert answer.status_code == 302
    gao.refresh_from_db()
    assert gao.email == "gao@demo.example"


def test_yes_and_no_are_words_and_a_cell_says_what_it_is():
    """On a phone a row is a card: the heads stand nowhere near."""
    with override("zh-hans"):
        drawn = (
            Column("published", label="已发布").get_cell({"published": True}).render_html({"row": None, "table": None})
        )
    assert 'data-label="已发布"' in drawn
    assert "是" in drawn
    assert "True" not in drawn
