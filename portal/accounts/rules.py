"""Who may do what (docs/implementation/permissions.md). Companies' roles come from memberships, the lot's from Wagtail groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import Organisation, User

OWNER, MEMBER, FINANCE = "owner", "member", "finance"
STAGE_MANAGER: Final = "Stage managers"
EDITOR: Final = "Film lot editors"
DIRECTOR: Final = "Film lot directors"
LOT_FINANCE: Final = "Lot finance"
LOT_GROUPS: Final = (STAGE_MANAGER, EDITOR, DIRECTOR, LOT_FINANCE)


@dataclass(frozen=True, slots=True)
class Permission:
    """The company roles and the lot groups that hold it."""

    roles: frozenset[str]
    groups: frozenset[str]


_permissions: dict[str, Permission] = {}


def register_permissions(table: dict[str, tuple[set[str], set[str]]]) -> None:
    """Add permissions `app.verb` → (company roles, lot groups). Called from `ready()`."""
    for name, (roles, groups) in table.items():
        _permissions[name] = Permission(frozenset(roles), frozenset(groups))


def permissions() -> dict[str, Permission]:
    """Return every registered permission by name."""
    return dict(_permissions)


register_permissions(
    {
        "accounts.manage": ({OWNER}, set()),
        "accounts.edit_invoice_data": ({OWNER, FINANCE}, set()),
        "accounts.mend_queue": (set(), {STAGE_MANAGER, DIRECTOR, LOT_FINANCE}),
    }
)


def lot_groups(user: User | AnonymousUser) -> frozenset[str]:
    """Return the person's groups of the lot; one query, kept on the person for the request."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset(LOT_GROUPS)
    if not hasattr(user, "_lot_groups"):
        names = user.groups.filter(name__in=LOT_GROUPS).values_list("name", flat=True)
        user._lot_groups = frozenset(names)  # type: ignore[attr-defined]  # a cache on the request's own object
        if user._lot_groups:  # type: ignore[attr-defined]
            user._works_for_lot = True  # type: ignore[attr-defined]  # what portal.ui.staff would ask next
    return user._lot_groups  # type: ignore[attr-defined]


def role_in(user: User | AnonymousUser, organisation: Organisation) -> str | None:
    """Return the person's role in the company, or nothing; one query for all companies, kept for the request."""
    if not user.is_authenticated or not user.is_active:
        return None
    return roles_of(user).get(organisation.pk)


def roles_of(user: User) -> dict[int, str]:
    """Return company id → role of the person; one query, kept for the request."""
    if not hasattr(user, "_roles"):
        user._roles = dict(user.memberships.values_list("organisation_id", "role"))  # type: ignore[attr-defined]
    return user._roles  # type: ignore[attr-defined]


def may(user: User | AnonymousUser, permission: str, organisation: Organisation | None = None) -> bool:
    """Return whether the person holds `permission`, by the lot or in `organisation`. Raises `KeyError` if unknown."""
    rule = _permissions[permission]
    if rule.groups & lot_groups(user):
        return True
    return organisation is not None and role_in(user, organisation) in rule.roles


def require(user: User | AnonymousUser, permission: str, organisation: Organisation | None = None) -> None:
    """Raise `PermissionDenied` where the person does not hold `permission`."""
    if not may(user, permission, organisation):
        raise PermissionDenied(_("Your role does not allow this."))


def is_lot_staff(user: User | AnonymousUser) -> bool:
    """Return whether the person works for the lot."""
    return bool(lot_groups(user))
