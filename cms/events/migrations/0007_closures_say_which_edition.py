from typing import Any

from django.db import migrations


def name_closures(apps: Any, schema_editor: Any) -> None:
    """Closures that editions made are events, with the edition's name in each language."""
    for day in apps.get_model("events", "StageDay").objects.select_related("edition", "closure"):
        day.closure.kind = "event"
        day.closure.reason = day.edition.name_zh[:120]
        day.closure.reason_en = day.edition.name_en[:120]
        day.closure.save(update_fields=["kind", "reason", "reason_en"])


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0005_closures_of_events"),
        ("events", "0006_days_asked_for"),
    ]

    operations = [migrations.RunPython(name_closures, migrations.RunPython.noop)]
