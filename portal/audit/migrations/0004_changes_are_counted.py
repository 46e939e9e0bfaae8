"""A counter that moves with every event of the trail and of Wagtail's logs, in the order in which they become visible.

The number of the last event does not: it is drawn long before its transaction ends. On PostgreSQL the counter moves in a
trigger at the very end of the transaction, so its row is locked for a moment only. SQLite has one writer anyway.
"""

from django.db import migrations, models

LOGS = ("audit_event", "wagtailcore_pagelogentry", "wagtailcore_modellogentry")
MOVE = (
    "INSERT INTO audit_changecounter (id, value) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET value = audit_changecounter.value + 1"
)


def count(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION portal_count_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {MOVE}; RETURN NULL; END $$"
        )
        for table in LOGS:
            schema_editor.execute(
                f"CREATE CONSTRAINT TRIGGER {table}_is_counted AFTER INSERT ON {table} "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION portal_count_change()"
            )
        return
    for table in LOGS:
        schema_editor.execute(f"CREATE TRIGGER {table}_is_counted AFTER INSERT ON {table} BEGIN {MOVE}; END")


def stop_counting(apps, schema_editor):
    on = schema_editor.connection.vendor == "postgresql"
    for table in LOGS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_is_counted" + (f" ON {table}" if on else ""))
    if on:
        schema_editor.execute("DROP FUNCTION IF EXISTS portal_count_change()")


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_trail_is_append_only"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(count, stop_counting),
    ]
