"""Pencils: shapes given in metres, written in the drawing's units."""

from __future__ import annotations

import html

from .dice import Dice
from .plan import Plan, Point, height_at

Part = str | Point


class Sketch:
    """One drawing in the making. `lines` holds its elements in the order they are painted."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.dice = plan, Dice(plan.facts.code)
        self.scale, self.width, self.height = plan.scale, plan.frame.width, plan.frame.height
        self.ground: list[Point] = []
        self.lines: list[str] = []

    def x(self, metres: float) -> float:
        """Return the unit of a length."""
        return (self.plan.left + metres) * self.scale

    def y(self, metres: float) -> float:
        """Return the unit of a height."""
        return self.plan.base_y - metres * self.scale

    def at(self, metres: float) -> float:
        """Return the height of the ground."""
        return height_at(self.ground, metres)

    def raw(self, css: str, d: str) -> None:
        """Draw a path given in units."""
        self.lines.append(f'<path class="{css}" d="{d}"/>')

    def path(self, css: str, *parts: Part) -> None:
        """Draw a path of commands and of points in metres."""
        words = [one if isinstance(one, str) else f"{self.x(one[0]):.1f} {self.y(one[1]):.1f} " for one in parts]
        self.raw(css, "".join(words).strip())

    def shape(self, css: str, *points: Point) -> None:
        """Draw a closed outline."""
        self.raw(css, self.outline(points) + "Z")

    def line(self, css: str, *points: Point) -> None:
        """Draw an open line."""
        self.raw(css, self.outline(points))

    def outline(self, points: tuple[Point, ...] | list[Point]) -> str:
        """Return a line's path data."""
        return "M" + "L".join(f"{self.x(a):.1f} {self.y(h):.1f}" for a, h in points)

    def box(self, css: str, a: float, h: float, width: float, height: float) -> None:
        """Draw an upright box from its lower left corner."""
        self.shape(css, (a, h), (a, h + height), (a + width, h + height), (a + width, h))

    def disc(self, css: str, a: float, h: float, radius: float, least: float = 0) -> None:
        """Draw a disc that is never smaller than `least` units."""
        size = max(radius * self.scale, least)
        self.lines.append(f'<circle class="{css}" cx="{self.x(a):.1f}" cy="{self.y(h):.1f}" r="{size:.1f}"/>')

    def text(self, css: str, x: float, y: float, words: str, *, unit: str = "", turn: float = 0) -> None:
        """Letter at a point in units; `unit` stands smaller behind."""
        turned = f' transform="rotate({turn:.1f} {x:.1f} {y:.1f})"' if turn else ""
        small = f'<tspan class="u" dx="5">{html.escape(unit)}</tspan>' if unit else ""
        self.lines.append(f'<text class="{css}" x="{x:.1f}" y="{y:.1f}"{turned}>{html.escape(words)}{small}</text>')

    # What stands in a landscape

    def truck(self) -> None:
        """The truck where it stops, at the left of (0, 0)."""
        s = max(self.scale, 3.4)
        x, y = self.x(0) - 8.4 * s, self.y(0)

        def points(*pairs: Point) -> str:
            return "M" + "L".join(f"{x + a * s:.1f} {y - h * s:.1f}" for a, h in pairs) + "Z"

        self.raw("p", points((0, 0.75), (0, 3.3), (5, 3.3), (5, 0.75)))
        self.raw("p", points((5, 0.75), (5, 2.6), (6.2, 2.6), (7.1, 1.7), (7.1, 0.75)))
        if s > 4:
            self.raw("l", points((5.5, 2.3), (6.05, 2.3), (6.6, 1.75), (5.5, 1.75)))
        for a in (1.2, 6.0):
            self.lines.append(f'<circle class="k" cx="{x + a * s:.1f}" cy="{y - 0.55 * s:.1f}" r="{0.55 * s:.1f}"/>')

    def person(self, a: float, h: float, *, pole: bool = False) -> None:
        """Somebody for size; with `pole` a porter and what they carry."""
        t = max(1.75 * self.scale, 13)
        x, y = self.x(a), self.y(h)
        self.lines.append(f'<circle class="m" cx="{x:.1f}" cy="{y - t * 0.9:.1f}" r="{t * 0.115:.1f}"/>')
        half = ((0.13, 0.74), (0.16, 0.38), (0.08, 0.38), (0.05, 0), (0.01, 0), (0, 0.3))
        right = [(x + t * a, y - t * b) for a, b in half]
        left = [(x - t * a, y - t * b) for a, b in reversed(half)]
        self.raw("m", "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in (*right, *left)) + "Z")
        if pole:
            self.raw(
                "pole",
                f"M{x - t * 0.62:.1f} {y - t * 0.74:.1f}L{x + t * 0.62:.1f} {y - t * 0.86:.1f}"
                f"M{x - t * 0.56:.1f} {y - t * 0.74:.1f}v{t * 0.28:.1f}"
                f"M{x + t * 0.56:.1f} {y - t * 0.85:.1f}v{t * 0.28:.1f}",
            )
            load = f"h{t * 0.28:.1f}v{t * 0.26:.1f}h-{t * 0.28:.1f}z"
            self.raw("m", f"M{x - t * 0.7:.1f} {y - t * 0.48:.1f}{load}M{x + t * 0.42:.1f} {y - t * 0.58:.1f}{load}")

    def lamp(self, a: float, h: float, tall: float = 3.6) -> None:
        """A film lamp on its stand: where it stands is the set, out of doors."""
        tall = max(tall, 26 / self.scale)
        self.line("l", (a, h), (a, h + tall))
        self.line("l", (a - tall * 0.22, h), (a, h + tall * 0.35), (a + tall * 0.22, h))
        self.disc("halo", a, h + tall, 1.61, 15.6)
        self.disc("w", a, h + tall, 0.62, 6)

    def eaves(self, a: float, h: float, width: float, rise: float, lift: float = 0.5, over: float = 0.9) -> None:
        """A Chinese roof in section: eaves that turn up a little, a ridge with its ends."""
        top = h + rise
        self.path(
            "k", "M", (a - over, h + lift), "Q", (a + width * 0.22, h + rise * 0.32), (a + width * 0.42, top),
            "L", (a + width * 0.58, top), "Q", (a + width * 0.78, h + rise * 0.32), (a + width + over, h + lift),
            "L", (a + width + over * 0.4, h), "L", (a - over * 0.4, h), "Z",
        )  # fmt: skip
        self.line("b", (a + width * 0.40, top + 0.22), (a + width * 0.60, top + 0.22))

    def house(
        self,
        a: float,
        h: float,
        width: float = 8,
        floors: int = 2,
        storey: float = 2.9,
        *,
        lit: bool = True,
        stilts: float = 0,
        roof: float = 2.2,
        bays: int = 0,
    ) -> None:
        """A house with windows, on stilts where it hangs over a slope."""
        bays = bays or max(2, round(width / 2.6))
        bay = width / bays
        if stilts:
            for number in range(bays + 1):
                self.line("l", (a + bay * number, h - stilts), (a + bay * number, h))
            self.line("l", (a, h - stilts * 0.45), (a + width, h - stilts * 0.45))
        self.box("p", a, h, width, floors * storey)
        for floor in range(floors):
            y = h + floor * storey
            if floor:
                self.line("l", (a - 0.5, y), (a + width + 0.5, y))
            for number in range(bays):
                here = self.dice() > (0.35 if floor else 0.55)
                if storey * self.scale > 7:
                    css = "w" if lit and here else "o"
                    self.box(css, a + bay * (number + 0.24), y + storey * 0.26, bay * 0.52, storey * 0.44)
        self.eaves(a, h + floors * storey, width, roof)

    def tower(self, a: float, h: float, width: float, height: float, lit: float = 0.3, bays: int = 4) -> None:
        """A building of many floors."""
        self.box("p", a, h, width, height)
        storey = 3.0 if 3.0 * self.scale >= 4 else 6.0
        bay = width / bays
        for floor in range(int(height / storey)):
            for number in range(bays):
                css = "w" if self.dice() < lit else "o"
                self.box(css, a + bay * (number + 0.22), h + storey * (floor + 0.3), bay * 0.56, storey * 0.42)

    def bamboo(self, a: float, h: float, tall: float, lean: float) -> None:
        """One culm that bends, and its leaves."""
        x0, y0, x1, y1 = self.x(a), self.y(h), self.x(a + lean), self.y(h + tall)
        way = 1 if lean >= 0 else -1
        tip = (x1 + way * tall * 0.16 * self.scale, y1 + tall * 0.05 * self.scale)
        bend = x0 + (x1 - x0) * 0.4
        half = y0 + (y1 - y0) * 0.5
        self.raw("st", f"M{x0:.1f} {y0:.1f}C{x0:.1f} {half:.1f} {bend:.1f} {y1:.1f} {tip[0]:.1f} {tip[1]:.1f}")
        leaf, d = max(self.scale * 0.85, 4.5), ""
        for number in range(7):
            f = 0.42 + 0.58 * number / 6
            u = 1 - f
            px = u**3 * x0 + 3 * u * u * f * x0 + 3 * u * f * f * bend + f**3 * tip[0]
            py = u**3 * y0 + 3 * u * u * f * half + 3 * u * f * f * y1 + f**3 * tip[1]
            for side in (-1, 1):
                w = leaf * self.dice(0.8, 1.7)
                d += (
                    f"M{px:.1f} {py:.1f}q{side * w * 0.5:.1f} {w * 0.1:.1f} {side * w * 0.8:.1f} {w:.1f}"
                    f"q{-side * w * 0.55:.1f} {-w * 0.3:.1f} {-side * w * 0.8:.1f} {-w:.1f}z"
                )
        self.raw("lf", d)

    def tree(self, a: float, h: float, tall: float) -> None:
        """A tree."""
        self.line("l", (a, h), (a, h + tall * 0.6))
        x, y, r = self.x(a), self.y(h + tall * 0.68), tall * 0.32 * self.scale
        self.raw(
            "tr",
            f"M{x - r:.1f} {y + r * 0.3:.1f}q{-r * 0.2:.1f} {-r * 0.7:.1f} {r * 0.5:.1f} {-r * 0.8:.1f}"
            f"q{r * 0.3:.1f} {-r * 0.7:.1f} {r * 0.9:.1f} {-r * 0.1:.1f}"
            f"q{r * 0.7:.1f} {r * 0.1:.1f} {r * 0.5:.1f} {r * 0.8:.1f}"
            f"q{-r * 0.9:.1f} {r * 0.5:.1f} {-r * 1.9:.1f} {r * 0.1:.1f}z",
        )

    def water(self, a: float, level: float) -> None:
        """Water from `a` to the right edge, with its lines."""
        x0, x1, y = self.x(a), self.width + 2, self.y(level)
        self.raw("water", f"M{x0:.1f} {y:.1f}H{x1:.1f}V{self.height}H{x0:.1f}Z")
        self.raw("b", f"M{x0:.1f} {y:.1f}H{x1:.1f}")
        for number in range(1, 6):
            y += 4 + number * 2.6
            at, d = x0 + self.dice(6, 30), ""
            while at < x1:
                long = self.dice(14, 60)
                d += f"M{at:.0f} {y:.1f}h{min(long, x1 - at):.0f}"
                at += long + self.dice(12, 50)
            if d:
                self.raw("h", d)
