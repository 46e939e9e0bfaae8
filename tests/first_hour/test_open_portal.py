"""`manage.py open_portal` makes an empty portal one that people can work on."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site

from portal.accounts.models import User
from portal.accounts.rules import LOT_GROUPS

pytestmark = pytest.mark.django_db
SECRET = "eine-lange-Wendeltreppe-77"
SECTIONS = ["", "one-stop/", "guides/", "news/", "press/", "people/"]


@pytest.fixture
def opened(monkeypatch, settings, capsys):
    monkeypatch.setenv("PORTAL_ADMIN_PASSWORD", SECRET)
    settings.PORTAL_BASE_URL = "https://film.example"

    def run(*words):
        call_command("open_portal", *words)
        return capsys.readouterr().out

    return run


def test_an_empty_portal_answers_every_section_in_both_languages(opened, client):
    assert client.get("/zh-hans/news/").status_code == 404
    opened("chief@film.example")
    for language in ("zh-hans", "en"):
        for section in SECTIONS:
            answer = client.get(f"/{language}/{section}")
            assert answer.status_code == 200, (language, section)
            assert f'hreflang="{"en" if language == "zh-hans" else "zh-Hans"}"' in answer.content.decode()


def test_administrator_site_and_groups_are_there_and_the_rest_is_listed(opened):
    out = opened("Chief@Film.example", "--name", "陈主任")
    admin = User.objects.get()
    assert (admin.email, admin.name, admin.is_superuser, admin.is_staff) == ("chief@film.example", "陈主任", True, True)
    assert admin.check_password(SECRET)
    assert EmailAddress.objects.get().verified
    site = Site.objects.get()
    assert (site.hostname, site.port, site.root_url) == ("film.example", 443, "https://film.example")
    assert set(LOT_GROUPS) <= set(Group.objects.values_list("name", flat=True))
    assert "[to do] mail: manage.py sendtestemail chief@film.example" in out
    assert SECRET not in out


def test_a_second_run_makes_nothing_and_leaves_what_an_editor_changed(opened):
    opened("chief@film.example")
    page = Page.objects.get(slug="news", locale__language_code="en")
    page.title = "What is new"
    page.save()
    before = (Page.objects.count(), User.objects.count())
    out = opened()
    assert "[made " not in out
    assert (Page.objects.count(), User.objects.count()) == before
    assert Page.objects.get(pk=page.pk).title == "What is new"


def test_the_administrator_gets_to_the_second_step_and_not_round_and_round(opened, client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = True
    opened("chief@film.example")
    client.post("/accounts/login/", {"login": "chief@film.example", "password": SECRET})
    answer = client.get("/accounts/2fa/", follow=True)
    assert answer.status_code == 200
    assert len(answer.redirect_chain) <= 3
    if answer.request["PATH_INFO"] == "/accounts/reauthenticate/":
        answer = client.post(answer.redirect_chain[-1][0], {"password": SECRET}, follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/2fa/totp/activate/"


def test_an_administrator_made_by_hand_gets_a_confirmed_address(opened):
    User.objects.create_superuser("hand@film.example", SECRET, name="手工")
    opened()
    assert EmailAddress.objects.get(user__email="hand@film.example").verified


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        ((), SECRET, "Name the first administrator"),
        (("chief",), SECRET, "Name the first"),
        (("a@b.example",), "12345678", "常见"),
    ],
    ids=["no address", "half an address", "a common password"],
)
def test_what_cannot_be_is_said_in_one_sentence(opened, monkeypatch, words, password, said):
    monkeypatch.setenv("PORTAL_ADMIN_PASSWORD", password)
    with pytest.raises(CommandError, match=said):
        opened(*words)
    assert not User.objects.exists()
