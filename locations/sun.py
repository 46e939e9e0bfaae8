"""Where the sun stands: computed, without clouds and hills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from astral import Observer, SunDirection
from astral.sun import azimuth, dawn, dusk, elevation, golden_hour, noon, sunrise, sunset

from portal.core.geo import Point

LOCAL = ZoneInfo("Asia/Shanghai")
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
        dawn=_when(dawn, observer, day),
        sunrise=_when(sunrise, observer, day),
        noon=middle,
        noon_altitude=round(elevation(observer, middle), 1),
        sunset=_when(sunset, observer, day),
        dusk=_when(dusk, observer, day),
        golden_morning=_golden(observer, day, SunDirection.RISING),
        golden_evening=_golden(observer, day, SunDirection.SETTING),
        hours=tuple(hours),
    )


def _when(event, observer: Observer, day: date) -> datetime | None:  # type: ignore[no-untyped-def]  # astral's functions
    try:
        found = event(observer, date=day, tzinfo=LOCAL)
    except ValueError:  # astral: the sun never reaches that height on that day
        return None
    return found if isinstance(found, datetime) else None


def _golden(observer: Observer, day: date, direction: SunDirection) -> tuple[datetime, datetime] | None:
    try:
        start, end = golden_hour(observer, day, direction, LOCAL)
    except ValueError:  # astral: no such hour that day
        return None
    return start, end
