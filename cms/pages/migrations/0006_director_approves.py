"""Editors submit, a director approves: the group, its rights, the one workflow of all pages."""

from importlib import import_module

from django.db import migrations

before = import_module("cms.pages.migrations.0002_lot_groups_enter_the_admin")
permission = before.permission

DIRECTORS = "Film lot directors"
WORKFLOW = "编辑送审，主编审定"
TASK = "主编审定"
STOCK = "Moderators approval"


def set_up(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Page = apps.get_model("wagtailcore", "Page")
    Collection = apps.get_model("wagtailcore", "Collection")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    root = Page.objects.get(depth=1)
    directors = Group.objects.get_or_create(name=DIRECTORS)[0]
    directors.permissions.add(
        permission(apps, "wagtailadmin", "admin", "access_admin"),
        permission(apps, "simple_translation", "simpletranslation", "submit_translation"),
    )
    for codename in before.PAGE_PERMISSIONS:
        GroupPagePermission.objects.get_or_create(
            group=directors, page=root, permission=permission(apps, "wagtailcore", "page", codename)
        )
    collection = Collection.objects.get(depth=1)
    for app_label, model, codenames in before.MEDIA_PERMISSIONS:
        for codename in codenames:
            GroupCollectionPermission.objects.get_or_create(
                group=directors, collection=collection, permission=permission(apps, app_label, model, codename)
            )
    # What goes out has been read by a second person
    GroupPagePermission.objects.filter(group__name=before.EDITORS, permission__codename="publish_page").delete()
    make_workflow(apps, root, directors)


def make_workflow(apps, root, directors):
    GroupApprovalTask = apps.get_model("wagtailcore", "GroupApprovalTask")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailcore", model="groupapprovaltask"
    )
    task = GroupApprovalTask.objects.filter(name=TASK).first()
    task = task or GroupApprovalTask.objects.create(name=TASK, content_type=content_type, active=True)
    task.groups.add(directors)
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW, defaults={"active": True})
    apps.get_model("wagtailcore", "WorkflowTask").objects.get_or_create(
        workflow=workflow, task_id=task.pk, defaults={"sort_order": 0}
    )
    apps.get_model("wagtailcore", "WorkflowPage").objects.update_or_create(page=root, defaults={"workflow": workflow})
    Workflow.objects.filter(name=STOCK, workflow_pages=None).update(active=False)


def take_down(apps, schema_editor):
    """Give the editors their right back; the group stays, for people are in it."""
    Page = apps.get_model("wagtailcore", "Page")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    root = Page.objects.get(depth=1)
    directors = apps.get_model("auth", "Group").objects.filter(name=DIRECTORS)
    GroupPagePermission.objects.filter(group__in=directors).delete()
    apps.get_model("wagtailcore", "GroupCollectionPermission").objects.filter(group__in=directors).delete()
    for group in directors:
        group.permissions.clear()
    for group in apps.get_model("auth", "Group").objects.filter(name=before.EDITORS):
        GroupPagePermission.objects.get_or_create(
            group=group, page=root, permission=permission(apps, "wagtailcore", "page", "publish_page")
        )
    Workflow = apps.get_model("wagtailcore", "Workflow")
    stock = Workflow.objects.filter(name=STOCK).first()
    pages = apps.get_model("wagtailcore", "WorkflowPage").objects.filter(workflow__name=WORKFLOW)
    if stock is None:
        pages.delete()
    else:
        Workflow.objects.filter(pk=stock.pk).update(active=True)
        pages.update(workflow=stock)
    Workflow.objects.filter(name=WORKFLOW).update(active=False)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0005_newsroom"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(set_up, take_down)]
