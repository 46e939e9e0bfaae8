"""The words places are described by, in both languages (docs/implementation/place-facts.md). Keys are stored and never change."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.bilingual import reads_english


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a facet. Reads as the reader's language."""

    key: str
    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if reads_english() else self.zh


def make_terms(*rows: tuple[str, str, str]) -> dict[str, Term]:
    """Return terms by their key."""
    return {key: Term(key, zh, en) for key, zh, en in rows}


SETTING = make_terms(
    ("exterior", "外景", "Exterior"),
    ("interior", "内景", "Interior"),
    ("both", "内外兼有", "Interior and exterior"),
    ("open-ground", "可搭景空地", "Open ground for a build"),
)
LANDSCAPE = make_terms(
    ("hill-steps", "山城阶梯、梯坎", "Hill-city steps"),
    ("wharf", "江边码头", "River wharf"),
    ("river-beach", "江滩、河漫滩", "River beach"),
    ("gorge", "峡谷", "Gorge"),
    ("bamboo", "竹海", "Bamboo forest"),
    ("tea", "茶园", "Tea garden"),
    ("cave", "溶洞", "Cave"),
    ("hill-fields", "丘陵田园", "Hills and fields"),
    ("orchard", "果园、花田", "Orchard"),
    ("terraces", "梯田", "Rice terraces"),
    ("lake", "水库、湖", "Lake or reservoir"),
    ("waterfall", "瀑布", "Waterfall"),
    ("forest", "林场", "Forest"),
    ("stone-forest", "石林、石笋", "Stone pillars"),
    ("cliff-path", "崖壁步道", "Cliff path"),
)
URBAN_FORM = make_terms(
    ("train-through-building", "轻轨穿楼", "Train through a building"),
    ("cableway", "过江索道", "River cableway"),
    ("interchange", "立交桥、盘道", "Interchange"),
    ("river-bridge", "跨江大桥", "River bridge"),
    ("elevated-station", "高架车站", "Elevated station"),
    ("rooftop", "屋顶、天台", "Rooftop"),
    ("pedestrian-street", "步行街、商圈", "Pedestrian street"),
    ("lanes", "里巷、老街", "Lanes and old streets"),
    ("dense-housing", "高密度老居民楼", "Dense old housing"),
    ("tunnel", "防空洞、洞子", "Air-raid tunnel"),
    ("underpass", "地下通道", "Underpass"),
    ("night-skyline", "夜景天际线", "Night skyline"),
    ("market", "农贸市场", "Food market"),
    ("campus", "校园", "Campus"),
    ("porters", "棒棒、码头生活", "Porters and wharf life"),
)
HERITAGE = make_terms(
    ("old-town", "古镇", "Old town"),
    ("stilt-house", "吊脚楼", "Stilt house"),
    ("gate-wall", "寨门、城墙", "Gate or wall"),
    ("ancestral-hall", "祠堂", "Ancestral hall"),
    ("temple", "寺观", "Temple"),
    ("guild-hall", "会馆", "Guild hall"),
    ("wartime-site", "抗战旧址", "Wartime site"),
    ("western-mansion", "近代洋房", "Western-style mansion"),
    ("tower", "楼阁", "Tower or pavilion"),
)
INDUSTRIAL = make_terms(
    ("old-plant", "老厂房", "Old plant"),
    ("third-front", "三线厂区", "Third-front works"),
    ("mine", "矿井、坑道", "Mine"),
    ("shipyard", "船厂", "Shipyard"),
    ("power-plant", "电厂", "Power plant"),
    ("railway", "铁路、机车", "Railway"),
    ("warehouse", "仓库", "Warehouse"),
    ("chimney", "烟囱、管廊", "Chimney and pipes"),
)
MODERN = make_terms(
    ("hospital", "医院", "Hospital"),
    ("court", "法院、公安", "Court or police"),
    ("school", "学校", "School"),
    ("office", "办公", "Office"),
    ("station", "车站", "Station"),
    ("hotel", "酒店", "Hotel"),
    ("mall", "商场", "Mall"),
    ("stadium", "体育馆", "Stadium"),
    ("convention", "会展中心", "Convention centre"),
    ("data-centre", "数据中心", "Data centre"),
    ("car-plant", "汽车厂", "Car plant"),
    ("lab", "实验室", "Laboratory"),
)
ERA = make_terms(
    ("han-tang", "先秦汉唐", "Antiquity to Tang"),
    ("song-ming", "宋元明", "Song to Ming"),
    ("qing", "清", "Qing"),
    ("republic", "民国", "Republic (1912–1949)"),
    ("1950s", "1950–60年代", "1950s and 60s"),
    ("1970s", "1970年代", "1970s"),
    ("1980s", "1980–90年代", "1980s and 90s"),
    ("2000s", "2000年代", "2000s"),
    ("today", "当代", "Present day"),
    ("future", "未来、科幻", "Future"),
    ("fantasy", "架空", "Fantasy"),
)
STYLE = make_terms(
    ("bayu", "巴渝民居", "Bayu vernacular"),
    ("stilted", "川派吊脚楼", "Sichuan stilt building"),
    ("hui", "徽派", "Huizhou"),
    ("garden", "中式园林", "Chinese garden"),
    ("soviet", "苏式", "Soviet"),
    ("western-republic", "民国西式", "Western, Republican era"),
    ("modernist", "现代主义", "Modernist"),
    ("industrial", "工业风", "Industrial"),
    ("brutalist", "粗野主义", "Brutalist"),
    ("cyberpunk", "赛博朋克", "Cyberpunk"),
)
NOISE = make_terms(
    ("none", "安静", "Quiet"),
    ("traffic", "车流", "Traffic"),
    ("rail", "轨道、铁路", "Trains"),
    ("building", "施工、设备", "Building or plant"),
    ("dancing", "广场舞", "Square dancing"),
    ("night-market", "夜市", "Night market"),
    ("river", "江船、水声", "Boats or water"),
)
WINDOW = make_terms(
    ("dawn", "清晨", "Dawn"),
    ("morning", "上午", "Morning"),
    ("noon", "正午", "Noon"),
    ("afternoon", "下午", "Afternoon"),
    ("dusk", "傍晚", "Dusk"),
    ("night", "夜里", "Night"),
)
LIFT = make_terms(
    ("none", "没有电梯", "No lift"), ("passenger", "客梯", "Passenger lift"), ("goods", "货梯", "Goods lift")
)
CROWD = make_terms(("few", "人少", "Few people"), ("some", "有人来往", "Some people"), ("many", "人多", "Crowded"))
ASPECT = make_terms(
    ("north", "朝北", "North"),
    ("east", "朝东", "East"),
    ("south", "朝南", "South"),
    ("west", "朝西", "West"),
    ("open", "四面开阔", "All round"),
)
SKY = make_terms(
    ("open", "天空开阔", "Open sky"), ("part", "天空半遮", "Part of the sky"), ("closed", "不见天", "No sky")
)

LISTS = {
    "landscape": LANDSCAPE,
    "urban_form": URBAN_FORM,
    "heritage": HERITAGE,
    "industrial": INDUSTRIAL,
    "modern": MODERN,
    "era": ERA,
    "architectural_style": STYLE,
    "noise_sources": NOISE,
    "best_window": WINDOW,
}
"""Fields that hold several values."""

SINGLES = {"lift": LIFT, "crowd_level": CROWD, "aspect": ASPECT, "sky_view": SKY}
"""Fields that hold one value or none."""


def terms(field: str, keys: list[str]) -> list[Term]:
    """Return the terms of stored keys, in the vocabulary's order; unknown keys are left out."""
    return [term for key, term in LISTS[field].items() if key in keys]


def term(field: str, key: str) -> Term | None:
    """Return the term of a field that holds one value."""
    return SINGLES[field].get(key)
