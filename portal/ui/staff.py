"""Whether a person works for the lot, as far as pages of the design system need to know."""

from typing import Any

from django.http import HttpRequest


def works_for_lot(request: HttpRequest) -> bool:
    """Return whether the signed-in person is in any group of the lot; one query, kept on the person."""
    user: Any = request.user  # the person's model is above this app
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser:
        return True
    if not hasattr(user, "_works_for_lot"):
        user._works_for_lot = user.groups.exists()
    return bool(user._works_for_lot)
