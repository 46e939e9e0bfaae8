"""Who may see and change places. No writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.accounts.rules import EDITOR, STAGE_MANAGER, may, roles_of
from portal.core.geo import Point
from portal.search.query import Viewer

from .models import Location

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User

EDIT = "locations.edit"
MOST_SAVED = 30
MOST_FOUND = 500
"""Places that a saved search may find: beyond it, it watches nearly everything."""
PERMISSIONS: dict[str, tuple[set[str], set[str]]] = {EDIT: (set(), {EDITOR, STAGE_MANAGER})}


def viewer_of(user: User | AnonymousUser | None) -> Viewer:
    """Return what the person may find. Two queries for signed-in people, kept for the request; none for visitors."""
    if user is None or not user.is_authenticated:
        return Viewer()
    return Viewer(frozenset(roles_of(user)), staff=may(user, EDIT))


def shown_point(location: Location, viewer: Viewer) -> Point:
    """Return the point the reader may know: exact for the lot and the company a place is private to."""
    mine = location.organisation_id is not None and location.organisation_id in viewer.organisations
    return location.point if viewer.staff or mine else location.public_point


def may_be_exact(location: Location, viewer: Viewer) -> bool:
    """Return whether the reader is shown the exact point."""
    return shown_point(location, viewer) == location.point


def lacks_text(location: Location) -> bool:
    """Return whether a place has too little to be published: a scout needs more than one line."""
    return not (location.description_zh or location.description_en)
