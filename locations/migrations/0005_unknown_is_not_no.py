"""Unknown is not no: three facts of a place get a third state, and days not to be had may return every year.

Their forms had one box to tick, empty at first: a stored false says that nobody ticked it, never that somebody looked
and found "no". So false becomes unknown. True was ticked by somebody and stays true.
"""

from django.db import migrations, models

FIELDS = ("rain_slip", "boat_access", "interior_drama_allowed")


def false_was_only_the_default(apps, schema_editor):
    """Turn false into unknown."""
    places = apps.get_model("locations", "Location").objects.using(schema_editor.connection.alias)
    for field in FIELDS:
        places.filter(**{field: False}).update(**{field: None})


def unknown_was_false(apps, schema_editor):
    """Turn unknown into false, which the older columns need."""
    places = apps.get_model("locations", "Location").objects.using(schema_editor.connection.alias)
    for field in FIELDS:
        places.filter(**{field: None}).update(**{field: False})


class Migration(migrations.Migration):
    dependencies = [("locations", "0004_saved_searches")]

    operations = [
        migrations.AlterField(
            model_name="location",
            name="rain_slip",
            field=models.BooleanField(blank=True, null=True, verbose_name="slippery in rain"),
        ),
        migrations.AlterField(
            model_name="location",
            name="boat_access",
            field=models.BooleanField(blank=True, null=True, verbose_name="reached by boat"),
        ),
        migrations.AlterField(
            model_name="location",
            name="interior_drama_allowed",
            field=models.BooleanField(blank=True, null=True, verbose_name="drama may be filmed inside"),
        ),
        migrations.RunPython(false_was_only_the_default, unknown_was_false),
        migrations.AddField(
            model_name="locationblackout",
            name="yearly",
            field=models.BooleanField(
                default=False,
                help_text="Exams, flood season, forest fires: only day and month count.",
                verbose_name="every year",
            ),
        ),
    ]
