"""What codes are called: priced rows that the rate card names by code alone, slots of a day."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _, pgettext

from studios.day_types import DayType


def slot_words(slots: Sequence[int], slots_per_day: int) -> str:
    """Return which part of the day is meant, where a resource has a day and a night; nothing where it has whole days."""
    if slots_per_day == 1:
        return ""
    if len(slots) == slots_per_day:
        return _("day and night")
    return _("night") if 1 in slots else pgettext("slot", "day")


def row_label(code: str) -> str:
    """Return a day type's or the stage manager's name in the current language. Raises `ValueError` if unknown."""
    return _("Stage manager") if code == "stage_manager" else str(DayType(code).label)
