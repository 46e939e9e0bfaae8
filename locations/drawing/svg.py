"""The whole drawing: sky and hills, ground, set, way, people, letters."""

from __future__ import annotations

import html
import math

from . import paint, sets
from .facts import SectionFacts
from .letters import letter
from .plan import CARD, Frame, height_at, make_plan
from .sketch import Sketch
from .words import describe

MOST_PORTERS = 8


def draw_section(
    facts: SectionFacts,
    language: str = "zh",
    frame: Frame = CARD,
    *,
    themed: bool = True,
    suffix: str = "",
    scale: float | None = None,
) -> str:
    """Return the section of a place as the text of one SVG.

    `themed` follows the reader's scheme, else light for a rasteriser; `suffix` keeps ids apart where one place stands
    twice on a page; `scale` in units a metre draws several places at one scale. The root carries `data-scale`, and
    `data-left-out-m` where level walk was left out.
    """
    plan = make_plan(facts, frame, scale)
    s = Sketch(plan)
    d, b, key = plan.distance, plan.level, plan.kind.key
    begin = [(-plan.left - 2, 0.0 if b >= 0 else 0.6), (-9.0, 0.0)]
    s.ground = [*begin, *plan.way, *sets.ground_beyond(s, d, b)]
    if key == "tunnel":
        s.ground = sets.tunnel_ground(s, d)
    s.raw("sky", f"M0 0H{s.width}V{s.height}H0Z")
    _hills(s, _ids(facts.code, suffix))
    sets.paint_water(s, d, b)
    sets.paint_street(s, d, b)
    sets.FRONT[key](s, d, b)
    s.raw("g", s.outline(s.ground) + f"V{s.height}H-4Z")
    _strata(s)
    s.line("cut", *s.ground)
    way = plan.way
    if key == "tunnel":
        sets.paint_tunnel(s, d, b)
        way = ((0.0, 0.0), (d, b))
    if key == "cliffhouse":
        sets.paint_cliff(s, d, b)
    s.truck()
    porters = min(facts.porters_needed or 0, MOST_PORTERS)
    for number in range(porters):
        a = d * (0.2 + 0.62 * (number + 0.5) / porters)
        s.person(a, height_at(way, a), pole=True)
    if not porters:
        a = d * 0.45 if d > 12 else 2.6
        s.person(a, height_at(way, a))
    s.person(d + (-1 if key == "lake" else 2.2), b)
    s.line("way" if facts.truck_to_set_m is not None else "way way-un", *way)
    s.disc("wd", 0, 0, 0, 4)
    s.disc("wd", d, b, 0, 4)
    letter(s, language)
    return _document(s, language, facts, themed=themed)


def _document(s: Sketch, language: str, facts: SectionFacts, *, themed: bool) -> str:
    style = paint.themed() if themed else paint.plain()
    words = html.escape(describe(facts, language))
    left_out = f' data-left-out-m="{s.plan.left_out:.2f}"' if s.plan.left_out else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {s.width} {s.height}" width="{s.width}" '
        f'height="{s.height}" role="img" lang="{"en" if language == "en" else "zh-Hans"}" '
        f'data-scale="{s.scale:.4f}" data-steps-drawn="{s.plan.risers_drawn}"{left_out}>'
        f"<title>{words}</title><style>{style}</style>{''.join(s.lines)}</svg>"
    )


def _ids(code: str, suffix: str) -> str:
    return html.escape(f"{code}-{suffix}" if suffix else code)


def _hills(s: Sketch, ids: str) -> None:
    """Three washes, the farthest first: hills as high as the place lies, towers in the city."""
    fades = "".join(
        f'<linearGradient id="f{number}-{ids}" x1="0" y1="0" x2="0" y2="1">'
        f'<stop class="s{number}" offset="0.1"/><stop class="s0" offset="0.86"/></linearGradient>'
        for number in (1, 2, 3)
    )
    s.lines.append(f"<defs>{fades}</defs>")
    altitude = s.plan.facts.altitude_m or 300
    tall = 62 + min(150, max(0, altitude) / 6.5)
    base = s.y(max(0.0, s.plan.level) * 0.5) + 30
    for number in range(3):
        urban = s.plan.facts.urban and number >= 1
        d = _towers(s, base, tall * (1.5 if number == 1 else 1.0)) if urban else _ridge(s, base, tall, number)
        s.lines.append(f'<path fill="url(#f{number + 1}-{ids})" d="{d}"/>')


def _ridge(s: Sketch, base: float, tall: float, number: int) -> str:
    top = base - tall * (1.5 - 0.42 * number) - 16
    slow, fast = s.dice(0.7, 1.2), s.dice(2.1, 3.4)
    a, b = s.dice(0, 6.28), s.dice(0, 6.28)
    sharp = 1 if (s.plan.facts.altitude_m or 300) < 420 else 1.5
    d, step = f"M-12 {base + 80:.0f}", 12
    for tick in range(-1, s.width // step + 2):
        t = tick * step / 600 * 6.28
        high = max(0.0, 0.5 + 0.32 * math.sin(slow * t + a) + 0.18 * math.sin(fast * t + b)) ** sharp
        high += 0.05 * math.sin(7.3 * t + a) + 0.02 * math.sin(17 * t + b)
        d += f"L{tick * step} {top + (base - top) * (1 - max(0.0, high)):.1f}"
    return d + f"L{s.width + 24} {base + 80:.0f}Z"


def _towers(s: Sketch, base: float, tall: float) -> str:
    x, d = -10.0, f"M-10 {base + 80:.0f}"
    while x < s.width + 10:
        w = s.dice(14, 44)
        d += f"V{base - (s.dice(0.25, 1.0) ** 1.4 * tall + 30):.0f}"
        if s.dice() > 0.7:
            step = s.dice(5, 12)
            d += f"h{w * 0.35:.0f}v-{step:.0f}h{w * 0.3:.0f}v{step:.0f}"
        x += w
        d += f"H{x:.0f}"
        if s.dice() > 0.55:
            gap = s.dice(4, 20)
            x += gap
            d += f"V{base - 18:.0f}h{gap:.0f}"
    return d + f"V{base + 80:.0f}Z"


def _strata(s: Sketch) -> None:
    """Quiet layers of rock that follow the surface."""
    every = 1 if s.plan.kind.key == "gorge" else max(1, len(s.ground) // 26)
    spine = s.ground[::every]
    for number in range(1, 4):
        deep = 15 * number + 6 * number * number
        points = (f"{s.x(a):.1f} {min(s.y(h) + deep + s.dice(-2, 2), s.height + 9):.1f}" for a, h in spine)
        s.raw("strata", "M" + "L".join(points))
