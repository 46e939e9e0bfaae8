"""How a spec sheet is shown: slate, groups, sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _, gettext_lazy, pgettext, pgettext_lazy

from portal.ui.components import Cell

from .models import LedSurface, Stage
from .queries import main_wall

PUBLISHED, COMPUTED, EXAMPLE = "published", "computed", "example"
SOURCE_WORDS = {
    PUBLISHED: pgettext_lazy("figure", "published"),
    COMPUTED: gettext_lazy("computed"),
    EXAMPLE: gettext_lazy("example"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a group: label, figure, unit, and where the figure comes from."""

    label: str
    value: str
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the sheet with its rows: the filled ones, and each yes or no."""

    title: str
    facts: list[Fact]


GROUPS: tuple[tuple[Any, tuple[tuple[str, str], ...]], ...] = (
    (gettext_lazy("Render nodes"), (("engine", ""), ("engine_versions", ""), ("render_nodes", ""), ("node_gpu", ""), ("node_ram_gb", "GB"), ("workstations", ""), ("media_server", ""))),
    (gettext_lazy("Tracking"), (("tracking_system", ""), ("tracking_protocols", ""), ("tracked_cameras", ""), ("mocap_cameras", ""), ("latency_frames", ""))),
    (gettext_lazy("Sync"), (("sync_hw", ""), ("genlock", ""), ("timecode", ""), ("max_fps", "fps"))),
    (gettext_lazy("Network"), (("node_network_gbps", "Gb/s"), ("storage_tb", "TB"), ("uplink_gbps", "Gb/s"))),
    (gettext_lazy("Space and load"), (("floor_area_m2", "m²"), ("volume_area_m2", "m²"), ("length_m", "m"), ("width_m", "m"), ("clear_height_m", "m"), ("height_under_grid_m", "m"), ("floor_load_kn_m2", "kN/m²"), ("hoist_points", ""), ("grid_point_load_kg", "kg"), ("turntable_d_m", "m"), ("cyclorama", ""))),
    (gettext_lazy("Access and power"), (("door_w_m", "m"), ("door_h_m", "m"), ("door_acoustic", ""), ("truck_access", ""), ("max_vehicle_t", "t"), ("power_kva", "kVA"), ("parking_trucks", ""), ("workshop_distance_m", "m"))),
    (gettext_lazy("Sound and comfort"), (("sync_sound_ok", ""), ("nr_rating", "NR"), ("hvac_silent", ""), ("dressing_rooms", ""), ("makeup_rooms", ""), ("production_office_m2", "m²"))),
)  # fmt: skip


def figure(value: Any) -> str:
    """Return a value as people read it: 2,600 · 1.95 · yes."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        text = f"{value.normalize():f}"
        whole, dot, part = text.partition(".")
        return f"{int(whole):,}{dot}{part}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def groups(stage: Stage) -> list[Group]:
    """Return the filled groups: the display first where there is an LED surface, then the others."""
    found = [Group(_("Display"), _display(stage))] if stage.surfaces.all() else []
    for title, fields in GROUPS:
        facts = [fact for name, unit in fields if (fact := _fact(stage, name, unit))]
        if any(fact.source for fact in facts):
            found.append(Group(str(title), facts))
    return found


def _fact(stage: Stage, name: str, unit: str) -> Fact | None:
    """Return a row; a yes or no that nobody looked at says so and has no source, any other empty one is left out."""
    field, value = stage._meta.get_field(name), getattr(stage, name)
    label = str(field.verbose_name).split(",")[0]
    label = label[:1].upper() + label[1:]
    if value is None and isinstance(field, models.BooleanField):
        return Fact(label, pgettext("fact", "not measured"), "", "")
    return None if value in (None, "") else Fact(label, figure(value), unit, _source(stage.sources, name))


def _source(sources: dict[str, str], name: str) -> str:
    return str(SOURCE_WORDS[sources.get(name, EXAMPLE)])


def _display(stage: Stage) -> list[Fact]:
    facts: list[Fact] = []
    for one in stage.surfaces.all():
        name = str(one.get_role_display())
        name = name[:1].upper() + name[1:]
        count = f"{one.count} × " if one.count > 1 else ""
        size = f"{count}{figure(one.arc_length_m)} × {figure(one.height_m)}"
        facts.append(Fact(name, size, "m", _source(one.sources, "arc_length_m")))
        facts += list(_surface_facts(one))
    return facts


def _surface_facts(one: LedSurface) -> Iterable[Fact]:
    if one.role != LedSurface.Role.MAIN_WALL:
        return
    computed = str(SOURCE_WORDS[COMPUTED])
    yield Fact(_("Pixel pitch"), figure(one.pixel_pitch_mm), "mm", _source(one.sources, "pixel_pitch_mm"))
    yield Fact(_("Pixels"), f"≈ {one.pixels_w:,} × {one.pixels_h:,}", "px", computed)
    yield Fact(_("Wall area"), f"{one.area_m2:,.0f}", "m²", computed)
    if one.peak_nits:
        yield Fact(_("Peak brightness"), figure(one.peak_nits), "nits", _source(one.sources, "peak_nits"))
    if one.curvature_deg:
        yield Fact(_("Angle"), figure(one.curvature_deg), "°", _source(one.sources, "curvature_deg"))
    if one.refresh_hz:
        yield Fact(pgettext("figure", "Refresh"), figure(one.refresh_hz), "Hz", _source(one.sources, "refresh_hz"))
    if one.bit_depth:
        yield Fact(_("Bit depth"), figure(one.bit_depth), "bit", _source(one.sources, "bit_depth"))


def slate_cells(stage: Stage, *, price: str = "", hours: int = 10) -> list[Cell]:
    """Return the facts that decide: size, wall, pitch, brightness, power, price. Needs surfaces loaded."""
    cells = []
    wall = main_wall(stage)
    if stage.length_m and stage.width_m and stage.clear_height_m:
        size = " × ".join(figure(one) for one in (stage.length_m, stage.width_m, stage.clear_height_m))
        cells.append(Cell(_("L × W × H"), size, "m"))
    elif stage.floor_area_m2:
        cells.append(Cell(_("Floor"), figure(stage.floor_area_m2), "m²"))
    if wall:
        cells.append(Cell(_("Main wall"), f"{figure(wall.arc_length_m)} × {figure(wall.height_m)}", "m"))
        cells.append(Cell(_("Pixel pitch"), figure(wall.pixel_pitch_mm), "mm"))
        if wall.peak_nits:
            cells.append(Cell(_("Peak"), figure(wall.peak_nits), "nits"))
    if stage.render_nodes:
        cells.append(Cell(_("Nodes"), figure(stage.render_nodes)))
    if stage.mocap_cameras:
        cells.append(Cell(_("Cameras"), figure(stage.mocap_cameras)))
    if stage.power_kva:
        cells.append(Cell(_("Power"), figure(stage.power_kva), "kVA"))
    if price:
        cells.append(Cell(_("Shoot day"), price, f"/ {hours} h"))
    return cells
