"""What the list is filtered by (docs/implementation/place-facts.md): the facets, their words, and what a place has of each.

A facet that counts or measures holds every band a place falls into: 20 m is within 30, within 100 and within 300.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from . import vocabulary
from .models import EFFECTS, Allowance, Location
from .vocabulary import Term, make_terms

ACCESS = make_terms(
    ("30", "30 m 以内", "Within 30 m"), ("100", "100 m 以内", "Within 100 m"), ("300", "300 m 以内", "Within 300 m")
)
STEPS = make_terms(("0", "没有梯坎", "No steps"), ("20", "20 级以内", "Up to 20"), ("60", "60 级以内", "Up to 60"))
WAY = make_terms(
    ("turning", "卡车可掉头", "Trucks can turn"),
    ("level", "高差 3 m 以内", "Within 3 m of level"),
    ("no-porters", "不用棒棒", "No porters needed"),
    ("dry", "雨天不滑", "Safe in rain"),
    ("boat", "可行船", "By boat"),
)
ENTRY = make_terms(
    ("street", "平街进门", "Street level"), ("above", "在楼上", "Upstairs"), ("below", "在街面以下", "Below the street")
)
ALLOWED = make_terms(
    ("sync_sound", "可同期录音", "Sync sound"),
    ("smoke", "可放烟", "Smoke and haze"),
    ("wet_down", "可洒水", "Wet-down"),
    ("vehicle", "可进车", "Vehicles on set"),
    ("animals", "可带动物", "Animals"),
    ("wall_paint", "可改色", "Painting walls"),
    ("night", "可拍夜戏", "Night shooting"),
    ("drone", "可航拍", "Drones"),
    ("fire", "可动明火", "Open fire"),
    ("minors", "可有未成年演员", "Minors on set"),
    ("inside", "文物建筑内可拍", "Drama inside a monument"),
)
POWER = make_terms(
    ("20", "20 kW 以上", "20 kW or more"),
    ("60", "60 kW 以上", "60 kW or more"),
    ("100", "100 kW 以上", "100 kW or more"),
)
SITE = make_terms(
    ("generator", "可放发电车", "Place for a generator"),
    ("base_camp", "可设大本营", "Base camp"),
    ("parking", "能停五辆以上卡车", "Five trucks or more"),
    ("toilets", "有厕所", "Toilets"),
    ("green_room", "有候场室", "Green room"),
    ("makeup", "有化妆间", "Room for make-up"),
)
NETWORK = make_terms(("5g", "5G", "5G"), ("4g", "4G", "4G"), ("none", "没有信号", "No signal"))
PEOPLE = make_terms(
    ("50", "容 50 人以上", "50 or more"),
    ("100", "容 100 人以上", "100 or more"),
    ("200", "容 200 人以上", "200 or more"),
)
MONUMENT = make_terms(
    ("national", "国家级", "National"),
    ("municipal", "市级", "Municipal"),
    ("district", "区县级", "District"),
    ("ungraded", "未定级老建筑", "Old, not graded"),
)
OWNER = make_terms(
    ("state", "国有", "State"),
    ("collective", "集体", "Collective"),
    ("private", "私人", "Private"),
    ("scenic", "景区", "Scenic area"),
    ("transport", "交通企业", "Transport company"),
    ("school", "学校", "School"),
    ("public", "公共空间", "Public space"),
)
FEE = make_terms(
    ("free", "免费", "Free of charge"),
    ("hour", "按小时", "By the hour"),
    ("half_day", "按半天", "By the half day"),
    ("day", "按天", "By the day"),
    ("project", "按项目", "By the project"),
)
DISTRICT = make_terms(
    ("yongchuan", "永川区", "Yongchuan"),
    ("wanzhou", "万州区", "Wanzhou"),
    ("fuling", "涪陵区", "Fuling"),
    ("yuzhong", "渝中区", "Yuzhong"),
    ("dadukou", "大渡口区", "Dadukou"),
    ("jiangbei", "江北区", "Jiangbei"),
    ("shapingba", "沙坪坝区", "Shapingba"),
    ("jiulongpo", "九龙坡区", "Jiulongpo"),
    ("nanan", "南岸区", "Nan'an"),
    ("beibei", "北碚区", "Beibei"),
    ("qijiang", "綦江区", "Qijiang"),
    ("dazu", "大足区", "Dazu"),
    ("yubei", "渝北区", "Yubei"),
    ("banan", "巴南区", "Banan"),
    ("qianjiang", "黔江区", "Qianjiang"),
    ("changshou", "长寿区", "Changshou"),
    ("jiangjin", "江津区", "Jiangjin"),
    ("hechuan", "合川区", "Hechuan"),
    ("nanchuan", "南川区", "Nanchuan"),
    ("bishan", "璧山区", "Bishan"),
    ("tongliang", "铜梁区", "Tongliang"),
    ("tongnan", "潼南区", "Tongnan"),
    ("rongchang", "荣昌区", "Rongchang"),
    ("kaizhou", "开州区", "Kaizhou"),
    ("liangping", "梁平区", "Liangping"),
    ("wulong", "武隆区", "Wulong"),
    ("chengkou", "城口县", "Chengkou"),
    ("fengdu", "丰都县", "Fengdu"),
    ("dianjiang", "垫江县", "Dianjiang"),
    ("zhongxian", "忠县", "Zhongxian"),
    ("yunyang", "云阳县", "Yunyang"),
    ("fengjie", "奉节县", "Fengjie"),
    ("wushan", "巫山县", "Wushan"),
    ("wuxi", "巫溪县", "Wuxi"),
    ("shizhu", "石柱土家族自治县", "Shizhu"),
    ("xiushan", "秀山土家族苗族自治县", "Xiushan"),
    ("youyang", "酉阳土家族苗族自治县", "Youyang"),
    ("pengshui", "彭水苗族土家族自治县", "Pengshui"),
)
TOWN = make_terms(
    ("zhongshanlu", "中山路街道", "Zhongshan Road"),
    ("shenglilu", "胜利路街道", "Shengli Road"),
    ("nandajie", "南大街街道", "Nandajie"),
    ("chashan-zhuhai", "茶山竹海街道", "Chashan Zhuhai"),
    ("daan", "大安街道", "Da'an"),
    ("chenshi", "陈食街道", "Chenshi"),
    ("weixinghu", "卫星湖街道", "Weixinghu"),
    ("qingfeng", "青峰镇", "Qingfeng"),
    ("jinlong", "金龙镇", "Jinlong"),
    ("linjiang", "临江镇", "Linjiang"),
    ("hegeng", "何埂镇", "Hegeng"),
    ("songgai", "松溉镇", "Songgai"),
    ("xianlong", "仙龙镇", "Xianlong"),
    ("jian", "吉安镇", "Ji'an"),
    ("wujian", "五间镇", "Wujian"),
    ("laisu", "来苏镇", "Laisu"),
    ("baofeng", "宝峰镇", "Baofeng"),
    ("shuangshi", "双石镇", "Shuangshi"),
    ("honglu", "红炉镇", "Honglu"),
    ("yongrong", "永荣镇", "Yongrong"),
    ("sanjiao", "三教镇", "Sanjiao"),
    ("banqiao", "板桥镇", "Banqiao"),
    ("zhutuo", "朱沱镇", "Zhutuo"),
)
"""Towns and streets of Yongchuan."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet. `group` is the heading it stands under behind "more"; the common ones have none and stand open."""

    name: str
    label: Any
    values: Mapping[str, Term]
    group: str = ""


