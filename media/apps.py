from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    name = "media"
    label = "media"
    verbose_name = _("Pictures and documents")

    def ready(self) -> None:
        from portal.accounts.rules import EDITOR, STAGE_MANAGER, register_permissions

        register_permissions({"media.manage": (set(), {EDITOR, STAGE_MANAGER})})
