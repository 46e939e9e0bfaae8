"""What a page says about a place, in groups. A yes or no that nobody knows is said to be unknown, never left to guess."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _, ngettext, pgettext, pgettext_lazy

from portal.core.money import yuan
from portal.ui.components import Cell

from . import vocabulary
from .models import EFFECTS, Allowance, Location
from .sun import SunDay


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a label, a value, its unit, a small remark."""

    label: str
    value: Any
    unit: str = ""
    note: str = ""
    unknown: bool = False


UNMEASURED = pgettext_lazy("fact", "not measured")
UNASKED = pgettext_lazy("fact", "not asked yet")
UNREGISTERED = pgettext_lazy("fact", "not registered")
"""What stands where nobody measured, asked the owner, or registered terms."""


def _number(value: Any) -> Any:
    """Return whole decimals without their zero."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == int(value) else float(value)


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


def _facts(*rows: tuple[Any, ...]) -> list[Fact]:
    """Return facts of (label, value, unit, what to say where the value is unknown); without the last it is left out."""
    made = []
    for label, value, unit, missing in ((*row, "", "")[:4] for row in rows):
        if value is None or value == "":
            made += [Fact(label, missing, unknown=True)] if missing else []
        else:
            made.append(Fact(label, _yes_no(value) if isinstance(value, bool) else value, unit))
    return made


def _term(place: Location, field: str) -> str | None:
    known = vocabulary.term(field, getattr(place, field))
    return str(known) if known else None


def kind_line(place: Location, most: int = 2) -> str:
    """Return what kind of place it is: 古镇 · 吊脚楼."""
    words = [str(term) for term in place.kind_terms()[:most]]
    return " · ".join(words or [str(vocabulary.SETTING[place.setting])])


def era_line(place: Location) -> str:
    """Return the eras it can play."""
    return " · ".join(str(term) for term in vocabulary.terms("era", place.era))


def sound(value: str) -> str:
    """Return what the owner says, in one word; that nobody asked where nobody did."""
    return {
        "": str(UNASKED),
        "ok": pgettext("allowance", "yes"),
        "ask": pgettext("allowance", "ask"),
        "never": pgettext("allowance", "no"),
    }[value]


def way_cells(place: Location) -> list[Cell]:
    """Return how far and how many steps; what nobody measured says so."""
    far, steps = place.truck_to_set_m, place.stairs
    return [
        Cell(_("Truck to set"), str(UNMEASURED), word=True) if far is None else Cell(_("Truck to set"), far, "m"),
        Cell(_("Stairs"), str(UNMEASURED), word=True)
        if steps is None
        else Cell(_("Stairs"), steps, ngettext("step", "steps", steps)),
    ]


def small_cells(place: Location) -> list[Cell]:
    """Return the slate of a result."""
    cells = [Cell(pgettext("place", "Code"), place.code)]
    if place.altitude_m is not None:
        cells.append(Cell(_("Altitude"), place.altitude_m, "m"))
    cells += way_cells(place)
    return [*cells, Cell(_("Sync sound"), sound(place.sync_sound), word=not place.sync_sound)]


def card_cells(place: Location, apart_m: float) -> list[Cell]:
    """Return the slate of a similar place."""
    cells = small_cells(place)[1:3]
    return [*cells, Cell(_("From here"), round(apart_m / 1000, 1 if apart_m < 10_000 else None), "km")]


def slate_cells(place: Location, sun: SunDay) -> list[Cell]:
    """Return the slate of a place's own page."""
    cells = [Cell(pgettext("place", "Code"), place.code), Cell(_("Kind"), kind_line(place), word=True)]
    if place.altitude_m is not None:
        cells.append(Cell(_("Altitude"), place.altitude_m, "m"))
    cells += way_cells(place)
    if sun.sunrise and sun.sunset:
        cells.append(Cell(_("Sun today"), f"{sun.sunrise:%H:%M}–{sun.sunset:%H:%M}"))
    return [*cells, Cell(_("To the lot"), round(place.distance_lot_m / 1000), "km")]


def access_facts(place: Location) -> list[Fact]:
    """Return how one gets in."""
    return _facts(
        (_("Truck to set"), place.truck_to_set_m, "m", UNMEASURED),
        *_steps(place),
        (_("Level difference"), _number(place.level_diff_m), "m", UNMEASURED),
        (_("Porters"), place.porters_needed, pgettext("unit", "people")),
        (_("Road width"), _number(place.road_width_m), "m", UNMEASURED),
        (_("Trucks can turn"), place.turning_ok, "", UNMEASURED),
        (_("Floor of the entrance"), place.entry_floor),
        (_("Lift"), _term(place, "lift")),
        (_("Height limit"), _number(place.height_limit_m), "m"),
        (_("Weight limit"), _number(place.weight_limit_t), "t"),
        (_("By boat"), _boat(place), "", UNMEASURED),
        (_("In rain"), _rain(place), "", UNMEASURED),
    )


