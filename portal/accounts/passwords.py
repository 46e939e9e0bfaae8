"""What a new password brings about."""

from __future__ import annotations

from .actions import end_tokens
from .models import User


class KeysEndWithThePassword:
    """Ends a person's keys for programs whenever their password changes.

    Django tells every validator of a changed password from `User.save()`, whichever page or command changed it, and
    tells nothing when a stored hash is only made stronger.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Accept every password: the other validators judge it."""

    def get_help_text(self) -> str:
        return ""

    def password_changed(self, password: str | None, user: User | None = None) -> None:
        """End the keys of a person who is stored already."""
        if user is not None and user.pk:
            end_tokens(owner=user)
