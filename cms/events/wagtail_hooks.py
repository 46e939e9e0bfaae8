from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from portal.accounts.admin_policy import LotPermissionPolicy
from portal.accounts.rules import EDITOR, STAGE_MANAGER

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


@hooks.register("register_admin_menu_item")
def register_desk() -> MenuItem:
    return MenuItem(_("Film-week desk"), reverse("events:desk"), icon_name="date", order=114)
