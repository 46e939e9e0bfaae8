"""Who may change what of the newsroom that is no page; pages have Wagtail's own permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.accounts.rules import DIRECTOR, EDITOR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

EDIT_PEOPLE = "pages.edit_people"
PERMISSIONS: dict[str, tuple[set[str], set[str]]] = {EDIT_PEOPLE: (set(), {EDITOR, DIRECTOR})}


def may_pass(locks: Iterable[Any], request: HttpRequest) -> bool:
    """Return whether a visitor has passed every lock of a page; the locks are read already."""
    return all(lock.accept_request(request) for lock in locks)
