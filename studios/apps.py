from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StudiosConfig(AppConfig):
    name = "studios"
    label = "studios"
    verbose_name = _("Stages")

    def ready(self) -> None:
        from portal.accounts.rules import STAGE_MANAGER, register_permissions
        from portal.search.spec import register_spec
        from portal.ui.navigation import register_navigation
        from portal.ui.sitemaps import register_sitemap

        from .models import Stage
        from .search import SPEC

        register_permissions({"studios.edit": (set(), {STAGE_MANAGER})})
        register_spec(SPEC)
        register_navigation(_("Stages"), "studios:list", order=20)
        register_sitemap("stages", lambda: Stage.objects.published())
