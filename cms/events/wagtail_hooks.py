from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from laces.components import Component
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from portal.accounts.admin_policy import LotPermissionPolicy
from portal.accounts.rules import EDITOR, STAGE_MANAGER, may

from .admin import FilmWeekGroup
from .models import (
    AccessCode,
    Edition,
    Film,
    FilmCopy,
    Hall,
    Person,
    Programme,
    ProgrammeSession,
    Registration,
    StageRequest,
    Travel,
    Venue,
)

EDITORS = [EDITOR]
for record in (AccessCode, Edition, Film, FilmCopy, Hall, Person, Programme, Travel, Venue):
    policy = LotPermissionPolicy(record, view=EDITORS, add=EDITORS, change=EDITORS, delete=EDITORS)
    register_permission_policy(record, policy, exact_class=True)
register_permission_policy(ProgrammeSession, LotPermissionPolicy(ProgrammeSession, view=EDITORS), exact_class=True)
register_permission_policy(
    Registration, LotPermissionPolicy(Registration, view=[EDITOR, STAGE_MANAGER]), exact_class=True
)


@hooks.register("register_admin_viewset")
def register_film_week() -> FilmWeekGroup:
    return FilmWeekGroup()


class AskedDaysPanel(Component):
    """How many days film week asks for, on the admin's home, where any wait."""

    name = "asked_days"
    template_name = "events/admin/asked_days.html"
    order = 20

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"waiting": StageRequest.objects.open().count()}


@hooks.register("construct_homepage_panels")
def add_asked_days(request: HttpRequest, panels: list[Any]) -> None:
    if may(request.user, "bookings.manage"):
        panels.append(AskedDaysPanel())


@hooks.register("register_admin_menu_item")
def register_desk() -> MenuItem:
    return MenuItem(_("Film-week desk"), reverse("events:desk"), icon_name="date", order=114)
