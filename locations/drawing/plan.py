"""Where everything lies, in metres: the way from the truck to the set, and the one scale it is drawn at."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from .facts import SectionFacts
from .kinds import SetKind, set_of

RISER_M, GOING_M, LANDING_M, FLIGHT = 0.168, 0.30, 1.6, 18
"""A step of a hill city, and after how many a landing comes."""
SCHEMATIC_M = 46.0
"""What stands for a distance that nobody measured; drawn dashed."""
BREAK_OVER_M = 100
"""Longer ways leave level walk out, behind a break mark."""
SLOPE = 0.45
"""Steeper than this is no slope but a wall."""
LARGEST_SCALE = 14.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing's size in units, and the least depth of ground below the lowest point, for the lettering."""

    name: str
    width: int
    height: int
    floor: int = 92


CARD = Frame("card", 600, 400)
WIDE = Frame("wide", 1200, 460)
SHARE = Frame("share", 1200, 630, 150)


@dataclass(frozen=True, slots=True)
class Flight:
    """Stairs from one point to another, `steps` of them, `sign` 1 up or -1 down."""

    start: Point
    end: Point
    steps: int
    sign: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A section in metres; the truck stands at (0, 0), `x` runs to the right and `h` up."""

    facts: SectionFacts
    frame: Frame
    kind: SetKind
    scale: float
    """Units of the drawing for a metre, for length and height alike."""
    left: float
    right: float
    base_y: float
    distance: float
    """Metres from truck to set as drawn."""
    left_out: float
    """Metres of level walk left out behind the break mark."""
    level: float
    """The set's height above the truck; negative below."""
    width: float
    way: tuple[Point, ...]
    flights: tuple[Flight, ...]
    risers_drawn: int
    """How many risers stand for the steps: one each, or fewer where they are too small to see."""


def make_plan(facts: SectionFacts, frame: Frame = CARD, scale: float | None = None) -> Plan:
    """Return the plan of a section at the largest scale that fits, or at `scale` if that is smaller."""
    kind, sign = set_of(facts), facts.sign
    runs = _runs(facts)
    stairs_long = _stairs_length(runs)
    real = SCHEMATIC_M if facts.truck_to_set_m is None else max(facts.truck_to_set_m, 0.0)
    flat = real - min(stairs_long, 0.8 * real)
    left_out = min(real - 84, flat * 0.72) if real > BREAK_OVER_M else 0.0
    drawn = real - left_out
    level = sign * (_guessed(facts) if facts.level_diff_m is None else abs(facts.level_diff_m))
    grow = 1 + min(1.2, drawn / 320)
    width = kind.width * (grow if kind.key in {"bamboo", "wall", "trees", "terrace"} else 1)
    before = max(11.0, 0.13 * drawn)
    span = before + drawn + width + kind.beyond * grow
    passed = _passed(runs)
    low = min(0.0, level, *passed)
    high = max(4.2, max(0.0, level) + kind.height, 24.0 if kind.key == "tunnel" else 0.0, *(h + 4 for h in passed))
    own = min(frame.width / span, (frame.height - frame.floor - 30) / (high - low), LARGEST_SCALE)
    own = min(own, scale) if scale else own
    left = before + (frame.width / own - span) * 0.42
    way, flights, risers = _way(drawn, level, runs, own)
    return Plan(
        facts=facts,
        frame=frame,
        kind=kind,
        scale=own,
        left=left,
        right=frame.width / own - left,
        base_y=frame.height - frame.floor + low * own,
        distance=drawn,
        left_out=left_out,
        level=level,
        width=width,
        way=tuple(way),
        flights=tuple(flights),
        risers_drawn=risers,
    )


def _runs(facts: SectionFacts) -> list[tuple[int, int]]:
    """Return (steps, sign) in the order they are walked: the fewer first, the many lead to the set."""
    up, down = facts.stairs_up or 0, facts.stairs_down or 0
    runs = [(up, 1), (down, -1)] if facts.sign < 0 else [(down, -1), (up, 1)]
    return [run for run in runs if run[0]]


def _passed(runs: list[tuple[int, int]]) -> list[float]:
    """Return the heights reached between stairs up and stairs down; nothing where all lead one way."""
    return [runs[0][0] * runs[0][1] * RISER_M] if len(runs) > 1 else []


def _guessed(facts: SectionFacts) -> float:
    """Return a height to draw with where nobody measured one: what the steps climb, else next to nothing."""
    return abs((facts.stairs_up or 0) - (facts.stairs_down or 0)) * 0.16 or 2.0


def _flights(steps: int) -> list[int]:
    """Return the steps of each flight between landings."""
    count = max(1, math.ceil(steps / FLIGHT))
    return [steps // count + (1 if number < steps % count else 0) for number in range(count)]


def _stairs_length(runs: list[tuple[int, int]]) -> float:
    flights = [_flights(steps) for steps, _sign in runs]
    landings = sum(len(one) for one in flights) - 1
    return sum(steps for steps, _sign in runs) * GOING_M + max(0, landings) * LANDING_M


def _way(
    distance: float, level: float, runs: list[tuple[int, int]], scale: float
) -> tuple[list[Point], list[Flight], int]:
    """Return the line that is walked, its flights, and how many risers are drawn."""
    if not runs:
        return [(0.0, 0.0), (distance * 0.25, 0.0), (distance * 0.85, level), (distance, level)], [], 0
    steps = sum(count for count, _sign in runs)
    one_way = len(runs) == 1
    riser = min(RISER_M, abs(level) / steps) if one_way and level else RISER_M
    net = sum(count * sign * riser for count, sign in runs)
    rest = level - net
    total = _stairs_length(runs)
    squeeze = min(1.0, 0.8 * distance / total) if total else 1.0
    going, landing = GOING_M * squeeze, LANDING_M * squeeze
    flat = distance - total * squeeze
    pieces = [(count, sign) for run, sign in runs for count in _flights(run)]
    walls = one_way and len(pieces) > 1 and abs(rest) / max(flat, 0.1) > SLOPE
    group = math.ceil(0.9 / going / scale) if 0 < going * scale < 1.5 else 1
    x, h = flat * 0.46, 0.0 if walls else rest * 0.46
    points: list[Point] = [(0.0, 0.0), (x, h)]
    flights, risers = [], 0
    for number, (count, sign) in enumerate(pieces):
        start, done = (x, h), 0
        while done < count:
            many = min(group, count - done)
            if sign > 0:
                points.append((x, h + riser * many))
                points.append((x + going * many, h + riser * many))
            else:
                points.append((x + going * many, h))
                points.append((x + going * many, h - riser * many))
            x, h, done, risers = x + going * many, h + sign * riser * many, done + many, risers + 1
        flights.append(Flight(start, (x, h), count, sign))
        if number < len(pieces) - 1:
            x += landing
            points.append((x, h))
            if walls:
                h += rest / (len(pieces) - 1)
                points.append((x, h))
    points.append((distance, level))
    return points, flights, risers


def height_at(points: tuple[Point, ...] | list[Point], at: float) -> float:
    """Return the height of a line at `at` metres; beyond its end, the end's."""
    for (x1, h1), (x2, h2) in itertools.pairwise(points):
        if x1 <= at <= x2:
            return h1 + (h2 - h1) * ((at - x1) / (x2 - x1) if x2 > x1 else 1)
    return points[-1][1]