LOOKS, WAY_IN, ON_SITE, LIGHT, TERMS, WHERE = "looks", "way", "site", "light", "terms", "where"
GROUPS = {
    LOOKS: _("What it looks like"),
    WAY_IN: _("The way in"),
    ON_SITE: _("On site"),
    LIGHT: pgettext_lazy("daylight", "Light"),
    TERMS: _("Owner and terms"),
    WHERE: _("Where"),
}
ALL = (
    Facet("setting", _("Setting"), vocabulary.SETTING),
    Facet("era", _("Era it can play"), vocabulary.ERA),
    Facet("landscape", _("Landscape"), vocabulary.LANDSCAPE),
    Facet("heritage", _("Old towns and buildings"), vocabulary.HERITAGE),
    Facet("access", _("Truck to set"), ACCESS),
    Facet("allowed", _("Allowed"), ALLOWED),
    Facet("urban_form", _("City form"), vocabulary.URBAN_FORM, LOOKS),
    Facet("industrial", _("Industrial heritage"), vocabulary.INDUSTRIAL, LOOKS),
    Facet("modern", _("Modern spaces"), vocabulary.MODERN, LOOKS),
    Facet("style", _("Architectural style"), vocabulary.STYLE, LOOKS),
    Facet("monument", _("Monument"), MONUMENT, LOOKS),
    Facet("steps", _("Stairs"), STEPS, WAY_IN),
    Facet("way", _("For trucks and kit"), WAY, WAY_IN),
    Facet("entry", _("Entrance"), ENTRY, WAY_IN),
    Facet("lift", _("Lift"), vocabulary.LIFT, WAY_IN),
    Facet("power", _("Power on site"), POWER, ON_SITE),
    Facet("site", _("What is there"), SITE, ON_SITE),
    Facet("people", _("Room for people"), PEOPLE, ON_SITE),
    Facet("crowd", _("People passing"), vocabulary.CROWD, ON_SITE),
    Facet("noise", _("Noise"), vocabulary.NOISE, ON_SITE),
    Facet("network", _("Mobile network"), NETWORK, ON_SITE),
    Facet("light", _("Best light"), vocabulary.WINDOW, LIGHT),
    Facet("aspect", _("Faces"), vocabulary.ASPECT, LIGHT),
    Facet("sky", _("Sky"), vocabulary.SKY, LIGHT),
    Facet("owner", pgettext_lazy("place", "Owner"), OWNER, TERMS),
    Facet("fee_basis", _("Location fee"), FEE, TERMS),
    Facet("district", _("District"), DISTRICT, WHERE),
    Facet("town", _("Town or street"), TOWN, WHERE),
)
"""In the order of display."""
VALUES = {facet.name: facet.values for facet in ALL}


