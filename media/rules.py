"""Who may add, change and fetch pictures and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wagtail.permissions import policy_registry

from portal.accounts.rules import is_lot_staff, may

from .models import PortalDocument, PortalImage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User


def may_add(user: User) -> bool:
    """Return whether the person may add pictures, by the lot's roles or by Wagtail's permissions."""
    return may(user, "media.manage") or policy_registry.get_by_type(PortalImage).user_has_permission(user, "add")


def may_change(user: User, image: PortalImage) -> bool:
    """Return whether the person may change this picture."""
    if may(user, "media.manage"):
        return True
    return policy_registry.get_by_type(PortalImage).user_has_permission_for_instance(user, "change", image)


def may_fetch_original(user: User | AnonymousUser) -> bool:
    """Originals are for the lot's people."""
    return is_lot_staff(user)


def may_fetch_document(user: User | AnonymousUser, document: PortalDocument) -> bool:
    """A document is for everyone where an editor said so, else for the lot's people."""
    return document.is_public or is_lot_staff(user)
