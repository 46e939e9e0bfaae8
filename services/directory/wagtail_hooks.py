from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from portal.accounts.admin_policy import LotPermissionPolicy
from portal.accounts.rules import EDITOR, STAGE_MANAGER

from .admin import QueuePanel, VendorViewSet
from .models import Vendor
from .rules import may_verify

policy = LotPermissionPolicy(Vendor, view=[STAGE_MANAGER, EDITOR], change=[STAGE_MANAGER])
register_permission_policy(Vendor, policy, exact_class=True)


@hooks.register("register_admin_viewset")
def register_vendors() -> VendorViewSet:
    return VendorViewSet()


@hooks.register("construct_homepage_panels")
def add_queue(request: HttpRequest, panels: list[Any]) -> None:
    if may_verify(request.user):
        panels.append(QueuePanel())
