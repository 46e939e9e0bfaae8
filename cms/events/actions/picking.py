"""我的节目单 in an account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from cms.events.models import Pick, ProgrammeSession

if TYPE_CHECKING:
    from portal.accounts.models import User


@transaction.atomic
def toggle_pick(*, actor: User, session: ProgrammeSession) -> bool:
    """Keep a session in a person's programme, or drop it. Returns whether it is kept now."""
    _pick, new = Pick.objects.get_or_create(user=actor, session=session)
    if not new:
        Pick.objects.filter(user=actor, session=session).delete()
    return new


@transaction.atomic
def keep_picks(*, actor: User, sessions: Iterable[ProgrammeSession]) -> None:
    """Move what was kept on a device into the account."""
    Pick.objects.bulk_create((Pick(user=actor, session=session) for session in sessions), ignore_conflicts=True)
