"""The range of days, under the name that migrations know."""

from portal.core.days import FIRST_DAY, LAST_DAY, validate_day

__all__ = ["FIRST_DAY", "LAST_DAY", "validate_day"]
