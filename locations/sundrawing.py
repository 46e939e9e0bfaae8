"""The sun's path as a drawing: zenith in the middle, horizon at the rim, north above."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from astral import Observer
from astral.sun import azimuth, elevation

from portal.core.geo import Point

from .sun import SunDay

RIM = 190.0
STEP = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Dot:
    """The sun at a full hour; `label` on even hours."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class SunDrawing:
    """Paths and dots in units of the drawing, the middle at 0, 0."""

    today: str
    june: str
    december: str
    dots: tuple[Dot, ...]
    rings: tuple[float, ...]


def place_on(azimuth_deg: float, altitude_deg: float) -> tuple[float, float]:
    """Return where a direction stands in the drawing."""
    distance = RIM * (90 - altitude_deg) / 90
    turn = math.radians(azimuth_deg)
    return round(distance * math.sin(turn), 1), round(-distance * math.cos(turn), 1)


def sun_drawing(point: Point, sun: SunDay) -> SunDrawing:
    """Return the drawing of a day between the longest and the shortest."""
    year = sun.day.year
    dots = []
    for hour in sun.hours:
        if hour.altitude > 0:
            x, y = place_on(hour.azimuth, hour.altitude)
            dots.append(Dot(x, y, str(hour.at.hour) if hour.at.hour % 2 == 0 else ""))
    return SunDrawing(
        today=_path(point, sun.day, sun),
        june=_path(point, date(year, 6, 21), sun),
        december=_path(point, date(year, 12, 21), sun),
        dots=tuple(dots),
        rings=tuple(round(RIM * (90 - altitude) / 90, 1) for altitude in (0, 30, 60)),
    )


def _path(point: Point, day: date, sun: SunDay) -> str:
    """Return the line of a day above the horizon, in steps of twenty minutes."""
    observer = Observer(point.lat, point.lng)
    at = sun.noon + (day - sun.day) - timedelta(hours=8)
    points = []
    for step in range(49):
        moment = at + step * STEP
        altitude = elevation(observer, moment)
        if altitude > 0:
            points.append("{},{}".format(*place_on(azimuth(observer, moment), altitude)))
    return "M" + "L".join(points) if points else ""
