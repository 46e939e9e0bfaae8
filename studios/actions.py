"""Every write about stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.search.actions import stage as stage_for_search

from .models import BookingPolicy, Resource, Stage, Unit

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


@transaction.atomic
def keep_resource(*, actor: User, resource: Resource, units: int) -> Resource:
    """Save how a stage is booked, with at least `units` units; units are only ever added, since bookings stand on them.

    Kind and names are the stage's. Raises `PermissionDenied`, `ValidationError`.
    """
    require(actor, "studios.edit")
    new = resource.pk is None
    if resource.stage is not None:
        resource.kind, resource.name_zh, resource.name_en = (
            resource.stage.kind,
            resource.stage.name_zh,
            resource.stage.name_en,
        )
    resource.full_clean()
    resource.save()
    there = set(resource.units.values_list("index", flat=True))
    base = resource.stage.slug if resource.stage else f"resource-{resource.pk}"
    Unit.objects.bulk_create(
        Unit(resource=resource, index=index, name=f"{base}-{index}"[:40])
        for index in range(1, units + 1)
        if index not in there
    )
    record("studios.resource_created" if new else "studios.resource_changed", actor=actor, subject=resource)
    if resource.stage is not None:
        stage_for_search(resource.stage)
    return resource


@transaction.atomic
def keep_policy(*, actor: User, policy: BookingPolicy) -> BookingPolicy:
    """Save terms of booking; bookings made on the old ones keep theirs. Raises `PermissionDenied`, `ValidationError`."""
    require(actor, "studios.edit")
    new = policy.pk is None
    policy.full_clean()
    policy.save()
    record("studios.policy_created" if new else "studios.policy_changed", actor=actor, subject=policy)
    return policy
