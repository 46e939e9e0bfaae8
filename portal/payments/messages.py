"""Who hears what about money; the words stand in templates/payments/notices/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.accounts.models import User
from portal.accounts.rules import FINANCE, LOT_FINANCE, OWNER
from portal.notifications.actions import notify

from .purposes import purpose_of

if TYPE_CHECKING:
    from .models import Schedule


def tell(
    event: str, schedule: Schedule, *, company: bool = True, lot: bool = False, once_key: str = "", **context: Any
) -> None:
    """Tell the company's owners and finance, with `lot` the lot's finance, about an amount due."""
    path = purpose_of(schedule).path(schedule.reference)
    facts = {"schedule": schedule, "organisation": schedule.organisation, **context}
    if company:
        people = User.objects.filter(
            is_active=True,
            memberships__organisation=schedule.organisation_id,
            memberships__role__in=(OWNER, FINANCE),
        )
        notify(f"payments.{event}", recipients=people, path=path, once_key=once_key, for_staff=False, **facts)
    if lot:
        people = User.objects.filter(is_active=True, groups__name=LOT_FINANCE)
        key = f"{once_key}:lot" if once_key else ""
        notify(f"payments.{event}", recipients=people, path="/payments/desk/", once_key=key, for_staff=True, **facts)
