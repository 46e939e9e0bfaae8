from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "portal.payments"
    label = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from portal.accounts.rules import LOT_FINANCE, register_permissions

        register_permissions({"payments.record": (set(), {LOT_FINANCE})})
