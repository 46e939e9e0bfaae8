"""The sets, each drawn in metres from where the way ends. One function for a kind: add yours to `FRONT`."""

from __future__ import annotations

import math
from collections.abc import Callable

from .plan import Point
from .sketch import Sketch

Painter = Callable[[Sketch, float, float], None]
"""Draws a set that begins `d` metres from the truck, `b` metres above it."""


def inside(s: Sketch) -> bool:
    """Return whether the scene plays indoors too: then windows are lit."""
    return s.plan.facts.setting in {"interior", "both"}


def stilt(s: Sketch, d: float, b: float) -> None:
    """A house over the water's edge, a boat where one may land."""
    s.house(d + 11.2, b + 0.2, 8.4, 3, 2.7, stilts=5.2, lit=inside(s), roof=2.8)
    s.house(d + 1, b, 9, 2, lit=inside(s), roof=2.6)
    if s.plan.facts.boat_access:
        x, y = d + s.plan.width + 9, b - 4.2
        s.shape("p", (x, y + 0.9), (x + 9, y + 0.9), (x + 8, y - 0.3), (x + 1, y - 0.3))
        s.line("l", (x + 2, y + 0.9), (x + 2.4, y + 2.5), (x + 6.4, y + 2.5), (x + 6.8, y + 0.9))
    if not inside(s):
        s.lamp(d - 1.5, b)


def climb(s: Sketch, d: float, b: float) -> None:
    """The houses at the head of a stepped street."""
    s.house(d + 2, b, 9, 3)
    s.house(d + 13, b, 8, 2)
    s.lamp(d, b)


def cliffhouse(s: Sketch, d: float, b: float) -> None:
    """The top of a cliff of houses."""
    s.house(d + 1, b, 11, 3, 2.8, roof=2.8)
    s.house(d + 13.5, b, 10, 4, 2.8, roof=3)


def bamboo(s: Sketch, d: float, b: float) -> None:
    """A stand of bamboo."""
    spots = sorted(d + 1.5 + (s.plan.right - d) * s.dice() for _ in range(int(14 + s.plan.width / 4)))
    for a in spots:
        rise = b + max(0.0, (a - d - s.plan.width) * 0.2) - 0.2
        s.bamboo(a, rise, s.dice(10, 17), s.dice(0.6, 3) * (1 if s.dice() > 0.35 else -1))
    s.lamp(d - 1, b)


def lake(s: Sketch, d: float, b: float) -> None:
    """A boardwalk and a pavilion over still water."""
    y = b - 0.5
    for number in range(6):
        s.line("l", (d + 6 + number * 2.6, y - 0.9), (d + 6 + number * 2.6, y + 0.9))
    s.line("b", (d + 3, y + 0.9), (d + 20, y + 0.9))
    s.line("l", (d + 3, y + 1.8), (d + 20, y + 1.8))
    s.box("p", d + 20, y + 0.7, 6, 0.5)
    for number in range(4):
        s.line("b", (d + 20.3 + number * 1.8, y + 1), (d + 20.3 + number * 1.8, y + 3.9))
    s.eaves(d + 19.6, y + 3.9, 6.8, 2.4, 0.6, 1.0)
    s.lamp(d + 23, y + 1.2, 2.0)
    for _ in range(9):
        x = d + 1.5 + s.dice(0, 3.4)
        s.line("h", (x, b), (x + s.dice(-0.3, 0.5), b + s.dice(0.9, 2.1)))
    s.tree(d - 5, b, 6.5)


def terrace(s: Sketch, d: float, b: float) -> None:
    """Rows on terraces."""
    for number in range(16):
        a = d + 3 + number * 2.3
        s.disc("tr", a, s.at(a) + 0.35, 0.7)
    s.lamp(d, b)


