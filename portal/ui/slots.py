"""Parts that an upper app renders on a lower app's page, registered from `ready()`."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Slot = Callable[[HttpRequest, Any], str]
_slots: dict[tuple[str, str], list[Slot]] = {}


def register_slot(page: str, name: str, render: Slot) -> None:
    """Have `render(request, subject)` fill the slot `name` of `page` (`studios:detail`). It returns safe HTML."""
    fillers = _slots.setdefault((page, name), [])
    if render not in fillers:
        fillers.append(render)


def fillers(page: str, name: str) -> list[Slot]:
    """Return what is registered for a slot, in order of registration."""
    return list(_slots.get((page, name), ()))
