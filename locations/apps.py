from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocationsConfig(AppConfig):
    name = "locations"
    label = "locations"
    verbose_name = _("Places")

    def ready(self) -> None:
        from datetime import timedelta

        from portal.accounts.rules import register_permissions
        from portal.search.spec import register_spec
        from portal.tasks.schedule import register_job
        from portal.ui.navigation import register_navigation
        from portal.ui.sitemaps import register_sitemap
        from portal.ui.slots import register_slot

        from . import slots
        from .actions import tell_saved_searches
        from .models import Location
        from .rules import PERMISSIONS
        from .search import SPEC

        register_permissions(PERMISSIONS)
        register_spec(SPEC)
        register_job("locations.tell_saved_searches", every=timedelta(minutes=15), job=tell_saved_searches)
        register_navigation(_("Places"), "locations:list", order=10)
        register_slot("accounts:home", "aside", slots.account_searches)
        register_sitemap("places", lambda: Location.objects.published().filter(organisation=None))
