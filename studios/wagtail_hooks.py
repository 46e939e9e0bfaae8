from wagtail import hooks
from wagtail.permissions import register_permission_policy

from portal.accounts.admin_policy import LotPermissionPolicy
from portal.accounts.rules import STAGE_MANAGER

from .admin import StageViewSet
from .models import Stage

register_permission_policy(
    Stage,
    LotPermissionPolicy(Stage, view=[STAGE_MANAGER], add=[STAGE_MANAGER], change=[STAGE_MANAGER]),
    exact_class=True,
)


@hooks.register("register_admin_viewset")
def register_stages() -> StageViewSet:
    return StageViewSet()
