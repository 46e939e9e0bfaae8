"""Who may do what with a kind of record in the Wagtail admin, by the lot's groups (rules.py)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy

from .models import User
from .rules import lot_groups


class LotPermissionPolicy(BasePermissionPolicy):
    """Actions (`view`, `add`, `change`, `delete`, …) → groups. What is not named nobody may, a superuser neither.

    So records that only actions write stay out of generic forms.
    """

    def __init__(self, model: type[Model], **groups: Iterable[str]) -> None:
        super().__init__(model)
        self.groups = {action: frozenset(names) for action, names in groups.items()}

    def user_has_permission(self, user: Any, action: str) -> bool:
        allowed = self.groups.get(action, frozenset())
        return bool(allowed & lot_groups(user))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        names = {name for action in actions for name in self.groups.get(action, ())}
        return User.objects.filter(is_active=True, groups__name__in=names).distinct()
