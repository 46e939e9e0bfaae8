"""Who is told: the people behind an entry, and the lot's verifiers."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import Membership, User
from portal.accounts.rules import STAGE_MANAGER
from portal.notifications.actions import notify
from services.directory.models import Vendor


def people_of(vendor: Vendor) -> list[User]:
    """Return the active people who keep an entry."""
    roles = (Membership.Role.OWNER, Membership.Role.MEMBER)
    people = User.objects.filter(
        is_active=True, memberships__organisation=vendor.organisation_id, memberships__role__in=roles
    )
    return list(people.distinct())


def tell_people(event: str, vendor: Vendor, *, path: str = "", once_key: str = "", **context: Any) -> None:
    """Tell the people behind an entry, by notice and mail; the link leads to their own page of it."""
    notify(
        event,
        recipients=people_of(vendor),
        path=path or f"/services/directory/mine/{vendor.slug}/",
        once_key=once_key,
        vendor=vendor,
        **context,
    )


def tell_staff(event: str, vendor: Vendor, **context: Any) -> None:
    """Tell the lot's verifiers, of samples nobody; the link leads to where they check it."""
    if vendor.is_sample:
        return
    staff = User.objects.filter(is_active=True, groups__name=STAGE_MANAGER)
    notify(event, recipients=staff, path=f"/services/directory/review/{vendor.slug}/", vendor=vendor, **context)
