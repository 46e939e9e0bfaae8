from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from portal.accounts.admin_policy import LotPermissionPolicy
from portal.accounts.rules import EDITOR, STAGE_MANAGER

from .admin import DeleteSynonyms, FiguresMenuItem, FiguresView, SynonymViewSet
from .models import Synonym

EDITORS = (EDITOR, STAGE_MANAGER)
policy = LotPermissionPolicy(Synonym, view=EDITORS, add=EDITORS, change=EDITORS, delete=EDITORS)
register_permission_policy(Synonym, policy, exact_class=True)
register_snippet(SynonymViewSet)
hooks.register("register_bulk_action", DeleteSynonyms, order=100)  # after Wagtail's own, which it replaces


def figures_urls() -> list[URLPattern]:
    return [path("reports/search/", FiguresView.as_view(), name="search_figures")]


def figures_item() -> FiguresMenuItem:
    return FiguresMenuItem(_("Search figures"), reverse("search_figures"), name="search", icon_name="search", order=110)


hooks.register("register_admin_urls", figures_urls)
hooks.register("register_reports_menu_item", figures_item)
