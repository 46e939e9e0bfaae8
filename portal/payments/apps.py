from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "portal.payments"
    label = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from portal.accounts.rules import register_permissions
        from portal.tasks.schedule import register_job

        from . import actions, checks, rules

        register_permissions(rules.PERMISSIONS)
        register_job("payments.sweep", every=timedelta(minutes=2), job=actions.sweep)
        register_job("payments.remind", every=timedelta(minutes=10), job=actions.remind)
        checks.register_system_checks()
