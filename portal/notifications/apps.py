from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from portal.ui.slots import register_slot

        from .views import unread_badge

        register_slot("ui:header", "notices", unread_badge)
