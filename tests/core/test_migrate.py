"""Two `migrate` at once: the second waits, and neither raises."""

import os
import subprocess
import sys
import uuid

import pytest
from django.conf import settings
from django.db import connection

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
# Both have made their plan before either begins to carry it out.
SCRIPT = """
import sys, time
from django.conf import settings
from portal.settings import env
settings.configure(DATABASES={"default": env.database("RACE")}, INSTALLED_APPS=[*sys.argv[2:], "django.contrib.contenttypes", "django.contrib.auth"])
import django
django.setup()
from django.core.management import call_command
from django.db.models.signals import pre_migrate
pre_migrate.connect(lambda **kwargs: time.sleep(float(sys.argv[1])), weak=False)
call_command("migrate", verbosity=0)
"""


@pytest.fixture
def empty():
    """The URL of a database with nothing in it."""
    name = f"race_{uuid.uuid4().hex[:8]}"
    if connection.vendor == "sqlite":
        path = settings.TEST_DIR / name
        yield f"sqlite:///{path}"
        for rest in settings.TEST_DIR.glob(f"{name}*"):
            rest.unlink()
        return
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"{os.environ['TEST_DATABASE_URL'].rpartition('/')[0]}/{name}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


def two_at_once(url, *apps):
    command = [sys.executable, "-c", SCRIPT, "1", *apps]
    both = [
        subprocess.Popen(command, env={**os.environ, "RACE": url}, cwd=settings.BASE_DIR, stderr=subprocess.PIPE)
        for _one in range(2)
    ]
    said = [one.communicate(timeout=120)[1].decode() for one in both]
    return [one.returncode for one in both], "".join(said)


def test_two_at_once_both_succeed_and_the_second_says_that_it_waits(empty):
    codes, said = two_at_once(empty, "portal.core")
    assert codes == [0, 0], said
    assert said.count("Another migrate is at work") == 1


def test_djangos_own_raises_which_shows_that_they_meet(empty):
    codes, said = two_at_once(empty)
    assert sorted(map(bool, codes)) == [False, True], said
    assert "already exists" in said