def cable(s: Sketch, d: float, b: float) -> None:
    """The station of a cableway and its cabin over the river."""
    top, end = b + 19, s.plan.right + 2
    s.tower(d + 2, b, 10, 13, lit=0.35, bays=3)
    s.shape("p", (d + 1, b + 13), (d + 13, b + 13), (d + 13, b + 20.5), (d + 1, b + 17.5))
    s.box("w", d + 8.2, b + 13.7, 4.8, 4.2)
    s.path("b", "M", (d + 11, top), "Q", (d + 58, top - 6), (end, top + 2))
    s.path("l", "M", (d + 11, top + 1.4), "Q", (d + 58, top - 4.4), (end, top + 3.4))
    x, y = d + 50, top - 3.0
    s.line("b", (x, y + 0.2), (x, y - 2.6))
    s.shape("p", (x - 3.4, y - 2.6), (x + 3.4, y - 2.6), (x + 3.2, y - 6.6), (x - 3.2, y - 6.6))
    for number in range(3):
        s.box("w", x - 2.7 + number * 1.9, y - 4.9, 1.5, 1.6)


def bridge(s: Sketch, d: float, b: float) -> None:
    """A cable-stayed bridge."""
    deck, tower, end = b + 1.2, d + s.plan.width + 34, s.plan.right + 2
    for number in range(1, 9):
        for side in (-1, 1):
            s.line("h", (tower, b + 44 - number * 2.2), (tower + side * (6 + number * 5.2), deck))
    s.line("b3", (tower, b - 12), (tower, b + 48))
    s.line("b3", (d, deck), (end, deck))
    s.line("l", (d + 4, deck - 3), (end, deck - 3))
    s.lamp(d + 6, deck)


def train(s: Sketch, d: float, b: float) -> None:
    """A train on its way through a block of flats."""
    s.tower(d + 4, b, 26, 60, lit=0.14, bays=6)
    y = b + 17
    s.box("hole", d + 4, y, 26, 8.4)
    s.line("b3", (d - 40, y + 1.2), (s.plan.right + 2, y + 1.2))
    for number in range(-2, 6):
        a = d + number * 15 - 8
        if a > 2 and not d + 3 < a < d + 31:
            s.line("b3", (a, s.at(a)), (a, y + 1.2))
    s.shape("p", (d - 11, y + 1.6), (d - 13, y + 2.6), (d - 12, y + 5.2), (d + 18, y + 5.2), (d + 18, y + 1.6))
    for number in range(8):
        s.box("w", d - 9.6 + number * 3.3, y + 3.0, 2.2, 1.3)


def power(s: Sketch, d: float, b: float) -> None:
    """A turbine hall cut open, chimney and cooling tower beside it."""
    s.shape("p", (d + 1, b), (d + 1, b + 17), (d + 14, b + 21), (d + 27, b + 17), (d + 27, b))
    s.box("in", d + 2.4, b + 0.2, 23.2, 14.6)
    s.line("b", (d + 2.4, b + 11.4), (d + 25.6, b + 11.4))
    s.box("k", d + 12, b + 10.4, 3, 1.6)
    s.line("l", (d + 13.5, b + 10.4), (d + 13.5, b + 7))
    for number in range(3):
        a = d + 5 + number * 7
        s.box("k", a, b, 5, 1.3)
        s.shape("k", (a + 0.5, b + 1.3), (a + 0.5, b + 3.2), (a + 2.5, b + 4.2), (a + 4.5, b + 3.2), (a + 4.5, b + 1.3))
    for number in range(5):
        s.box("w", d + 3.8 + number * 4.5, b + 12.3, 2.6, 1.9)
    s.shape("p", (d + 33, b), (d + 34, b + 44), (d + 36.4, b + 44), (d + 37.4, b))
    for high in (38, 31):
        s.line("b", (d + 33.5, b + high), (d + 37, b + high))
    s.path(
        "p", "M", (d + 40, b), "Q", (d + 45, b + 17), (d + 43, b + 25),
        "L", (d + 55, b + 25), "Q", (d + 53, b + 17), (d + 58, b), "Z",
    )  # fmt: skip


