"""Tables whose rows the database itself refuses to change, delete or replace; used by migrations and checks.

On PostgreSQL triggers refuse UPDATE, DELETE and TRUNCATE, also for the owner of the table; a role of its own for the
running portal (docs/runbook.md) cannot take the triggers away. On SQLite `INSERT OR REPLACE` deletes the old row without
a delete trigger (unless `recursive_triggers` is on), so a trigger before INSERT refuses what exists already.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps

FUNCTION = "portal_append_only"


def append_only_tables() -> tuple[str, ...]:
    """Return the tables of every model that says `append_only = True`."""
    return tuple(model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False))


def guard_table(schema_editor: Any, table: str, *, unique: tuple[str, ...] = ("id",)) -> None:
    """Make a table append-only. `unique` names every column with a unique index of its own. Safe to call again."""
    release_table(schema_editor, table)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
        )
        for event, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()"
            )
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, 'the table {table} is append-only'); END"
    for event in ("UPDATE", "DELETE"):
        schema_editor.execute(f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {refuse}")
    there = " OR ".join(f"{column} = NEW.{column}" for column in unique)
    exists = f"EXISTS (SELECT 1 FROM {table} WHERE {there})"  # noqa: S608 - names from our own migrations
    schema_editor.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {exists} {refuse}")


def release_table(schema_editor: Any, table: str) -> None:
    """Take the guards of a table away: for a migration that goes back, and for the tests' own cleaning."""
    on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    for event in ("update", "delete", "truncate", "replace"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}{on}")


def missing_guards(connection: Any, tables: tuple[str, ...]) -> list[str]:
    """Return the triggers that ought to be there and are not: a table made anew on SQLite loses them."""
    if connection.vendor == "postgresql":
        events, query = ("update", "delete", "truncate"), "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    else:
        events, query = ("update", "delete", "replace"), "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [name for table in tables for event in events if (name := f"{table}_no_{event}") not in there]
