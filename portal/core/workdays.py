"""Working days, pure: holidays and shifted days (调休) are passed in."""

from collections.abc import Collection, Mapping
from datetime import date

from .day_ranges import ONE_DAY


def is_workday(day: date, *, holidays: Collection[date], exceptions: Mapping[date, bool]) -> bool:
    """Return whether people work on `day`. `exceptions` (day → works) win over weekday and holiday."""
    if day in exceptions:
        return exceptions[day]
    return day.weekday() < 5 and day not in holidays


def add_workdays(start: date, count: int, *, holidays: Collection[date], exceptions: Mapping[date, bool]) -> date:
    """Return the `count`-th working day after `start`."""
    day = start
    while count > 0:
        day += ONE_DAY
        if is_workday(day, holidays=holidays, exceptions=exceptions):
            count -= 1
    return day
