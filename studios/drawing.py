"""An LED wall as two drawings to scale: unrolled with a person beside it, and from above. Pure; metres in, units out."""

from __future__ import annotations

import math
from dataclasses import dataclass

PERSON_M = 1.75
MARGIN = 34.0
TICK_M = 10


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the scale under the wall."""

    x: float
    metres: int


@dataclass(frozen=True, slots=True)
class Unrolled:
    """The wall laid flat; x to the right, y down, the floor at the foot of the wall."""

    width: float
    height: float
    left: float
    top: float
    wall_w: float
    wall_h: float
    floor: float
    person_x: float
    person_h: float
    ticks: tuple[Tick, ...]

    @property
    def head_r(self) -> float:
        """Radius of the person's head."""
        return round(self.person_h / 13, 2)

    @property
    def half_head(self) -> float:
        """Half the width of the person's body."""
        return round(self.head_r / 2, 2)

    @property
    def middle(self) -> float:
        """Middle of the drawing."""
        return self.width / 2

    @property
    def foot_text(self) -> float:
        """Where the figures of the scale stand."""
        return self.floor + 20

    @property
    def head_y(self) -> float:
        """Middle of the person's head."""
        return round(self.floor - self.person_h + self.head_r, 1)

    @property
    def body_y(self) -> float:
        """Top of the person's body."""
        return round(self.floor - self.person_h * 0.84, 1)

    @property
    def body_h(self) -> float:
        """Length of the person's body and legs."""
        return round(self.person_h * 0.84, 1)


def unrolled(arc_length_m: float, height_m: float, *, width: float) -> Unrolled:
    """Return the elevation of a wall for a drawing `width` units wide. Raises `ValueError` for a wall without size."""
    if arc_length_m <= 0 or height_m <= 0:
        raise ValueError("a wall has a length and a height")
    scale = (width - 2 * MARGIN) / arc_length_m
    top = 26.0
    wall_h = height_m * scale
    floor = top + max(wall_h, PERSON_M * scale)
    step = TICK_M if arc_length_m > TICK_M else 5
    ticks = tuple(Tick(round(MARGIN + at * scale, 1), at) for at in range(0, int(arc_length_m) + 1, step))
    person_x = MARGIN + arc_length_m * scale * 0.12
    return Unrolled(
        width=round(width, 1),
        height=round(floor + 26, 1),
        left=round(MARGIN, 1),
        top=round(floor - wall_h, 1),
        wall_w=round(arc_length_m * scale, 1),
        wall_h=round(wall_h, 1),
        floor=round(floor, 1),
        person_x=round(person_x, 1),
        person_h=round(PERSON_M * scale, 1),
        ticks=ticks,
    )


@dataclass(frozen=True, slots=True)
class Arc:
    """What follows from arc length and angle: all computed, in metres."""

    radius_m: float
    chord_m: float
    depth_m: float


def arc_of(arc_length_m: float, curvature_deg: float) -> Arc | None:
    """Return the geometry of a curved wall; nothing for a flat one. The depth beyond 180° is measured at the widest."""
    if curvature_deg <= 0 or arc_length_m <= 0:
        return None
    angle = math.radians(curvature_deg)
    radius = arc_length_m / angle
    return Arc(radius, 2 * radius * math.sin(min(angle, math.pi) / 2), radius * (1 - math.cos(angle / 2)))


@dataclass(frozen=True, slots=True)
class Plan:
    """A curved wall from above, opening downwards."""

    size: float
    height: float
    left: float
    right: float
    foot: float
    top: float
    bar_end: float
    path: str

    @property
    def bar_y(self) -> float:
        """Where the scale bar lies."""
        return round(self.foot + 36, 1)

    @property
    def bar_text(self) -> float:
        """Where the scale bar's figures stand."""
        return round(self.foot + 54, 1)


def plan(arc_length_m: float, curvature_deg: float, *, size: float) -> Plan | None:
    """Return the plan for a drawing `size` units wide; nothing for a flat wall."""
    arc = arc_of(arc_length_m, curvature_deg)
    if arc is None:
        return None
    half = math.radians(curvature_deg) / 2
    scale = (size - 2 * MARGIN) / (2 * arc.radius_m if curvature_deg > 180 else arc.chord_m)
    radius, middle, top = arc.radius_m * scale, size / 2, 30.0
    dx, foot = radius * math.sin(half), top + radius * (1 - math.cos(half))
    big = 1 if curvature_deg > 180 else 0
    path = f"M{middle - dx:.1f} {foot:.1f}A{radius:.1f} {radius:.1f} 0 {big} 1 {middle + dx:.1f} {foot:.1f}"
    return Plan(
        size=round(size, 1),
        height=round(foot + 64, 1),
        left=round(middle - dx, 1),
        right=round(middle + dx, 1),
        foot=round(foot, 1),
        top=round(top, 1),
        bar_end=round(MARGIN + 5 * scale, 1),
        path=path,
    )
