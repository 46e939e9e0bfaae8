"""What the environment says, and what of it is another project's."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.settings import env

ASK = (
    "from django.conf import settings as s; print(s.DATABASES['default']['NAME']);"
    "print(s.PORTAL_BASE_URL); print(s.ALLOWED_HOSTS); print(s.CACHES['default']['BACKEND']); print(repr(s.STRIPE_SECRET_KEY))"
)


def said(tmp_path, module="portal.settings.dev", **more):
    """Return what the settings say in a process with these variables."""
    ours = {"PORT", "HOST", "STRIPE_SECRET_KEY", "DATABASE_URL", "REDIS_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PORTAL_")}
    told = kept | {"PORTAL_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": module} | more
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=settings.BASE_DIR, env=told, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.splitlines()


def test_another_projects_database_cache_and_live_key_are_not_used(tmp_path):
    foreign = {
        "DATABASE_URL": "postgres://x@127.0.0.1/theirs",
        "REDIS_URL": "redis://127.0.0.1",
        "STRIPE_SECRET_KEY": "sk_live_1",
    }
    name, _base, _hosts, cache, key = said(tmp_path, **foreign)
    assert name == str(tmp_path / "portal.sqlite3")
    assert cache.endswith("LocMemCache")
    assert key == "''"


def test_a_database_of_this_portals_own_variable_is_used(tmp_path):
    assert said(tmp_path, PORTAL_DATABASE_URL="postgres://x@127.0.0.1/ours")[0] == "ours"


def test_production_reads_the_usual_variables_and_prefers_its_own(tmp_path):
    told = {
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "film.example",
        "MAIL_HOST": "m",
        "DATABASE_URL": "postgres://x@127.0.0.1/usual",
    }
    name, base, *_rest = said(tmp_path, "portal.settings.production", **told)
    assert (name, base) == ("usual", "https://film.example")
    assert (
        said(tmp_path, "portal.settings.production", **told, PORTAL_DATABASE_URL="postgres://x@127.0.0.1/own")[0]
        == "own"
    )


def test_links_name_the_port_that_is_served(tmp_path):
    assert said(tmp_path, PORT="8001")[1] == "http://localhost:8001"


@pytest.mark.parametrize(
    ("address", "hosts"),
    [
        ("127.0.0.1", "['localhost', '127.0.0.1', '[::1]']"),
        ("10.0.0.7", "['localhost', '127.0.0.1', '[::1]', '10.0.0.7']"),
        ("0.0.0.0", "['*']"),  # noqa: S104 - compared
    ],
)
def test_other_machines_are_answered_only_when_asked(tmp_path, address, hosts):
    assert said(tmp_path, PORTAL_SERVED_ADDRESS=address)[2] == hosts


@pytest.mark.parametrize("folder", ["a#b", "a?b", "a%20b", "片场 一"])
def test_the_database_stays_inside_a_folder_of_any_name(tmp_path, folder, monkeypatch):
    wanted = tmp_path / folder / "portal.sqlite3"
    monkeypatch.setenv("SOME_DATABASE", env.sqlite_url(wanted))
    assert env.database("SOME_DATABASE")["NAME"] == wanted


def test_a_database_address_with_a_question_mark_in_its_path_is_refused_in_words(monkeypatch):
    monkeypatch.setenv("SOME_DATABASE", "sqlite:////tmp/a?b/portal.sqlite3")
    with pytest.raises(ImproperlyConfigured, match="%3F"):
        env.database("SOME_DATABASE")


def test_settings_of_another_project_are_ignored_with_a_line(tmp_path):
    told = os.environ | {"DJANGO_SETTINGS_MODULE": "shop.settings", "PORTAL_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "version"],
        cwd=settings.BASE_DIR,
        env=told,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "shop.settings is another project's and is ignored" in done.stderr