def plant(s: Sketch, d: float, b: float) -> None:
    """Saw-tooth sheds and a chimney."""
    for number in range(4):
        a = d + 2 + number * 8
        s.shape("p", (a, b), (a, b + 7), (a + 1.2, b + 11.5), (a + 8, b + 7), (a + 8, b))
        s.shape("w", (a + 0.35, b + 7.6), (a + 1.3, b + 10.9), (a + 1.9, b + 10.5), (a + 1.9, b + 7.6))
        for pane in range(2):
            s.box("w" if s.dice() > 0.5 else "o", a + 1.2 + pane * 3.4, b + 2, 2.2, 3.2)
    s.shape("p", (d + 39, b), (d + 39.7, b + 34), (d + 41.7, b + 34), (d + 42.4, b))
    for high in (32, 24):
        s.line("b", (d + 39.4, b + high), (d + 42, b + high))
    if "rooftop" in s.plan.facts.kinds:
        s.lamp(d + 6, b + 11, 3)
    else:
        s.lamp(d, b)


def wall(s: Sketch, d: float, b: float) -> None:
    """A city wall, its gate and the house on it."""
    width = s.plan.width * 0.6
    s.shape("k2", (d + 1, b), (d + 2, b + 8), (d + width, b + 8), (d + width + 1, b))
    a = d + 2
    while a < d + width - 1:
        s.box("k2", a, b + 8, 1.1, 1.3)
        a += 2.2
    gate, r = d + width * 0.45, 2.2 * s.scale
    arch = f"A{r:.1f} {r:.1f} 0 0 1 "
    s.path("w", "M", (gate, b), "L", (gate, b + 3), arch, (gate + 4.4, b + 3), "L", (gate + 4.4, b), "Z")
    s.house(gate - 3, b + 8.4, 10.4, 1, 3.2, roof=3)


def temple(s: Sketch, d: float, b: float) -> None:
    """A hall on its terrace."""
    s.box("p", d + 3, b, 22, 1.6)
    s.house(d + 5, b + 1.6, 18, 1, 5, roof=5.4, bays=5)


def hall(s: Sketch, d: float, b: float) -> None:
    """Two halls and the courtyard between them."""
    s.house(d + 1, b, 9, 1, 4.2, roof=3.2, lit=inside(s), bays=3)
    s.house(d + 20, b + 0.8, 12, 1, 5.2, roof=4, lit=inside(s), bays=4)
    s.line("b", (d + 10, b + 4.2), (d + 12.5, b + 3.4))
    s.line("b", (d + 20, b + 4.6), (d + 17.5, b + 3.8))
    s.lamp(d + 15, b, 2.6)


def roof(s: Sketch, d: float, b: float) -> None:
    """A tower with the set on its roof."""
    s.tower(d + 2, b, 20, 62, lit=0.2, bays=5)
    s.lamp(d + 12, b + 62)


def shed(s: Sketch, d: float, b: float) -> None:
    """A hall of one wide span, cut open."""
    s.path("p", "M", (d + 1, b), "L", (d + 1, b + 8), "Q", (d + 26, b + 22), (d + 51, b + 8), "L", (d + 51, b), "Z")
    s.path(
        "in", "M", (d + 3, b + 0.2), "L", (d + 3, b + 7.4), "Q", (d + 26, b + 19.4), (d + 49, b + 7.4),
        "L", (d + 49, b + 0.2), "Z",
    )  # fmt: skip
    for number in range(1, 8):
        a = d + 3 + number * 5.75
        s.line("l", (a, b), (a, b + 7.4 + 6 * math.sin(math.pi * number / 8)))
    s.lamp(d + 20, b, 3.4)


def mansion(s: Sketch, d: float, b: float) -> None:
    """A western-style house."""
    s.house(d + 2, b, 18, 2, 4, roof=3.4, bays=5)


def block(s: Sketch, d: float, b: float) -> None:
    """An old block of many windows."""
    s.tower(d + 2, b, 26, 20, lit=0.3, bays=7)


def viaduct(s: Sketch, d: float, b: float) -> None:
    """Three decks over each other."""
    for number, high in enumerate((7, 14, 20)):
        s.line("b3", (d - 4 + number * 3, b + high), (s.plan.right + 2, b + high + number * 0.5))
        for pier in range(4):
            a = d + 4 + pier * 12 + number * 4
            s.line("b", (a, b), (a, b + high))
    s.lamp(d, b)


