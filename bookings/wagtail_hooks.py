from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from portal.accounts.admin_policy import LotPermissionPolicy
from portal.accounts.models import Organisation
from portal.accounts.rules import LOT_FINANCE, LOT_GROUPS, STAGE_MANAGER, lot_groups
from portal.audit.models import Event
from portal.payments.models import Payment

from .admin import DeskGroup, DeskPanel
from .models import Booking, Closure

DESK = (STAGE_MANAGER, LOT_FINANCE)
register_permission_policy(Booking, LotPermissionPolicy(Booking, view=DESK), exact_class=True)
register_permission_policy(
    Closure, LotPermissionPolicy(Closure, view=DESK, add=[STAGE_MANAGER], delete=[STAGE_MANAGER]), exact_class=True
)
register_permission_policy(Payment, LotPermissionPolicy(Payment, view=[LOT_FINANCE]), exact_class=True)
register_permission_policy(Organisation, LotPermissionPolicy(Organisation, view=DESK), exact_class=True)
register_permission_policy(Event, LotPermissionPolicy(Event, view=LOT_GROUPS), exact_class=True)


@hooks.register("register_admin_viewset")
def register_desk() -> DeskGroup:
    return DeskGroup()


@hooks.register("construct_homepage_panels")
def add_desk(request: HttpRequest, panels: list[Any]) -> None:
    if lot_groups(request.user) & set(DESK):
        panels[:] = [DeskPanel(), *panels]
