"""A home page in each language, so that the portal answers before an editor has written anything."""

import uuid

from django.db import migrations

HOMES = (("zh-hans", "zh", "一个窗口", "拍遍山城"), ("en", "en", "One desk for filming", "in a mountain city"))


def make(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("pages", "HomePage")
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="pages", model="homepage"
    )
    root = Page.objects.get(depth=1)
    welcome = Page.objects.filter(depth=2, content_type__app_label="wagtailcore", content_type__model="page")
    welcome.delete()
    taken = Page.objects.filter(depth=2).count()
    key = uuid.uuid4()
    for place, (language, slug, first, second) in enumerate(HOMES, start=taken + 1):
        locale, _ = Locale.objects.get_or_create(language_code=language)
        home = HomePage.objects.create(
            title="光影重庆" if language == "zh-hans" else "Light & Shadow Chongqing",
            draft_title="光影重庆" if language == "zh-hans" else "Light & Shadow Chongqing",
            slug=slug,
            content_type=content_type,
            path=f"{root.path}{place:04d}",
            depth=2,
            numchild=0,
            url_path=f"/{slug}/",
            locale=locale,
            translation_key=key,
            headline_1=first,
            headline_2=second,
        )
        if language == "zh-hans":
            Site.objects.update_or_create(
                is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page_id": home.pk}
            )
    root.numchild = Page.objects.filter(depth=2).count()
    root.save(update_fields=["numchild"])


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0002_lot_groups_enter_the_admin"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
