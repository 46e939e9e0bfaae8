from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from portal.accounts.admin_policy import LotPermissionPolicy
from portal.accounts.rules import EDITOR, STAGE_MANAGER

from .admin import DeleteLocations, LibraryGroup
from .models import Location

EDITORS = (EDITOR, STAGE_MANAGER)
policy = LotPermissionPolicy(Location, view=EDITORS, add=EDITORS, change=EDITORS, delete=EDITORS)
register_permission_policy(Location, policy, exact_class=True)
register_snippet(LibraryGroup)
hooks.register("register_bulk_action", DeleteLocations, order=100)  # after Wagtail's own, which it replaces
