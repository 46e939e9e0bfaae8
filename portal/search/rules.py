"""Who may teach the search words, and what a person may find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.accounts.rules import EDITOR, STAGE_MANAGER, may, roles_of

from .query import Viewer

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User

EDIT_SYNONYMS = "search.edit_synonyms"
SEE_PRIVATE = "search.see_private"
PERMISSIONS: dict[str, tuple[set[str], set[str]]] = {
    EDIT_SYNONYMS: (set(), {EDITOR, STAGE_MANAGER}),
    SEE_PRIVATE: (set(), {EDITOR, STAGE_MANAGER}),
}


def viewer_of(user: User | AnonymousUser | None) -> Viewer:
    """Return what the person may find. Two queries for signed-in people, kept for the request; none for visitors."""
    if user is None or not user.is_authenticated:
        return Viewer()
    return Viewer(frozenset(roles_of(user)), staff=may(user, SEE_PRIVATE))
