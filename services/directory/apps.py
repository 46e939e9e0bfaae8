from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "services.directory"
    label = "directory"
    verbose_name = _("Directory")

    def ready(self) -> None:
        from portal.accounts.rules import register_permissions
        from portal.search.spec import register_spec
        from portal.tasks.schedule import register_job
        from portal.ui.navigation import register_navigation
        from portal.ui.sitemaps import register_sitemap
        from portal.ui.slots import register_slot

        from . import actions, slots
        from .models import Vendor
        from .rules import PERMISSIONS
        from .search import SPEC

        register_permissions(PERMISSIONS)
        register_spec(SPEC)
        register_navigation(_("Services"), "directory:list", order=30)
        register_job("directory.keep_up", every=timedelta(hours=1), job=actions.keep_up)
        register_slot("pages:service", "count", slots.count)
        register_slot("pages:service", "detail", slots.way_in)
        register_sitemap("vendors", lambda: Vendor.objects.public())
