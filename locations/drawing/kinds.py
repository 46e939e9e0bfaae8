"""Which set stands for a place: the first that fits its facets."""

from __future__ import annotations

from dataclasses import dataclass

from .facts import SectionFacts


@dataclass(frozen=True, slots=True)
class SetKind:
    """A set: its words, and in metres how wide and high it is and how much is shown beyond it."""

    key: str
    zh: str
    en: str
    width: float
    height: float
    beyond: float


SETS = {
    one.key: one
    for one in (
        SetKind("tunnel", "洞体", "Tunnel", 34, 26, 10),
        SetKind("power", "电厂", "Power station", 46, 44, 4),
        SetKind("train", "轻轨穿楼", "Train through a building", 34, 62, 14),
        SetKind("cable", "过江索道", "River cableway", 14, 30, 70),
        SetKind("viaduct", "立交桥", "Interchange", 44, 22, 8),
        SetKind("cliffhouse", "吊脚楼", "Stilt houses", 26, 24, 12),
        SetKind("bamboo", "竹海", "Bamboo", 42, 17, 6),
        SetKind("lake", "水库湖湾", "Lake", 30, 9, 4),
        SetKind("terrace", "梯田", "Terraces", 40, 12, 10),
        SetKind("wall", "城墙寨门", "Wall and gate", 44, 18, 14),
        SetKind("gorge", "峡谷", "Gorge", 90, 60, 60),
        SetKind("bridge", "跨江大桥", "River bridge", 40, 50, 80),
        SetKind("plant", "老厂房", "Old plant", 46, 34, 4),
        SetKind("climb", "梯坎老街", "Stepped street", 26, 16, 8),
        SetKind("stilt", "江边码头", "Wharf", 16, 12, 22),
        SetKind("temple", "寺观", "Temple", 30, 16, 8),
        SetKind("roof", "天台", "Rooftop", 24, 70, 20),
        SetKind("hall", "院落", "Courtyards", 34, 11, 6),
        SetKind("shed", "大跨厅", "Wide hall", 52, 16, 4),
        SetKind("mansion", "近代洋房", "Western-style house", 24, 14, 8),
        SetKind("block", "老楼", "Old block", 30, 22, 6),
        SetKind("trees", "山林", "Wooded hills", 36, 14, 6),
        SetKind("street", "街巷", "Street", 30, 12, 6),
    )
}


def set_of(facts: SectionFacts) -> SetKind:
    """Return the set that stands for a place."""
    return SETS[_key(facts)]


def _key(facts: SectionFacts) -> str:
    kinds, level = set(facts.kinds), abs(facts.level_diff_m or 0)
    lanes, town = "lanes" in kinds, "old-town" in kinds
    tests = (
        ("tunnel", "tunnel" in kinds or ("mine" in kinds and facts.setting == "interior")),
        ("power", "power-plant" in kinds),
        ("train", "train-through-building" in kinds),
        ("cable", "cableway" in kinds),
        ("viaduct", "interchange" in kinds),
        ("cliffhouse", "stilt-house" in kinds and level > 30),
        ("bamboo", "bamboo" in kinds and "ancestral-hall" not in kinds),
        ("lake", "lake" in kinds),
        ("terrace", bool(kinds & {"terraces", "tea"})),
        ("wall", "gate-wall" in kinds),
        ("gorge", bool(kinds & {"waterfall", "gorge", "cave"}) and not lanes),
        ("bridge", "river-bridge" in kinds and not lanes),
        ("plant", bool(kinds & {"old-plant", "chimney", "railway"})),
        ("climb", "hill-steps" in kinds and lanes and not town),
        ("stilt", bool(kinds & {"wharf", "stilt-house"})),
        ("temple", "temple" in kinds),
        ("roof", "rooftop" in kinds),
        ("hall", bool(kinds & {"guild-hall", "ancestral-hall", "old-town"})),
        ("shed", bool(kinds & {"station", "convention", "car-plant", "lab", "warehouse", "stadium"})),
        ("mansion", "western-mansion" in kinds),
        ("block", bool(kinds & {"hospital", "school", "dense-housing", "office", "court", "hotel", "campus"})),
        ("trees", bool(kinds & {"forest", "orchard", "hill-fields"})),
    )
    return next((key for key, fits in tests if fits), "street")


def set_words(facts: SectionFacts) -> tuple[str, str]:
    """Return what the place is, in Chinese and in English: short, to be lettered."""
    kind = set_of(facts)
    if kind.key == "stilt" and "stilt-house" in facts.kinds:
        return "吊脚楼", "Stilt houses"
    if kind.key == "stilt" and "old-town" in facts.kinds:
        return "古镇码头", "Old town wharf"
    return kind.zh, kind.en
