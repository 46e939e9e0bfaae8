"""Where the sun stands: computed, without clouds and hills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import azimuth, elevation, noon

from portal.core.geo import Point

LOCAL = ZoneInfo("Asia/Shanghai")
CIVIL, HORIZON, GOLDEN_LOW, GOLDEN_HIGH = -6.0, -0.833, -4.0, 6.0
HALF_DAY = timedelta(hours=12)
FURTHEST = (date(1900, 1, 1), date(2200, 1, 1))


@dataclass(frozen=True, slots=True)
class Hour:
    """The sun at a full hour, degrees."""

    at: datetime
    azimuth: float
    altitude: float


@dataclass(frozen=True, slots=True)
class SunDay:
    """One day's light. Instants are aware, by the lot's clock; none where the sun does not do it that day."""

    day: date
    dawn: datetime | None
    sunrise: datetime | None
    noon: datetime
    noon_altitude: float
    sunset: datetime | None
    dusk: datetime | None
    golden_morning: tuple[datetime, datetime] | None
    golden_evening: tuple[datetime, datetime] | None
    hours: tuple[Hour, ...]

    @property
    def length(self) -> timedelta | None:
        """From sunrise to sunset."""
        return self.sunset - self.sunrise if self.sunrise and self.sunset else None


def sun_day(point: Point, day: date) -> SunDay:
    """Return the light of a day at a point. Raises `ValueError` outside 1900 to 2199."""
    if not FURTHEST[0] <= day < FURTHEST[1]:
        raise ValueError("from 1900 to 2199")
    observer = Observer(point.lat, point.lng)
    middle = noon(observer, day, LOCAL)
    hours = []
    for hour in range(24):
        at = datetime.combine(day, time(hour), LOCAL)
        altitude = elevation(observer, at)
        if altitude > -6:
            hours.append(Hour(at, round(azimuth(observer, at), 1), round(altitude, 1)))
    return SunDay(
        day=day,
        dawn=_rising(observer, middle, CIVIL),
        sunrise=_rising(observer, middle, HORIZON),
        noon=middle,
        noon_altitude=round(elevation(observer, middle), 1),
        sunset=_setting(observer, middle, HORIZON),
        dusk=_setting(observer, middle, CIVIL),
        golden_morning=_both(_rising(observer, middle, GOLDEN_LOW), _rising(observer, middle, GOLDEN_HIGH)),
        golden_evening=_both(_setting(observer, middle, GOLDEN_HIGH), _setting(observer, middle, GOLDEN_LOW)),
        hours=tuple(hours),
    )


def _both(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime] | None:
    return (start, end) if start and end else None


def _rising(observer: Observer, middle: datetime, altitude: float) -> datetime | None:
    return _crossing(observer, middle - HALF_DAY, middle, altitude)


def _setting(observer: Observer, middle: datetime, altitude: float) -> datetime | None:
    return _crossing(observer, middle + HALF_DAY, middle, altitude)


def _crossing(observer: Observer, low: datetime, high: datetime, altitude: float) -> datetime | None:
    """Return when the sun passes `altitude` between its lowest and highest, to the second; nothing if it does not.

    Our own halving, because astral's hours near midnight UTC, which is sunrise here, fall on another day.
    """
    if not elevation(observer, low, False) < altitude < elevation(observer, high, False):
        return None
    while abs(high - low) > timedelta(seconds=1):
        between = low + (high - low) / 2
        if elevation(observer, between, False) < altitude:
            low = between
        else:
            high = between
    return high.replace(microsecond=0)
