"""Dates and instants that can be counted with: the calendar's own ends have no neighbours, nor an hour in another zone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(9000, 1, 1)


def validate_day(value: date | datetime) -> None:
    """Refuse a day or an instant outside the years 1900 to 8999. Raises `ValidationError`."""
    if not FIRST_DAY.year <= value.year < LAST_DAY.year:
        raise ValidationError(_("Choose a date between 1900 and 8999."), code="far_date")
