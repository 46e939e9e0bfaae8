from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from portal.accounts.admin_policy import LotPermissionPolicy
from portal.accounts.rules import DIRECTOR, EDITOR

from .admin import DeletePeople, PersonViewSet, TranslationsMenuItem, TranslationsView
from .models import Person
from .serving import prepare

WRITERS = (EDITOR, DIRECTOR)
policy = LotPermissionPolicy(Person, view=WRITERS, add=WRITERS, change=WRITERS, delete=WRITERS)
register_permission_policy(Person, policy, exact_class=True)
register_snippet(PersonViewSet)
hooks.register("register_bulk_action", DeletePeople, order=100)  # after Wagtail's own, which it replaces
hooks.register("before_serve_page", prepare, order=-10)


@hooks.register("register_admin_urls")
def report_urls() -> list[URLPattern]:
    return [
        path("reports/translations/", TranslationsView.as_view(), name="pages_translations"),
        path(
            "reports/translations/results/",
            TranslationsView.as_view(results_only=True),
            name="pages_translations_results",
        ),
    ]


@hooks.register("register_reports_menu_item")
def report_item() -> TranslationsMenuItem:
    return TranslationsMenuItem(
        _("Translations"), reverse("pages_translations"), name="translations", icon_name="globe", order=100
    )
