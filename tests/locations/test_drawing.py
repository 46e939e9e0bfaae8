"""A place's drawing is to scale, always the same, in both languages and schemes, and says what nobody measured."""

import itertools
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from locations.drawing import CARD, SHARE, WIDE, SectionFacts, describe, draw_section, make_plan
from locations.drawing.kinds import SETS, set_of
from locations.drawing.sets import FRONT

SVG = "{http://www.w3.org/2000/svg}"
SONGJI = SectionFacts(
    code="YC-SG-014",
    name_zh="松溉古镇",
    name_en="Songji Old Town",
    setting="both",
    kinds=("old-town", "stilt-house", "wharf", "lanes"),
    eras=("qing", "republic"),
    truck_to_set_m=86,
    stairs_down=62,
    level_diff_m=9.7,
    altitude_m=221,
    porters_needed=6,
    boat_access=True,
)
UNKNOWN = SectionFacts("YC-KD-009", "箕山旧矿道", "Old Mine Road", "interior", ("tunnel",), ("1970s",))
FACETS = {
    "tunnel": ("tunnel",),
    "power": ("power-plant",),
    "train": ("train-through-building",),
    "cable": ("cableway",),
    "viaduct": ("interchange",),
    "cliffhouse": ("stilt-house",),
    "bamboo": ("bamboo",),
    "lake": ("lake",),
    "terrace": ("terraces",),
    "wall": ("gate-wall",),
    "gorge": ("gorge",),
    "bridge": ("river-bridge",),
    "plant": ("old-plant",),
    "climb": ("hill-steps", "lanes"),
    "stilt": ("wharf",),
    "temple": ("temple",),
    "roof": ("rooftop",),
    "hall": ("old-town",),
    "shed": ("station",),
    "mansion": ("western-mansion",),
    "block": ("hospital",),
    "trees": ("forest",),
    "street": ("pedestrian-street",),
}


def root_of(facts, *args, **more):
    return ElementTree.fromstring(draw_section(facts, *args, **more))  # noqa: S314 - our own text


def classed(root, name):
    return [one for one in root.iter() if name in one.get("class", "").split()]


def ends(root):
    """Return truck and set, in units of the drawing."""
    return [(float(one.get("cx")), float(one.get("cy"))) for one in classed(root, "wd")]


def points(root, name):
    (line,) = classed(root, name)
    return [tuple(map(float, pair.split())) for pair in re.findall(r"[\d.-]+ [\d.-]+", line.get("d"))]


def written(root):
    return " ".join("".join(one.itertext()) for one in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("frame", [CARD, WIDE, SHARE])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"stairs_down": None, "stairs_up": 140, "level_diff_m": 36.0, "truck_to_set_m": 110},
        {"stairs_down": 0, "truck_to_set_m": 5, "level_diff_m": 0.0},
        {"truck_to_set_m": 600, "stairs_down": 400, "level_diff_m": 180.0},
        {"stairs_up": 20, "stairs_down": 60, "level_diff_m": 7.0},
    ],
)
def test_distance_and_level_are_drawn_at_one_scale(frame, changes):
    facts = replace(SONGJI, **changes)
    root = root_of(facts, "zh", frame)
    scale, left_out = float(root.get("data-scale")), float(root.get("data-left-out-m", "0"))
    (x0, y0), (x1, y1) = ends(root)
    assert (x1 - x0) / scale == pytest.approx(facts.truck_to_set_m - left_out, abs=0.05)
    assert abs(y1 - y0) / scale == pytest.approx(facts.level_diff_m, abs=0.05)
    assert (y1 > y0) is (facts.sign < 0 and facts.level_diff_m > 0)


def test_the_bar_is_as_long_as_it_says():
    root = root_of(SONGJI)
    start, end = re.match(r"M([\d.]+) 24v7H([\d.]+)", classed(root, "bar")[0].get("d")).groups()
    metres = float(
        re.search(
            r"(\d+) m",
            next(text for text in ("".join(e.itertext()) for e in classed(root, "era")) if text.endswith(" m")),
        ).group(1)
    )
    assert (float(end) - float(start)) / float(root.get("data-scale")) == pytest.approx(metres, rel=0.01)


@pytest.mark.parametrize(("up", "down"), [(12, 0), (0, 62), (140, 0), (20, 30)])
def test_the_steps_are_counted_on_the_drawing(up, down):
    facts = replace(SONGJI, stairs_up=up, stairs_down=down, level_diff_m=abs(up - down) * 0.16)
    for frame in (CARD, WIDE):
        plan = make_plan(facts, frame)
        assert sum(flight.steps for flight in plan.flights if flight.sign > 0) == up
        assert sum(flight.steps for flight in plan.flights if flight.sign < 0) == down
        root = root_of(facts, "zh", frame)
        line = points(root, "way")
        risers = sum(a[0] == b[0] and a[1] != b[1] for a, b in itertools.pairwise(line))
        assert risers == plan.risers_drawn == int(root.get("data-steps-drawn"))
        if plan.risers_drawn == up + down:
            drop = [abs(b[1] - a[1]) for a, b in itertools.pairwise(line) if a[0] == b[0]]
            assert max(drop) / plan.scale <= 0.168 + 0.1 / plan.scale
    close = make_plan(replace(SONGJI, truck_to_set_m=12, stairs_down=12, level_diff_m=2.0))
    assert close.risers_drawn == 12


