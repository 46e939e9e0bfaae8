"""Shapes that components draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a slate 场记板: a small label, a large figure, its unit. `word` sets text a step smaller."""

    label: Any
    value: Any
    unit: Any = ""
    note: Any = ""
    word: bool = False


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to a page; the last has no address."""

    label: Any
    href: str = ""


STATE_WORDS: dict[str, Any] = {
    "free": pgettext_lazy("state", "Free"),
    "quoted": pgettext_lazy("state", "Quoted"),
    "hold": pgettext_lazy("state", "On hold"),
    "hold2": pgettext_lazy("state", "Second hold"),
    "challenged": pgettext_lazy("state", "Challenged"),
    "deposit": pgettext_lazy("state", "Awaiting deposit"),
    "firm": pgettext_lazy("state", "Confirmed"),
    "live": pgettext_lazy("state", "In progress"),
    "past": pgettext_lazy("state", "Wrapped"),
    "buffer": pgettext_lazy("state", "Turnaround"),
    "closed": pgettext_lazy("state", "Maintenance"),
    "refused": pgettext_lazy("state", "Declined"),
    "taken": pgettext_lazy("state", "Taken"),
}

PUBLIC_LEGEND: tuple[tuple[str, Any], ...] = (
    ("free", STATE_WORDS["free"]),
    ("hold", _("On hold (the figure is how many)")),
    ("taken", STATE_WORDS["taken"]),
    ("closed", _("Maintenance or turnaround")),
)