def gorge(s: Sketch, d: float, b: float) -> None:
    """The foot of a cliff with falling water."""
    s.lamp(d, b)
    for number in range(4):
        s.line("h", (d + 33 + number * 0.9, b + 46), (d + 25 + number * 0.7, b))


def trees(s: Sketch, d: float, b: float) -> None:
    """A wood."""
    for _ in range(14):
        a = d + 1 + s.dice(0, s.plan.width + 4)
        s.tree(a, s.at(a), s.dice(5, 12))
    s.lamp(d - 1, b)


def street(s: Sketch, d: float, b: float) -> None:
    """Three houses of a street."""
    for a, width, floors in ((1, 9, 2), (11, 8, 3), (20, 9, 2)):
        s.house(d + a, b, width, floors)


def nothing(s: Sketch, d: float, b: float) -> None:
    """A tunnel lies in the ground: it is cut out of it afterwards."""


FRONT: dict[str, Painter] = {
    "tunnel": nothing,
    "power": power,
    "train": train,
    "cable": cable,
    "viaduct": viaduct,
    "cliffhouse": cliffhouse,
    "bamboo": bamboo,
    "lake": lake,
    "terrace": terrace,
    "wall": wall,
    "gorge": gorge,
    "bridge": bridge,
    "plant": plant,
    "climb": climb,
    "stilt": stilt,
    "temple": temple,
    "roof": roof,
    "hall": hall,
    "shed": shed,
    "mansion": mansion,
    "block": block,
    "trees": trees,
    "street": street,
}


def paint_water(s: Sketch, d: float, b: float) -> None:
    """Draw water behind the ground, where the set lies on it."""
    key = s.plan.kind.key
    if key == "stilt":
        s.water(d + 12, b - 4.2)
    elif key == "wall" and "wharf" in s.plan.facts.kinds:
        s.water(d + s.plan.width * 0.66, b - 0.76 * _drop(s))
    elif key in {"cable", "bridge"}:
        s.water(d + s.plan.width, b - 9)
    elif key == "lake":
        s.water(d + 5, b - 0.5)


def ground_beyond(s: Sketch, d: float, b: float) -> list[Point]:
    """Return the ground from the set to the right edge."""
    key, end, far = s.plan.kind.key, d + s.plan.width, s.plan.right + 2
    if key == "lake":
        return [(d + 6, b), (d + 8, b - 0.9), (far, b - 1.6)]
    if key in {"cable", "bridge"}:
        return [(end, b), (end + 9, b - 10), (end + 14, b - 12), (far, b - 12)]
    if key == "stilt":
        return [(d + 10, b), (d + 12, b - 2.0), (d + 17, b - 4.4), (d + 21, b - 7), (far, b - 7)]
    if key == "wall":
        w, drop = s.plan.width, _drop(s)
        foot = [(0.62, 0.0), (0.66, 0.36), (0.72, 0.8), (0.9, 0.96)]
        return [*((d + w * along, b - drop * deep) for along, deep in foot), (far, b - drop)]
    if key == "gorge":
        return [(d + 20, b), (d + 24, b + 8), (d + 30, b + 42), (d + 44, b + 58), (far, b + 64)]
    if key == "terrace":
        return _terraces(s, d + 2, b, far)
    if key in {"bamboo", "trees"}:
        return [(end, b + 1.5), (far, b + 5)]
    return [(end, b), (far, b + (1.2 if key in {"climb", "cliffhouse"} else 0))]


def _drop(s: Sketch) -> float:
    """Return how far the ground falls behind a wall: 25 m, less where the letters need their ground."""
    return min(25.0, s.plan.level - min(0.0, s.plan.level) + max(0.0, s.plan.frame.floor - 66) / s.scale)


def _terraces(s: Sketch, a: float, h: float, far: float) -> list[Point]:
    points: list[Point] = []
    while a < far:
        points += [(a, h), (a, h + 1.1)]
        h += 1.1
        a += s.dice(4.0, 6.5)
    return [*points, (far, h)]