@pytest.mark.parametrize("kind", SETS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_facts_give_the_same_drawing_for_every_set(kind, language):
    facts = replace(SONGJI, kinds=FACETS[kind], level_diff_m=42.0 if kind == "cliffhouse" else 9.7)
    assert set_of(facts).key == kind
    first = draw_section(facts, language)
    assert first == draw_section(facts, language)
    assert "style=" not in first
    assert len(first.encode()) < 60_000
    assert first != draw_section(replace(facts, code="YC-SG-015"), language)
    for number in re.findall(r' (?:cx|cy|x|y|r)="([^"]+)"', first):
        assert -2000 < float(number) < 4000


def test_every_set_has_a_painter_and_every_painter_a_set():
    assert set(FRONT) == set(SETS) == set(FACETS)


def test_what_nobody_measured_is_dashed_and_says_so():
    root = root_of(UNKNOWN)
    assert classed(root, "way-un")
    assert classed(root, "dim-un")
    assert "距离、梯坎、高差未实测" in written(root)
    assert "海拔未实测" in written(root)
    assert "Distance, steps, level not measured" in written(root_of(UNKNOWN, "en"))
    known = root_of(SONGJI)
    assert not classed(known, "way-un")
    assert not classed(known, "dim-un")
    assert "未实测" not in written(known)


def test_no_steps_is_not_steps_unknown():
    level = replace(SONGJI, stairs_down=0)
    assert "没有梯坎" in describe(level, "zh")
    assert "no steps" in describe(level, "en")
    assert "梯坎未实测" in describe(replace(SONGJI, stairs_down=None), "zh")


def test_one_sentence_says_all_figures_in_both_languages():
    assert describe(SONGJI, "zh") == (
        "松溉古镇剖面图：卡车停放点到现场 86 米，下 62 级，高差 9.7 米，要 6 名棒棒，海拔 221 米。"
    )
    assert describe(SONGJI, "en") == (
        "Section through Songji Old Town: truck to set 86 m, 62 steps down, level difference 9.7 m, 6 porters, "
        "altitude 221 m."
    )
    for language in ("zh", "en"):
        assert root_of(SONGJI, language).find(f"{SVG}title").text == describe(SONGJI, language)


def test_an_english_drawing_has_no_chinese_letters():
    assert not re.search(r"[\u4e00-\u9fff]", written(root_of(SONGJI, "en")))
    assert "steps ↓" in written(root_of(SONGJI, "en"))


def test_names_are_escaped():
    drawn = draw_section(replace(SONGJI, name_zh='<script>"&', code='"><x'), "zh")
    ElementTree.fromstring(drawn)  # noqa: S314 - our own text
    assert "<script>" not in drawn
    assert "<x" not in drawn


def test_ids_do_not_clash_where_a_place_stands_twice():
    ids = [set(re.findall(r'id="([^"]+)"', draw_section(SONGJI, suffix=suffix))) for suffix in ("1", "2")]
    assert ids[0]
    assert ids[1]
    assert not ids[0] & ids[1]
    for suffix in ("1", "2"):
        drawn = draw_section(SONGJI, suffix=suffix)
        assert set(re.findall(r"url\(#([^)]+)\)", drawn)) <= set(re.findall(r'id="([^"]+)"', drawn))


def test_both_schemes_are_in_the_file_and_a_rasteriser_gets_plain_light():
    themed, plain = draw_section(SONGJI), draw_section(SONGJI, themed=False)
    assert "prefers-color-scheme:dark" in themed
    assert "#eaf0ee" in themed
    assert "#11181b" in themed
    assert "var(" not in plain
    assert "@media" not in plain


def test_several_places_can_be_drawn_at_one_scale():
    far = replace(SONGJI, truck_to_set_m=98)
    common = min(make_plan(SONGJI).scale, make_plan(far).scale)
    scales = {root_of(one, scale=common).get("data-scale") for one in (SONGJI, far)}
    assert len(scales) == 1


@pytest.mark.parametrize("porters", [0, 3, 20])
def test_as_many_porters_as_needed_carry_poles_eight_at_most(porters):
    root = root_of(replace(SONGJI, porters_needed=porters))
    assert len(classed(root, "pole")) == min(porters, 8)


@pytest.mark.parametrize(
    "changes",
    [{"truck_to_set_m": 0}, {"level_diff_m": -4.0}, {"stairs_up": 900}, {"truck_to_set_m": 65535}, {"altitude_m": -20}],
)
def test_strange_figures_still_give_a_drawing(changes):
    root = root_of(replace(SONGJI, **changes))
    assert ends(root)
