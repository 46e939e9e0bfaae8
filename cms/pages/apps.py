from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "cms.pages"
    label = "pages"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from portal.accounts.rules import register_permissions
        from portal.search.spec import register_spec
        from portal.tasks.schedule import register_job
        from portal.ui.slots import register_slot

        from . import receivers, slots
        from .actions import release_pictures
        from .rules import PERMISSIONS
        from .search import SPEC
        from .tasks import publish_scheduled

        register_permissions(PERMISSIONS)
        register_spec(SPEC)
        receivers.connect()
        register_job("pages.release_pictures", every=timedelta(minutes=5), job=release_pictures)

        register_job("pages.publish_scheduled", every=timedelta(seconds=30), job=publish_scheduled)
        register_slot("pages:home", "main", slots.home_main)
        register_slot("pages:services", "list", slots.services_list)
        register_slot("pages:service", "others", slots.other_services)
        register_slot("pages:guides", "list", slots.guides_list)
        register_slot("pages:news", "list", slots.news_list)
        register_slot("pages:article", "more", slots.more_news)
        register_slot("pages:article", "authors", slots.written_by)
        register_slot("pages:any", "beside", slots.beside)
        register_slot("pages:people", "list", slots.people_list)
        register_slot("pages:press", "kits", slots.kits_list)
        register_slot("pages:press_kit", "files", slots.kit_files)
        register_slot("ui:footer", "links", slots.footer_links)
