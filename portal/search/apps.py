from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "portal.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from portal.accounts.rules import register_permissions
        from portal.tasks.schedule import register_job

        from .checks import nightly
        from .consumer import tick
        from .notes import take_in
        from .rules import PERMISSIONS

        register_permissions(PERMISSIONS)
        register_job("search.catch_up", every=timedelta(seconds=3), job=tick)
        register_job("search.notes", every=timedelta(minutes=1), job=take_in)
        register_job("search.check", every=timedelta(days=1), job=nightly)
