"""Two editors at one record: the second learns what the first saved."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _

from portal.core.versions import fingerprint

from .errors import VersionChanged


def require_seen(stored: models.Model, seen: str) -> None:
    """Refuse to save over a state that the editor never saw. `stored` is locked. Raises `VersionChanged` with it."""
    if fingerprint(stored) != seen:
        text = _("Somebody else saved this meanwhile. What you typed is kept; look at both and save again.")
        raise VersionChanged(text, stored=stored)
