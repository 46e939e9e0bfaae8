from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocationsConfig(AppConfig):
    name = "locations"
    label = "locations"
    verbose_name = _("Places")

    def ready(self) -> None:
        from portal.accounts.rules import register_permissions
        from portal.search.spec import register_spec
        from portal.ui.navigation import register_navigation

        from .rules import PERMISSIONS
        from .search import SPEC

        register_permissions(PERMISSIONS)
        register_spec(SPEC)
        register_navigation(_("Places"), "locations:list", order=10)
