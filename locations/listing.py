"""The list's screen as its template needs it: facets in groups, what is on, ranges, the ways to look. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, gettext_lazy

from portal.search.query import Near, Parsed, Polygon, SearchPage

from .facets import ALL, GROUPS, Facet
from .forms import SORTS
from .search import SPEC

AREAS = ("bbox", "near", "polygon")
VIEWS = {"list": gettext_lazy("List"), "grid": gettext_lazy("Pictures"), "map": gettext_lazy("Map")}
RANGES = {
    "fee": (gettext_lazy("Location fee"), "¥"),
    "truck": (gettext_lazy("Truck to set"), "m"),
    "lot": (gettext_lazy("Distance from the lot"), "km"),
    "area": (gettext_lazy("Area"), "m²"),
    "power": (gettext_lazy("Power on site"), "kW"),
    "altitude": (gettext_lazy("Altitude"), "m"),
}
CHECKED = mark_safe(" checked")
LONGEST_AREA = 4000
"""Characters of an outline that the page carries on; the API takes longer ones."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One facet as it is shown."""

    facet: Facet
    values: list[dict[str, Any]]
    chosen: int

    @property
    def rows(self) -> SafeString:
        """The values as boxes to tick: two hundred of them are written here, a template takes five times as long."""
        name = self.facet.name
        return format_html_join(
            "",
            '<li><label><input type="checkbox" form="places-form" id="f-{}-{}" name="{}" value="{}"{}>'
            "<span>{}</span><b>{}</b></label></li>",
            (
                (name, one["value"], name, one["value"], CHECKED if one["selected"] else "", one["label"], one["count"])
                for one in self.values
            ),
        )

    @property
    def open(self) -> bool:
        """Whether it stands open: the common ones, and where something is chosen."""
        return bool(self.chosen) or not self.facet.group


@dataclass(frozen=True, slots=True)
class Group:
    """Facets under one heading behind "more"."""

    label: Any
    facets: list[Shown]

    @property
    def chosen(self) -> int:
        """How many values are on."""
        return sum(one.chosen for one in self.facets)


def pairs(params: QueryDict) -> Pairs:
    """Return what the address says, without the page and without what is empty or endless."""
    said = [(name, value) for name, values in params.lists() for value in values]
    return [
        (name, value)
        for name, value in said
        if value and name != "page" and len(value) <= (LONGEST_AREA if name in AREAS else 200)
    ]


def without(said: Iterable[tuple[str, str]], *names: str, pair: tuple[str, str] | None = None) -> str:
    """Return the address without some names, or without one choice."""
    return f"?{urlencode([one for one in said if one[0] not in names and one != pair])}"


def clean_query(params: QueryDict) -> str:
    """Return what a search asks for, without how it is looked at; names the list does not know are left out."""
    known = {"q", *AREAS, *SPEC.facets, *(f"{name}_{end}" for name in SPEC.ranges for end in ("min", "max"))}
    return urlencode([(name, value) for name, value in pairs(params) if name in known and "\x00" not in value])


def facets_of(page: SearchPage) -> tuple[list[Shown], list[Group]]:
    """Return the facets that stand open, and the others by heading; those without a value are left out."""
    shown = [one for one in (_shown(facet, page) for facet in ALL) if one.values]
    groups = [Group(label, [one for one in shown if one.facet.group == key]) for key, label in GROUPS.items()]
    return [one for one in shown if not one.facet.group], [group for group in groups if group.facets]


def _shown(facet: Facet, page: SearchPage) -> Shown:
    values = [
        {"value": one.value, "label": SPEC.label(facet.name, one.value), "count": one.count, "selected": one.selected}
        for one in page.facets.get(facet.name, ())
    ]
    return Shown(facet, values, sum(bool(one["selected"]) for one in values))


def ranges(parsed: Parsed) -> list[dict[str, Any]]:
    """Return the numbers that may be bounded, with what is given."""
    out = []
    for name, (label, unit) in RANGES.items():
        low, high = parsed.ranges.get(name, (None, None))
        wrong = name + "_min" in parsed.dropped or name + "_max" in parsed.dropped
        out.append(
            {"name": name, "label": label, "unit": unit, "low": _short(low), "high": _short(high), "wrong": wrong}
        )
    return out


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}" if value % 1 else f"{value:.0f}"


def chips(said: Pairs, parsed: Parsed) -> list[tuple[str, str]]:
    """Return what is on, each with the address of the page without it."""
    out = []
    for name, chosen in parsed.request.filters.items():
        out += [
            (SPEC.label(name, value), without(said, pair=(name, value)))
            for value in SPEC.values(name)
            if value in chosen
        ]
    for name, (label, unit) in RANGES.items():
        low, high = parsed.ranges.get(name, (None, None))
        if low is not None or high is not None:
            words = f"{label} {_between(low, high)} {unit}"
            out.append((words, without(said, f"{name}_min", f"{name}_max")))
    for area in parsed.request.areas:
        if isinstance(area, Near):
            words = _("Within %(km)s km of the point") % {"km": _short(area.radius_m / 1000)}
            out.append((words, without(said, "near", "sort")))
        elif isinstance(area, Polygon):
            out.append((_("In the drawn area"), without(said, "polygon")))
        else:
            out.append((_("On this part of the map"), without(said, "bbox")))
    return out


def _between(low: float | None, high: float | None) -> str:
    if low is None:
        return f"≤ {_short(high)}"
    return f"≥ {_short(low)}" if high is None else f"{_short(low)}–{_short(high)}"


def sorts(parsed: Parsed) -> list[tuple[str, Any, bool, bool]]:
    """Return the orders, which is on, and which make sense: distance needs a point to measure from."""
    near = parsed.request.origin is not None
    return [(key, label, key == parsed.request.sort, near or key != "distance") for key, label in SORTS]


def view_of(params: QueryDict) -> str:
    """Return how the reader looks: list, pictures or map."""
    asked = params.get("view", "")
    return asked if asked in VIEWS else "list"


def views(said: Pairs, current: str) -> list[tuple[str, Any, str, bool]]:
    """Return the ways to look, each with its address."""
    rest = [one for one in said if one[0] != "view"]
    return [
        (key, label, f"?{urlencode([*rest, *([('view', key)] if key != 'list' else [])])}", key == current)
        for key, label in VIEWS.items()
    ]


def areas(params: QueryDict, parsed: Parsed) -> dict[str, str]:
    """Return the areas of the address that could be read, for the form to carry on."""
    kept = {name: params.get(name, "") for name in AREAS}
    return {name: "" if name in parsed.dropped or len(text) > LONGEST_AREA else text for name, text in kept.items()}
