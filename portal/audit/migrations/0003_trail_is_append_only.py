"""The database itself refuses to change, delete or replace what stands in the trail, and its seals."""

from django.db import migrations

from portal.core.append_only import guard_table, release_table

TABLES = {"audit_event": ("id",), "audit_auditseal": ("id", "first", "last")}


def guard(apps, schema_editor):
    for table, unique in TABLES.items():
        guard_table(schema_editor, table, unique=unique)


def release(apps, schema_editor):
    for table in TABLES:
        release_table(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_seals")]
    operations = [migrations.RunPython(guard, release)]
