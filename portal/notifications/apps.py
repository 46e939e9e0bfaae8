from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from datetime import timedelta

        from portal.tasks.schedule import register_job
        from portal.ui.slots import register_slot

        from .actions import forget_sent_mail, send_waiting_mail
        from .views import unread_badge

        register_slot("ui:header", "notices", unread_badge)
        register_job("notifications.send_waiting_mail", every=timedelta(seconds=30), job=send_waiting_mail)
        register_job("notifications.forget_sent_mail", every=timedelta(hours=6), job=forget_sent_mail)
