"""Sunrise and sunset of a day, computed."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import sunrise, sunset

BEIJING = ZoneInfo("Asia/Shanghai")


@lru_cache(maxsize=8)
def sunrise_and_sunset(day: date, latitude: float, longitude: float) -> tuple[datetime, datetime]:
    """Return both in Beijing time. Raises `ValueError` where the sun does not rise or set that day."""
    place = Observer(latitude, longitude)
    return sunrise(place, day, tzinfo=BEIJING), sunset(place, day, tzinfo=BEIJING)