def keys_of(place: Location) -> dict[str, list[str]]:
    """Return the values a place has of every facet."""
    kept = {**_looks(place), **_way_in(place), **_on_site(place), **_terms_of_use(place)}
    return {name: values for name, values in kept.items() if values}


def _looks(place: Location) -> dict[str, list[str]]:
    lists = ("era", "landscape", "heritage", "urban_form", "industrial", "modern")
    return {
        "setting": [place.setting],
        **{name: getattr(place, name) for name in lists},
        "style": place.architectural_style,
        "monument": _one(place.heritage_level),
        "light": place.best_window,
        "aspect": _one(place.aspect),
        "sky": _one(place.sky_view),
    }


def _way_in(place: Location) -> dict[str, list[str]]:
    way = {
        "turning": place.turning_ok,
        "level": place.level_diff_m is not None and place.level_diff_m <= 3,
        "no-porters": place.porters_needed == 0,
        "dry": place.rain_slip is False,
        "boat": place.boat_access,
    }
    floor = place.entry_floor
    entry = None if floor is None else "street" if floor == 0 else "above" if floor > 0 else "below"
    return {
        "access": within(ACCESS, place.truck_to_set_m),
        "steps": within(STEPS, place.stairs),
        "way": _true(way),
        "entry": _one(entry),
        "lift": _one(place.lift),
    }


def _on_site(place: Location) -> dict[str, list[str]]:
    site = {
        "generator": place.generator_spot,
        "base_camp": place.base_camp,
        "parking": (place.parking_trucks or 0) >= 5,
        "toilets": place.toilets,
        "green_room": place.green_room,
        "makeup": place.makeup_space,
    }
    return {
        "power": _at_least(POWER, place.power_available_kw),
        "site": _true(site),
        "people": _at_least(PEOPLE, place.capacity_people),
        "crowd": _one(place.crowd_level),
        "noise": place.noise_sources,
        "network": _one(place.network),
    }


def _terms_of_use(place: Location) -> dict[str, list[str]]:
    allowed = {name.removeprefix("may_"): getattr(place, name) == Allowance.OK for name in ("sync_sound", *EFFECTS)}
    return {
        "allowed": _true(allowed | {"inside": place.interior_drama_allowed}),
        "owner": [place.owner_kind],
        "fee_basis": [place.fee_basis] if place.fee_known else [],
        "district": _named(DISTRICT, place.district_zh),
        "town": _named(TOWN, place.town_zh) if place.district_zh == "永川区" else [],
    }


def within(bands: Mapping[str, Term], value: int | None) -> list[str]:
    """Return the bands that a number does not exceed; none where nobody measured."""
    return [] if value is None else [band for band in bands if value <= int(band)]


def _at_least(bands: Mapping[str, Term], value: int | None) -> list[str]:
    return [] if value is None else [band for band in bands if value >= int(band)]


def _true(flags: Mapping[str, Any]) -> list[str]:
    return [name for name, value in flags.items() if value]


def _one(value: str | None) -> list[str]:
    return [value] if value else []


def _named(terms: Mapping[str, Term], name: str) -> list[str]:
    return [key for key, term in terms.items() if term.zh == name]
