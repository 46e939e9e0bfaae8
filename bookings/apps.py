from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    label = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        from portal.accounts.leaving import register_leaving_step
        from portal.accounts.rules import register_permissions
        from portal.payments.purposes import register_purpose
        from portal.tasks.schedule import register_job
        from portal.ui.navigation import register_navigation
        from portal.ui.slots import register_slot

        from . import actions, money, rules, slots

        register_permissions(rules.PERMISSIONS)
        register_leaving_step(actions.renew_calendar_addresses)
        register_navigation(_("Bookings"), "bookings:list", order=50)
        register_purpose(money.PURPOSE, money.DepositPurpose())
        register_job("bookings.expire", every=timedelta(seconds=20), job=actions.expire_lapsed)
        register_slot("studios:detail", "availability", slots.availability_strip)
        register_slot("pages:home", "free_this_month", slots.free_this_month)
