"""What a priced row is called where the rate card names it by code alone."""

from django.utils.translation import gettext as _

from studios.day_types import DayType


def row_label(code: str) -> str:
    """Return a day type's or the stage manager's name in the current language. Raises `ValueError` if unknown."""
    return _("Stage manager") if code == "stage_manager" else str(DayType(code).label)
