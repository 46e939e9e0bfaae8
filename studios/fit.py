"""Arithmetic of stages and walls: what follows from what was measured. Pure."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arc:
    """A wall standing on a circular arc, in metres."""

    radius_m: float
    chord_m: float
    depth_m: float


def arc(length_m: float, degrees: float) -> Arc:
    """Return radius, chord and depth of an arc `length_m` long over `degrees` (above 0, at most 360)."""
    if not 0 < degrees <= 360 or length_m <= 0:
        raise ValueError("An arc needs a length and an angle above 0, at most 360 degrees")
    angle = math.radians(degrees)
    radius = length_m / angle
    return Arc(radius, 2 * radius * math.sin(angle / 2), radius * (1 - math.cos(angle / 2)))


def pixels(length_m: float, pitch_mm: float) -> int:
    """Return how many pixels stand on a length: size over pitch, rounded to whole pixels."""
    return round(length_m * 1000 / pitch_mm)


def agrees(stated: float, computed: float, *, tolerance: float = 0.1) -> bool:
    """Return whether a stated figure lies within `tolerance` (share) of the computed one."""
    return abs(stated - computed) <= tolerance * max(abs(computed), 1e-9)
