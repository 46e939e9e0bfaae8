"""Every write about stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.search.actions import stage as stage_for_search

from .models import Stage

if TYPE_CHECKING:
    from portal.accounts.models import User


@transaction.atomic
def keep_stage(*, actor: User, stage: Stage) -> Stage:
    """Save a new or changed stage with its surfaces and pictures. Raises `PermissionDenied`, `ValidationError`."""
    require(actor, "studios.edit")
    new = stage.pk is None
    stage.full_clean()
    stage.save()
    record("studios.stage_created" if new else "studios.stage_changed", actor=actor, subject=stage)
    stage_for_search(stage)
    return stage
