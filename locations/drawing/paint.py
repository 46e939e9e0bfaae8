"""The colours of a drawing, light and dark: Fog and ink of the portal's tokens, and amber, which is light."""

from __future__ import annotations

FONT = '"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif'
COLOURS = {
    "sky": ("#eaf0ee", "#11181b"),
    "far1": ("#d5dfdd", "#1c272b"),
    "far2": ("#c3d0ce", "#243136"),
    "far3": ("#acbcbb", "#2f3e43"),
    "ground": ("#12181b", "#05080a"),
    "ink": ("#12181b", "#cfd9d8"),
    "ink2": ("#434e53", "#a9b5b7"),
    "stone": ("#3c494e", "#5a696e"),
    "paper": ("#fbfcfb", "#1d272b"),
    "open": ("#c9d3d2", "#38464b"),
    "inside": ("#f3dcb8", "#4a3410"),
    "rib": ("#8a5a12", "#a97a2f"),
    "water": ("#cbd8d8", "#19252a"),
    "strata": ("#2a353a", "#182024"),
    "cut": ("#12181b", "#8b999c"),
    "warm": ("#e8962e", "#e8962e"),
    "white": ("#f3f6f5", "#f3f6f5"),
    "unit": ("#c3cdcf", "#c3cdcf"),
}
RULES = {
    "text": "font-family:{font};font-size:20px",
    ".sky": "fill:{sky}",
    ".s0": "stop-color:{sky}",
    ".s1": "stop-color:{far1}",
    ".s2": "stop-color:{far2}",
    ".s3": "stop-color:{far3}",
    ".g": "fill:{ground}",
    ".cut": "fill:none;stroke:{cut};stroke-width:2;stroke-linejoin:round",
    ".strata": "fill:none;stroke:{strata};stroke-width:1.5",
    ".p": "fill:{paper};stroke:{ink};stroke-width:1.4;stroke-linejoin:round",
    ".o": "fill:{open}",
    ".w": "fill:{warm}",
    ".halo": "fill:{warm};opacity:.22",
    ".k": "fill:{ink}",
    ".k2": "fill:{stone}",
    ".in": "fill:{inside}",
    ".il": "fill:none;stroke:{rib};stroke-width:1.2",
    ".hole": "fill:{sky};stroke:{ink};stroke-width:1.4",
    ".l": "fill:none;stroke:{ink};stroke-width:1.2",
    ".h": "fill:none;stroke:{ink};stroke-width:1;opacity:.45",
    ".b": "fill:none;stroke:{ink};stroke-width:2",
    ".b3": "fill:none;stroke:{ink};stroke-width:3.4",
    ".st": "fill:none;stroke:{ink};stroke-width:1.5;opacity:.8",
    ".lf": "fill:{ink};opacity:.62",
    ".tr": "fill:{ink};opacity:.72",
    ".water": "fill:{water}",
    ".m": "fill:{ink}",
    ".pole": "fill:none;stroke:{ink};stroke-width:1.1",
    ".way": "fill:none;stroke:{warm};stroke-width:3;stroke-linejoin:round",
    ".way-un": "stroke-dasharray:7 6",
    ".wd": "fill:{warm};stroke:{ground};stroke-width:1.5",
    ".dim": "fill:none;stroke:{white};stroke-width:1.3",
    ".dim-un": "stroke-dasharray:7 6",
    ".n": "font-size:30px;font-weight:700;fill:{white}",
    ".n2": "font-size:26px;font-weight:700;fill:{white}",
    ".u": "font-size:20px;font-weight:400;fill:{unit}",
    ".t": "fill:{ink};font-size:28px;font-weight:700",
    ".era": "fill:{ink2};font-size:18px",
    ".brk": "fill:{sky};stroke:{cut};stroke-width:1",
    ".bar": "fill:none;stroke:{ink};stroke-width:1.2",
    ".mid": "text-anchor:middle",
    ".end": "text-anchor:end",
}
SMALL = "@media (max-width:220px){text,.dim,.bar{display:none}}"
"""A drawing too small to read loses its letters; its text alternative stays."""
MIDDLE = "@media (max-width:330px){.era,.fine,.bar{display:none}.n{font-size:42px}.n2{font-size:36px}.u{font-size:30px}.t{font-size:33px}}"


def _rules(colours: dict[str, str]) -> str:
    return "".join(f"{selector}{{{rule.format(font=FONT, **colours)}}}" for selector, rule in RULES.items())


def themed() -> str:
    """Return the style of a file that a browser draws: it follows the scheme of its reader."""
    light = "".join(f"--{name}:{pair[0]};" for name, pair in COLOURS.items())
    dark = "".join(f"--{name}:{pair[1]};" for name, pair in COLOURS.items())
    root = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return root + _rules({name: f"var(--{name})" for name in COLOURS}) + MIDDLE + SMALL


def plain() -> str:
    """Return the style for a rasteriser, which knows neither variables nor media: light."""
    return _rules({name: pair[0] for name, pair in COLOURS.items()})
