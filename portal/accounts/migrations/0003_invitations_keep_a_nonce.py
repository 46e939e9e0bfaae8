from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_api_keys_expire")]

    operations = [
        migrations.AddField("invitation", "nonce", models.CharField(default="", max_length=40)),
    ]
