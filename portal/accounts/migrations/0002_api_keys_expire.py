from datetime import timedelta

from django.db import migrations, models
from django.db.models import F

YEAR = timedelta(days=365)


def give_old_keys_a_year(apps, schema_editor):
    """Keys made before get a year from the day they were made."""
    apps.get_model("accounts", "ApiToken").objects.filter(expires_at=None).update(expires_at=F("created_at") + YEAR)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField("apitoken", "expires_at", models.DateTimeField("works until", null=True)),
        migrations.RunPython(give_old_keys_a_year, migrations.RunPython.noop),
        migrations.AlterField("apitoken", "expires_at", models.DateTimeField("works until")),
    ]
