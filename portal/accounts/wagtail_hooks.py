from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from .admin import QueueMenuItem, QueueView, account_pages


@hooks.register("register_admin_urls")
def queue_urls() -> list[URLPattern]:
    return [path("reports/queue/", QueueView.as_view(), name="queue_desk")]


@hooks.register("register_reports_menu_item")
def queue_item() -> QueueMenuItem:
    return QueueMenuItem(_("Mail and tasks"), reverse("queue_desk"), name="queue", icon_name="mail", order=120)


hooks.register("register_account_menu_item", account_pages)
