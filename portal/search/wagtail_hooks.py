from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from portal.accounts.admin_policy import LotPermissionPolicy
from portal.accounts.rules import EDITOR, STAGE_MANAGER

from .admin import DeleteSynonyms, SynonymViewSet
from .models import Synonym

EDITORS = (EDITOR, STAGE_MANAGER)
policy = LotPermissionPolicy(Synonym, view=EDITORS, add=EDITORS, change=EDITORS, delete=EDITORS)
register_permission_policy(Synonym, policy, exact_class=True)
register_snippet(SynonymViewSet)
hooks.register("register_bulk_action", DeleteSynonyms, order=100)  # after Wagtail's own, which it replaces