def _steps(place: Location) -> list[tuple[Any, ...]]:
    if place.stairs is None:
        return [(_("Stairs"), None, "", UNMEASURED)]
    return [(_("Steps up"), place.stairs_up), (_("Steps down"), place.stairs_down)]


def _boat(place: Location) -> str | None:
    if place.boat_access:
        return _("possible, ask the maritime office first")
    return None if place.boat_access is None else _("no")


def _rain(place: Location) -> str | None:
    if place.rain_slip:
        return _("slippery: lay mats")
    return None if place.rain_slip is None else _("not slippery")


def site_facts(place: Location) -> list[Fact]:
    """Return what is there."""
    return _facts(
        (_("Power on site"), place.power_available_kw, "kW", UNMEASURED),
        (_("Cable run"), place.power_run_m, "m"),
        (_("Place for a generator"), place.generator_spot, "", UNMEASURED),
        (_("Base camp"), place.base_camp, "", UNMEASURED),
        (_("Parking for trucks"), place.parking_trucks),
        (_("Toilets"), place.toilets, "", UNMEASURED),
        (_("Green room"), place.green_room, "", UNMEASURED),
        (_("Room for make-up"), place.makeup_space, "", UNMEASURED),
        (_("Mobile network"), place.get_network_display() if place.network else None, "", UNMEASURED),
        (_("Area"), f"{place.area_m2:,}" if place.area_m2 else None, "m²"),
        (_("People at most"), place.capacity_people),
        (_("People passing"), _term(place, "crowd_level")),
        (_("Noise"), place.noise or " · ".join(map(str, vocabulary.terms("noise_sources", place.noise_sources)))),
        (_("Quiet hours"), place.quiet_windows),
        (_("Faces"), _term(place, "aspect")),
        (_("Sky"), _term(place, "sky_view")),
        (_("Best light"), " · ".join(map(str, vocabulary.terms("best_window", place.best_window)))),
    )


def money_facts(place: Location) -> list[Fact]:
    """Return owner, consent and fees."""
    fee = None
    if place.fee_basis == Location.FeeBasis.FREE:
        fee = str(place.get_fee_basis_display())
    elif place.fee_fen is not None:
        fee = f"{yuan(place.fee_fen)} / {place.get_fee_basis_display()}"
    deposit = yuan(place.security_deposit_fen) if place.security_deposit_fen else None
    return _facts(
        (pgettext("place", "Owner"), str(place.get_owner_kind_display())),
        (_("Consent from"), place.consent_from, "", UNREGISTERED),
        (_("Monument"), str(place.get_heritage_level_display()) if place.heritage_level else None),
        *([(_("Drama inside"), place.interior_drama_allowed, "", UNASKED)] if place.heritage_level else []),
        (_("Location fee"), fee, "", UNREGISTERED),
        (_("Security deposit"), deposit),
        (_("Hours at least"), place.min_hours),
    )


@dataclass(frozen=True, slots=True)
class Column:
    """What is allowed, what must be asked, what never, and what nobody asked yet."""

    key: str
    label: str
    effects: list[tuple[str, str]]


def columns(place: Location) -> list[Column]:
    """Return what the owner said in three columns, and a fourth for what nobody asked, where there is any."""
    labels: dict[str, str] = {
        Allowance.OK: _("Allowed"),
        Allowance.ASK: _("Ask first"),
        Allowance.NEVER: pgettext("allowance", "Never"),
        Allowance.UNKNOWN: _("Not asked yet"),
    }
    said: dict[str, list[tuple[str, str]]] = {key: [] for key in labels}
    for field in ("sync_sound", *EFFECTS):
        label = str(Location._meta.get_field(field).verbose_name)
        said[getattr(place, field)].append((label[:1].upper() + label[1:], _remark(place, field)))
    return [Column(key or "unknown", label, said[key]) for key, label in labels.items() if key or said[key]]


def _remark(place: Location, field: str) -> str:
    if field == "may_night" and place.latest_hour and place.may_night in (Allowance.OK, Allowance.ASK):
        return _("until %(hour)s") % {"hour": f"{place.latest_hour:%H:%M}"}
    if field == "sync_sound" and place.quiet_windows:
        return str(place.quiet_windows)
    if field == "may_drone" and place.may_drone != Allowance.NEVER:
        return _("register the flight by noon of the day before")
    return ""


def sun_facts(sun: SunDay) -> Iterator[Fact]:
    """Return the hours a cinematographer asks for."""
    if sun.dawn and sun.sunrise and sun.sunset and sun.dusk:
        blue = f"{sun.dawn:%H:%M}–{sun.sunrise:%H:%M}, {sun.sunset:%H:%M}–{sun.dusk:%H:%M}"
        yield Fact(_("Blue hour"), blue)
    golden = [f"{a:%H:%M}–{b:%H:%M}" for a, b in filter(None, (sun.golden_morning, sun.golden_evening))]
    if golden:
        yield Fact(_("Golden hour"), ", ".join(golden))


def is_old(captured_on: date | None, today: date) -> bool:
    """Return whether pictures are older than a year, so that the page warns."""
    return captured_on is not None and (today - captured_on).days > 365
