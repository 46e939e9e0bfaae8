"""Never asked is not "ask first": the owner's word on sound and effects may be missing.

The forms came with "ask first" chosen, so a stored "ask" is what nobody changed. It becomes empty: the lot asks again
and then says "ask first" where the owner did.
"""

from django.db import migrations, models

LABELS = {
    "sync_sound": "sync sound",
    "may_smoke": "smoke and haze",
    "may_wet_down": "wet-down",
    "may_vehicle": "vehicles on set",
    "may_animals": "animals",
    "may_wall_paint": "painting walls",
    "may_night": "night shooting",
    "may_drone": "drones",
    "may_fire": "open fire",
    "may_minors": "minors on set",
}
CHOICES = [("", "not asked yet"), ("ok", "allowed"), ("ask", "ask first"), ("never", "never")]


def ask_was_only_the_default(apps, schema_editor):
    """Turn "ask first" into "not asked yet"."""
    places = apps.get_model("locations", "Location").objects.using(schema_editor.connection.alias)
    for field in LABELS:
        places.filter(**{field: "ask"}).update(**{field: ""})


def unknown_was_ask(apps, schema_editor):
    """Turn "not asked yet" into "ask first", which was the older default."""
    places = apps.get_model("locations", "Location").objects.using(schema_editor.connection.alias)
    for field in LABELS:
        places.filter(**{field: ""}).update(**{field: "ask"})


class Migration(migrations.Migration):
    dependencies = [("locations", "0005_unknown_is_not_no")]

    operations = [
        *(
            migrations.AlterField(
                model_name="location",
                name=name,
                field=models.CharField(blank=True, choices=CHOICES, default="", max_length=5, verbose_name=label),
            )
            for name, label in LABELS.items()
        ),
        migrations.RunPython(ask_was_only_the_default, unknown_was_ask),
    ]
