"""The lot's groups: all three enter the admin, editors write pages and choose pictures."""

from django.db import migrations

EDITORS = "Film lot editors"
OTHERS = ("Stage managers", "Lot finance")
PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page")
# Wagtail keeps the rights of a custom picture model on its stock one
MEDIA_PERMISSIONS = (
    ("wagtailimages", "image", ("add_image", "change_image", "choose_image")),
    ("wagtaildocs", "document", ("add_document", "change_document", "choose_document")),
)


def permission(apps, app_label, model, codename):
    """Return the permission, made now where `post_migrate` has not come to it yet."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )
    return found


def let_in(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Page = apps.get_model("wagtailcore", "Page")
    Collection = apps.get_model("wagtailcore", "Collection")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    enter = permission(apps, "wagtailadmin", "admin", "access_admin")
    for name in (EDITORS, *OTHERS):
        Group.objects.get_or_create(name=name)[0].permissions.add(enter)
    editors = Group.objects.get(name=EDITORS)
    editors.permissions.add(permission(apps, "simple_translation", "simpletranslation", "submit_translation"))
    root = Page.objects.filter(depth=1).first()
    for codename in PAGE_PERMISSIONS:
        GroupPagePermission.objects.get_or_create(
            group=editors, page=root, permission=permission(apps, "wagtailcore", "page", codename)
        )
    collection = Collection.objects.filter(depth=1).first()
    for app_label, model, codenames in MEDIA_PERMISSIONS:
        for codename in codenames:
            GroupCollectionPermission.objects.get_or_create(
                group=editors, collection=collection, permission=permission(apps, app_label, model, codename)
            )


def show_out(apps, schema_editor):
    """Take the rights away; the groups stay, for people are in them."""
    editors = apps.get_model("auth", "Group").objects.filter(name=EDITORS)
    apps.get_model("wagtailcore", "GroupPagePermission").objects.filter(group__in=editors).delete()
    apps.get_model("wagtailcore", "GroupCollectionPermission").objects.filter(group__in=editors).delete()
    for group in apps.get_model("auth", "Group").objects.filter(name__in=(EDITORS, *OTHERS)):
        group.permissions.clear()


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_initial"),
        ("media", "0001_initial"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("simple_translation", "0001_initial"),
    ]

    operations = [migrations.RunPython(let_in, show_out)]
