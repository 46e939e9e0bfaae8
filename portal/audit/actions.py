"""The audit trail's one door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, models

from portal.core.logs import request_id

from .models import Event

if TYPE_CHECKING:
    from portal.accounts.models import User


def record(action: str, *, actor: User | None, subject: models.Model, **data: Any) -> Event:
    """Write that `actor` (nobody: a clock) did `action` (`app.past_tense`) to `subject`.

    `data` must be JSON. Raises `RuntimeError` outside a transaction: the trail stands or falls with the deed.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() needs a transaction")
    return Event.objects.create(
        action=action,
        actor=actor,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=str(subject)[:200],
        data=data,
        request_id=request_id.get(),
    )
