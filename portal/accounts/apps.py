from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from portal.audit.sealing import seal_finished
        from portal.tasks.schedule import register_job

        from . import receivers

        receivers.connect()
        register_job("audit.seal", every=timedelta(minutes=10), job=seal_finished)
