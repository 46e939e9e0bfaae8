"""What stands written on a drawing: kind and eras, scale, distance, steps, level, altitude."""

from __future__ import annotations

import math

from .kinds import set_words
from .plan import Flight
from .sketch import Sketch
from .words import ERA, figure, unmeasured

UPRIGHT_X = 36
BREAK_WIDTH = 14


def letter(s: Sketch, language: str) -> None:
    """Write everything; what nobody measured is dashed and says so."""
    _name(s, language)
    _break(s)
    _scale_bar(s)
    _distance(s, language)
    _steps(s, language)
    _level(s, language)
    altitude = s.plan.facts.altitude_m
    if language == "en":
        words = "altitude not measured" if altitude is None else f"altitude {altitude} m"
    else:
        words = "海拔未实测" if altitude is None else f"海拔 {altitude} m"
    s.text("u end fine", s.width - 16, s.height - 17, words)


def _name(s: Sketch, language: str) -> None:
    chinese, english = set_words(s.plan.facts)
    eras = [ERA[key] for key in s.plan.facts.eras if key in ERA]
    if language == "en":
        s.text("t", 20, 44, english)
        room, said = s.width * 0.62, ""
        for _zh, era in eras:
            longer = f"{said} · {era}" if said else era
            if len(longer) * 9.5 > room:
                break
            said = longer
        if said:
            s.text("era", 20, 72, said)
        return
    low_left = s.y(0) > 190
    x = UPRIGHT_X if low_left else min(s.x(s.plan.distance * 0.55), s.width * 0.55)
    for number, sign in enumerate(chinese):
        s.text("t mid", x, 50 + number * 35, sign)
    roof = s.y(max(0.0, s.plan.level if s.plan.level < 0 else 0.0)) - max(s.scale, 3.4) * 3.6 - 4
    y, foot = 44, min(roof, 226) if low_left else 190
    for era, _en in eras:
        if len(era) > 5 or y + 22 * (len(era) - 1) > foot:
            break
        for sign in era:
            s.text("era mid", x + 32, y, sign)
            y += 22
        y += 9


def _break(s: Sketch) -> None:
    if not s.plan.left_out:
        return
    near = s.plan.level >= 0 or abs(s.plan.level) * s.scale < 26
    metres = max(s.plan.distance * 0.10, 12 / s.scale + 1) if near else s.plan.distance * 0.9
    x, top = s.x(metres), s.y(s.at(metres))
    s.raw(
        "brk",
        f"M{x - 7:.1f} {top - 9:.1f}l6 12l-7 10l9 14V{s.height - 40}h9V{top + 27:.1f}l-9 -14l7 -10l-6 -12z",
    )


def _scale_bar(s: Sketch) -> None:
    unit = next((metres for metres in (2, 5, 10, 20, 50, 100, 200) if metres * s.scale >= 44), 500)
    s.raw("bar", f"M{s.width - 18 - unit * s.scale:.1f} 24v7H{s.width - 18}v-7")
    s.text("era end", s.width - 18, 52, f"{unit} m")


def _distance(s: Sketch, language: str) -> None:
    facts, y = s.plan.facts, s.height - 50
    begin, end = s.x(0), s.x(s.plan.distance)
    if facts.truck_to_set_m is not None:
        s.raw("dim", f"M{begin:.1f} {y - 6}V{y + 6}M{end:.1f} {y - 6}V{y + 6}M{begin:.1f} {y}H{end:.1f}")
        s.text("n mid", max((begin + end) / 2, 46), s.height - 16, figure(facts.truck_to_set_m), unit="m")
        missing, x, y = unmeasured(facts, language), 16.0, y - 16
    else:
        s.raw("dim dim-un", f"M{begin:.1f} {y}H{end:.1f}")
        missing, x, y = unmeasured(facts, language), max(begin - 20, 16), s.height - 17
    if missing:
        s.text("u fine", x, y, missing)


def _steps(s: Sketch, language: str) -> None:
    flights = s.plan.flights
    if not flights:
        return
    for sign in (-1, 1):
        mine = [one for one in flights if one.sign == sign]
        if mine:
            _steps_of(s, language, mine, sum(one.steps for one in mine))


def _steps_of(s: Sketch, language: str, flights: list[Flight], steps: int) -> None:
    arrow = "↑" if flights[0].sign > 0 else "↓"
    unit = f"steps {arrow}" if language == "en" else f"级 {arrow}"
    b = s.plan.level
    if s.plan.kind.key == "cliffhouse":
        x = min(s.x(s.plan.distance + s.plan.width * 0.42), s.width - 96)
        s.text("n2", x + 12, (s.y(b) + s.y(0)) / 2 + 44, str(steps), unit=unit)
        return
    (x1, h1), (x2, h2) = flights[0].start, flights[-1].end
    across, up = s.x(x2) - s.x(x1), s.y(h2) - s.y(h1)
    turn = math.degrees(math.atan2(up, across))
    turn = math.copysign(min(abs(turn), 38), turn) if math.hypot(across, up) >= 66 else 0
    x = (s.x(x1) + s.x(x2)) / 2 + 34 * math.sin(math.radians(-turn))
    y = (s.y(h1) + s.y(h2)) / 2 + 34 * math.cos(math.radians(turn))
    half = 72 if language == "en" else 50
    s.text("n2 mid", min(max(x, half), s.width - half - 10), min(y, s.height - 64), str(steps), unit=unit, turn=turn)


def _level(s: Sketch, language: str) -> None:
    facts, b, d = s.plan.facts, s.plan.level, s.plan.distance
    level = abs(facts.level_diff_m or 0)
    if level < 0.5 or s.plan.kind.key == "tunnel":
        return
    if b > 0:
        narrow = s.plan.kind.key in {"cable", "bridge", "wall", "stilt"}
        beside = 8.4 if s.plan.kind.key == "stilt" else 10
        x = min(s.x(d + beside), s.width - 30) if narrow else min(s.x(d + s.plan.width * 0.42), s.width - 92)
        top, bottom = s.y(b), s.y(0)
        words_x, css = (x - 10, "n2 end") if narrow else (x + 12, "n2")
    else:
        x = max(s.x(-6), 26)
        top, bottom, words_x, css = s.y(0), s.y(b), x + 12, "n2"
    if level * s.scale > 26:
        s.raw(
            "dim",
            f"M{x:.1f} {top + 5:.1f}V{bottom:.1f}M{x - 5:.1f} {top + 13:.1f}l5 -8l5 8M{x - 6:.1f} {bottom:.1f}h12",
        )
        s.text(css, words_x, max((top + bottom) / 2 + 10, top + 26), figure(level), unit="m")
    elif b > 0 or s.x(d) > 200:
        words = f"level {figure(level)} m" if language == "en" else f"高差 {figure(level)} m"
        at = min(s.x(d + 1), s.width - 132) if b > 0 else max(s.x(-8), 12)
        y = s.y(max(b, 0)) + 30
        s.text("u fine", at, y if s.plan.kind.key == "lake" else min(y, s.height - 60), words)
