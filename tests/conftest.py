"""Personas and the few shared fixtures. Lin owns company A, Bo is her colleague, Zhao is the stranger."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from portal.accounts.models import Membership, Organisation, User
from portal.accounts.rules import DIRECTOR, EDITOR, LOT_FINANCE, STAGE_MANAGER
from tests import template_database

PASSWORD = "guangying-demo"
APPEND_ONLY = ("payments_ledgertransaction", "payments_ledgerentry", "audit_event", "audit_auditseal")


@pytest.fixture(autouse=True)
def _fresh_cache():
    """Limits and cached parts of one test never reach the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def _own_language():
    """Each test begins in the portal's language: an English page read by the one before leaves the thread in English."""
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Put a copy of the migrated template where the test database is expected."""
    with django_db_blocker.unblock():
        template_database.write_copy(connection, str(connection.creation._get_test_db_name()))


@pytest.fixture(scope="session")
def django_db_keepdb():
    """The copy is the test database: it is not made anew, and the next run writes it over."""
    return True


@pytest.fixture(scope="session")
def django_db_createdb():
    return False


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied(request):
    """A test that commits is cleaned up by DELETE (SQLite) or TRUNCATE (PostgreSQL): the tests lift that one guard.

    `tests/audit/test_append_only.py` puts it back to see it work.
    """
    if not any(
        "db" in getattr(item, "fixturenames", ()) or item.get_closest_marker("django_db")
        for item in request.session.items
    ):
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock():
        from django.db import connection

        with connection.cursor() as cursor:
            for table in APPEND_ONLY:
                if connection.vendor == "sqlite":
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
                else:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")
        connection.close()


def person(email: str, name: str, *, company: Organisation | None = None, role: str = "owner", group: str = "") -> User:
    user = User.objects.create_user(email, PASSWORD, name=name)
    if company:
        Membership.objects.create(user=user, organisation=company, role=role)
    if group:
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


@pytest.fixture
def company_a(db):
    return Organisation.objects.create(name="江雾影业（示例）", invoice_title="江雾影业（示例）")


@pytest.fixture
def company_b(db):
    return Organisation.objects.create(name="北岸制片（示例）", invoice_title="北岸制片（示例）")


@pytest.fixture
def lin(company_a):
    """Producer, owner of company A."""
    return person("lin@demo.example", "林岚", company=company_a)


@pytest.fixture
def bo(company_a):
    """Her colleague, a member."""
    return person("bo@demo.example", "柏宁", company=company_a, role="member")


@pytest.fixture
def zhao(company_b):
    """The stranger: owner of company B."""
    return person("zhao@demo.example", "赵川", company=company_b)


@pytest.fixture
def mei(db):
    """The lot's stage manager."""
    return person("mei@demo.example", "梅工", group=STAGE_MANAGER)


@pytest.fixture
def gao(db):
    """The lot's editor."""
    return person("gao@demo.example", "高导", group=EDITOR)


@pytest.fixture
def shen(db):
    """The lot's director of the newsroom, who approves what Gao submits."""
    return person("director@demo.example", "沈主编", group=DIRECTOR)


@pytest.fixture
def fang(db):
    """The lot's finance."""
    return person("fang@demo.example", "方会计", group=LOT_FINANCE)
