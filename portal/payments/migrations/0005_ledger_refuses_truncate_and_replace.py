"""Two more ways to lose the ledger are closed: TRUNCATE on PostgreSQL, INSERT OR REPLACE on SQLite."""

from django.db import migrations

from portal.core.append_only import guard_table, release_table

TABLES = {"payments_ledgertransaction": ("id", "uuid", "key"), "payments_ledgerentry": ("id",)}


def guard(apps, schema_editor):
    for table, unique in TABLES.items():
        guard_table(schema_editor, table, unique=unique)


def release(apps, schema_editor):
    from importlib import import_module

    for table in TABLES:
        release_table(schema_editor, table)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS ledger_is_append_only()")
    import_module("portal.payments.migrations.0004_ledger_is_append_only").guard(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_ledger_is_append_only")]
    operations = [migrations.RunPython(guard, release)]
