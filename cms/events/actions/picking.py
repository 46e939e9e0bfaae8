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
    """Keep a session in a person's programme, or drop it. Returns whether it is kept now.

    Two presses at once may both find nothing and both write: the database then keeps one row, and both
    answer that it is kept. `get_or_create` raises here when a third press deletes the row it has just met.
    """
    dropped, _per_model = Pick.objects.filter(user=actor, session=session).delete()
    if dropped:
        return False
    Pick.objects.bulk_create([Pick(user=actor, session=session)], ignore_conflicts=True)
    return True


@transaction.atomic
def keep_picks(*, actor: User, sessions: Iterable[ProgrammeSession]) -> None:
    """Move what was kept on a device into the account."""
    Pick.objects.bulk_create((Pick(user=actor, session=session) for session in sessions), ignore_conflicts=True)
