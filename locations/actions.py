"""Every write about places. The search learns of a change last, in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.search.actions import stage, unstage

from .errors import LocationIncomplete
from .models import Location
from .rules import EDIT, lacks_text

if TYPE_CHECKING:
    from portal.accounts.models import User

CHILDREN = ("photos", "restrictions", "blackouts", "credits")
State = Location.State


@transaction.atomic
def create_location(*, actor: User, children: dict[str, list[Any]] | None = None, **fields: Any) -> Location:
    """Add a place. `children` are unsaved rows by relation (`photos`, `restrictions`, `blackouts`, `credits`).

    Raises `PermissionDenied`, `ValidationError`, and `LocationIncomplete` for a published place without a text.
    """
    return keep_location(actor=actor, location=Location(**fields), children=children)


@transaction.atomic
def update_location(
    *, actor: User, location: Location, children: dict[str, list[Any]] | None = None, **fields: Any
) -> Location:
    """Change a place; relations named in `children` are replaced. Raises as `create_location`."""
    for field, value in fields.items():
        setattr(location, field, value)
    return keep_location(actor=actor, location=location, children=children)


@transaction.atomic
def keep_location(*, actor: User, location: Location, children: dict[str, list[Any]] | None = None) -> Location:
    """Save a place as it stands in memory, rows too: the admin's form ends here. Raises as `create_location`."""
    require(actor, EDIT)
    for relation, rows in (children or {}).items():
        if relation not in CHILDREN:
            raise TypeError(f"{relation} is not a relation of a place")
        setattr(location, relation, rows)
    before = lock_rows(Location, [location.pk])[location.pk] if location.pk else None
    if location.state == State.PUBLISHED and lacks_text(location):
        raise LocationIncomplete(_("Write a description before you publish the place."), field="description_zh")
    location.full_clean()
    location.version = before.version + 1 if before else 1
    location.save()
    verb = "updated" if before else "created"
    record(f"locations.{verb}", actor=actor, subject=location, version=location.version)
    _record_state(actor, location, before.state if before else State.DRAFT)
    stage(location)
    return location


def _record_state(actor: User, location: Location, before: str) -> None:
    if location.state != before:
        record(f"locations.{_VERBS[location.state]}", actor=actor, subject=location, before=before)


_VERBS: dict[str, str] = {State.PUBLISHED: "published", State.HIDDEN: "hidden", State.DRAFT: "withdrawn"}


def publish_location(*, actor: User, location: Location) -> Location:
    """Let people find a place. Raises `PermissionDenied` and `LocationIncomplete`."""
    return _to_state(actor=actor, location=location, state=State.PUBLISHED)


def hide_location(*, actor: User, location: Location) -> Location:
    """Take a place away from everybody's eyes; it is gone with the next request. Raises `PermissionDenied`."""
    return _to_state(actor=actor, location=location, state=State.HIDDEN)


@transaction.atomic
def _to_state(*, actor: User, location: Location, state: str) -> Location:
    require(actor, EDIT)
    before = lock_rows(Location, [location.pk])[location.pk]
    if state == State.PUBLISHED and lacks_text(before):
        raise LocationIncomplete(_("Write a description before you publish the place."), field="description_zh")
    location.refresh_from_db()
    if before.state == state:
        return location
    location.state, location.version = state, before.version + 1
    location.full_clean()
    location.save(update_fields=["state", "version", "updated_at"])
    _record_state(actor, location, before.state)
    stage(location)
    return location


@transaction.atomic
def delete_location(*, actor: User, location: Location) -> None:
    """Remove a place for good. Raises `PermissionDenied`, and `ProtectedError` where something hangs on it."""
    require(actor, EDIT)
    record("locations.deleted", actor=actor, subject=location)
    unstage(location)
    location.delete()
