from wagtail import hooks
from wagtail.permissions import register_permission_policy

from portal.accounts.admin_policy import LotPermissionPolicy
from portal.accounts.rules import STAGE_MANAGER

from .admin import StageGroup
from .models import BookingPolicy, Resource, Stage

for model in (Stage, Resource, BookingPolicy):
    register_permission_policy(
        model,
        LotPermissionPolicy(model, view=[STAGE_MANAGER], add=[STAGE_MANAGER], change=[STAGE_MANAGER]),
        exact_class=True,
    )


@hooks.register("register_admin_viewset")
def register_stages() -> StageGroup:
    return StageGroup()
