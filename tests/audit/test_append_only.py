"""The ledger and the trail: the database refuses to change, delete, replace or empty them, and its guards are looked after."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.audit.actions import record
from portal.audit.models import AuditSeal, Event
from portal.core.append_only import append_only_tables, guard_table, missing_guards
from portal.payments.models import LedgerEntry, LedgerTransaction
from tests.conftest import APPEND_ONLY

pytestmark = pytest.mark.django_db
UNIQUE = {"payments_ledgertransaction": ("id", "uuid", "key"), "audit_auditseal": ("id", "first", "last")}


class Editor:
    """The two things of a schema editor that a guard uses, without its own transaction."""

    connection = connection

    def execute(self, sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)


@contextmanager
def all_guards():
    """Put every guard back, also those that the suite lifts to clean up, for one test."""
    with transaction.atomic():
        if connection.vendor == "postgresql":  # TRUNCATE also refuses while foreign keys are still to be checked
            Editor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in APPEND_ONLY:
            guard_table(Editor(), table, unique=UNIQUE.get(table, ("id",)))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def rows(lin):
    record("tests.tried", actor=lin, subject=lin)
    AuditSeal.objects.create(first=1, last=5, count=5, digest="0" * 64)
    header = LedgerTransaction.objects.create(key="k", kind="payment")
    LedgerEntry.objects.create(transaction=header, debit="bank", credit="fake", amount_fen=5)


def refused(sql):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("sql", ["UPDATE {0} SET id = id + 1000", "DELETE FROM {0}"])
def test_the_database_refuses_to_change_and_to_delete(rows, table, sql):
    with all_guards():
        refused(sql.format(table))


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("cascade", ["", " CASCADE"])
def test_postgresql_refuses_to_empty(rows, table, cascade):
    if connection.vendor != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")
    with all_guards():
        refused(f"TRUNCATE {table}{cascade or ', payments_ledgerentry' * (table == 'payments_ledgertransaction')}")


def test_emptying_a_table_they_hang_on_does_not_empty_them(rows):
    if connection.vendor != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")
    with all_guards():
        refused("TRUNCATE accounts_user CASCADE")


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_sqlite_refuses_to_replace(rows, table):
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    with all_guards():
        for verb in ("INSERT OR REPLACE", "REPLACE"):
            refused(f"{verb} INTO {table} SELECT * FROM {table}")  # noqa: S608 - our own names


def test_sqlite_refuses_to_replace_by_another_unique_column(rows):
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    columns = [field.column for field in LedgerTransaction._meta.fields if field.column != "id"]
    changed = ", ".join("'other'" if column == "kind" else column for column in columns)
    with all_guards():
        refused(
            f"INSERT OR REPLACE INTO payments_ledgertransaction ({', '.join(columns)}) "  # noqa: S608 - our own names
            f"SELECT {changed} FROM payments_ledgertransaction"
        )
        assert LedgerTransaction.objects.get().kind == "payment"


def test_new_rows_are_taken(rows, lin):
    with all_guards():
        record("tests.tried", actor=lin, subject=lin, at=timezone.now().isoformat())
        assert Event.objects.filter(action="tests.tried").count() == 2


def test_a_guard_that_is_gone_is_found(rows):
    with all_guards():
        assert missing_guards(connection, APPEND_ONLY) == []
        on = " ON audit_event" if connection.vendor == "postgresql" else ""
        Editor().execute(f"DROP TRIGGER audit_event_no_update{on}")
        assert missing_guards(connection, APPEND_ONLY) == ["audit_event_no_update"]


@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE audit_event",
        "TRUNCATE payments_ledgertransaction CASCADE",
        "DELETE FROM audit_event",
        "UPDATE payments_ledgerentry SET amount_fen = 1",
        "DROP TRIGGER audit_event_no_update ON audit_event",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "ALTER TABLE audit_event ADD COLUMN more text",
        "DROP TABLE locations_location",
        "CREATE TABLE of_mine (id int)",
        "COPY accounts_user TO PROGRAM 'cat'",
        "SET session_replication_role = replica",
    ],
)
def test_the_role_of_the_running_portal_may_only_read_and_write_rows(rows, lin, sql):
    if connection.vendor != "postgresql":
        pytest.skip("roles are PostgreSQL's")
    roles = (Path(__file__).parents[2] / "deploy" / "roles.sql").read_text()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(roles.replace("portal_owner", "tried_owner").replace("portal_app", "tried_app"))
        cursor.execute("SET LOCAL ROLE tried_app")
        record("tests.tried", actor=lin, subject=lin)
        assert Event.objects.filter(action="tests.tried").exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(sql)
        transaction.set_rollback(True)


def test_every_model_that_says_so_is_guarded_and_lifted_for_the_suites_cleaning():
    assert sorted(append_only_tables()) == sorted(APPEND_ONLY)
