from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("directory", "0002_vendor_by_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="inquiry",
            name="waiting_since",
            field=models.DateTimeField(blank=True, db_index=True, null=True),
        ),
    ]
