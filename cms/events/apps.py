from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "cms.events"
    label = "events"
    verbose_name = _("Film week")

    def ready(self) -> None:
        from portal.accounts.rules import register_permissions
        from portal.accounts.sign_in import register_sign_in_step
        from portal.search.spec import register_spec
        from portal.tasks.schedule import register_job
        from portal.ui.navigation import register_navigation
        from portal.ui.sitemaps import register_sitemap
        from portal.ui.slots import register_slot

        from . import actions, device, rules, search, slots
        from .models import ProgrammeSession

        register_permissions(rules.PERMISSIONS)
        register_spec(search.SPEC)
        register_sign_in_step(device.move_into_account)
        register_navigation(_("Film week"), "events:current", order=40)
        register_slot("pages:home", "film_week", slots.home_week)
        register_job("events.lapse_offers", every=timedelta(seconds=30), job=actions.lapse_offers)
        register_job("events.remind_visitors", every=timedelta(minutes=5), job=actions.remind_visitors)
        register_job("events.forget_visitors", every=timedelta(hours=6), job=actions.forget_visitors)
        register_sitemap("sessions", lambda: ProgrammeSession.objects.visible())