def paint_street(s: Sketch, d: float, b: float) -> None:
    """Draw what lines the way: houses beside the stairs of a street, trees before a wall."""
    key, kinds = s.plan.kind.key, set(s.plan.facts.kinds)
    if key == "climb":
        for number in range(5):
            a = d * (0.20 + 0.145 * number)
            s.house(a, s.at(a + 4) - 0.6, s.dice(6, 8.5), 2 + int(s.dice(0, 2)), 2.8)
    if key in {"stilt", "hall"} and kinds & {"lanes", "old-town"}:
        _lane(s, d)
    if key == "wall" or (key == "temple" and s.plan.level > 20):
        for _ in range(7):
            a = d * s.dice(0.1, 0.85)
            s.tree(a, s.at(a) - 0.5, s.dice(6, 11))


def _lane(s: Sketch, d: float) -> None:
    at = d - 2.5
    for _ in range(2 + int(s.dice(0, 3))):
        width = s.dice(5.5, 9)
        at -= width + s.dice(0.4, 3.2)
        if at < d * 0.30:
            break
        low = min(s.at(at), s.at(at + width)) - 0.3
        lit = s.plan.facts.setting != "exterior" or s.dice() > 0.5
        s.house(at, low, width, 1 + int(s.dice(0, 1.75)), s.dice(2.6, 3.1), lit=lit, roof=s.dice(1.9, 2.8))
    if d > 16 and s.dice() > 0.3:
        a = max(d * 0.16, 3)
        s.tree(a, s.at(a), s.dice(7.5, 11))


def paint_cliff(s: Sketch, d: float, b: float) -> None:
    """Draw storeys hung on a cliff, one roof under the next."""
    for number in range(5, -1, -1):
        high = b * (0.06 + 0.155 * number)
        a = next((m / 4 for m in range(int(d * 4)) if s.at(m / 4) >= high + 2.4), d) - 2.6
        width = 9.5 if number % 2 else 8
        s.house(a - width + 4.6, high, width, 2, 2.7, stilts=min(high, 4.2), roof=2.1, bays=4)


def tunnel_ground(s: Sketch, d: float) -> list[Point]:
    """Return the hill over a tunnel."""
    mouth = d * 0.3
    points: list[Point] = [(-s.plan.left - 2, 0), (0, 0), (mouth, 0), (mouth + 0.6, 4.4)]
    for number in range(int((s.plan.right + 4 - mouth) / 1.3)):
        m = mouth + 1.2 + number * 1.3
        rise = math.sin(min(1, (m - mouth) / (d * 0.7 + 13)) * 1.5708) ** 0.8
        rough = 0.35 * math.sin(m * 0.5) + 0.18 * math.sin(m * 1.3)
        points.append((m, 4.4 + 19.5 * rise - max(0, m - d - 15) * 0.10 + rough))
    return points


def paint_tunnel(s: Sketch, d: float, b: float) -> None:
    """Cut passage and hall out of the hill."""
    wide, tall, mouth = 26, 15, d * 0.26
    rx, ry = wide / 2 * s.scale, tall * 0.5 * s.scale
    left, right, spring = d - 0.5, d - 0.5 + wide, b + tall * 0.5
    arch = f"A{rx:.1f} {ry:.1f} 0 0 1 "
    s.path("in", "M", (mouth, 0), "L", (mouth, 4), "L", (d, 4), "L", (d, b), "Z")
    s.path("in", "M", (left, b), "L", (left, spring), arch, (right, spring), "L", (right, b), "Z")
    s.path(
        "cut", "M", (mouth, 4), "L", (left, 4), "L", (left, spring), arch, (right, spring),
        "L", (right, b), "L", (mouth, 0),
    )  # fmt: skip
    for number in range(5):
        a = d + 1.5 + number * 5.2
        s.line("il", (a, b), (a, spring + 2 * math.sin(math.pi * (number + 0.5) / 5)))
    for number in range(3):
        a = d + 4.5 + number * 8
        s.line("il", (a, b + tall * 0.72), (a, b + tall * 0.55))
        s.disc("w", a, b + tall * 0.53, 0.55, 5)
    s.box("k", d + 9, b, 7, 4.4)
    s.box("k", d + 11, b + 4.4, 3, 2)
    for number in range(3):
        s.disc("w", d * (0.34 + number * 0.2), 3.4, 0.25, 3)
