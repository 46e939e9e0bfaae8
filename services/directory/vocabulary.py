"""Headings, categories, districts and languages of the directory (docs/rules/directory.md). Keys are stored and never change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from locations.vocabulary import Term


@dataclass(frozen=True, slots=True)
class Category:
    """One trade, the heading it stands under, and whether it needs a licence of its own."""

    term: Term
    heading: str
    needs_licence: bool = False

    def __str__(self) -> str:
        return str(self.term)


def _terms(*rows: tuple[str, str, str]) -> dict[str, Term]:
    return {key: Term(key, zh, en) for key, zh, en in rows}


def _under(heading: str, *rows: tuple[str, str, str] | tuple[str, str, str, bool]) -> dict[str, Category]:
    return {row[0]: Category(Term(row[0], row[1], row[2]), heading, len(row) > 3) for row in rows}


HEADING = _terms(
    ("places", "取景地协调", "Location coordination"),
    ("wardrobe", "服化道", "Costume, make-up and props"),
    ("cast", "演员经纪", "Casting"),
    ("hospitality", "酒店餐饮", "Hotels and catering"),
    ("post", "后期制作", "Post-production"),
    ("publicity", "宣传推介", "Publicity"),
)
"""The six headings, the same keys as the service pages."""

CATEGORIES: dict[str, Category] = {
    **_under(
        "places",
        ("production-service", "协拍、制片服务", "Production service"),
        ("location-scout", "勘景师", "Location scout"),
        ("set-logistics", "场务后勤", "Set logistics"),
        ("camera", "摄影器材", "Camera rental"),
        ("lighting", "灯光器材", "Lighting rental"),
        ("grip", "移动机械", "Grip, cranes and tracking vehicles"),
        ("aerial", "航拍", "Aerial filming", True),
        ("sfx", "特技特效", "Stunts and special effects", True),
        ("stage-rental", "摄影棚", "Stages for hire"),
        ("security", "安保", "Security", True),
        ("medical", "医护", "Medics on set", True),
        ("insurance", "保险", "Insurance", True),
        ("accounting", "财税", "Accounting and tax"),
        ("legal", "法务", "Legal", True),
    ),
    **_under(
        "wardrobe",
        ("costume", "服装", "Costume"),
        ("makeup", "化妆造型", "Make-up and hair"),
        ("props", "道具", "Props"),
        ("art", "置景美术", "Art department and set building"),
        ("picture-vehicles", "老爷车、特种车", "Picture vehicles"),
    ),
    **_under(
        "cast",
        ("agency", "演员经纪", "Actors' agency", True),
        ("extras", "群演", "Extras"),
        ("doubles", "替身", "Doubles and stunt performers"),
        ("voice", "配音", "Voice actors"),
    ),
    **_under(
        "hospitality",
        ("hotel", "酒店", "Hotel", True),
        ("catering", "餐饮", "Catering", True),
        ("crew-vehicles", "剧组用车", "Crew transport", True),
    ),
    **_under(
        "post",
        ("sound", "录音混音", "Sound recording and mixing"),
        ("grading", "后期调色", "Editing and grading"),
        ("vfx", "视效动画", "Visual effects and animation"),
        ("vad", "虚拟资产", "Virtual assets and VAD"),
        ("mocap", "动捕", "Motion capture"),
    ),
    **_under(
        "publicity",
        ("publicity", "新闻宣发", "Publicity and press"),
        ("translation", "翻译、字幕", "Translation and subtitles"),
    ),
}
CATEGORY = {key: one.term for key, one in CATEGORIES.items()}

DISTRICT = _terms(
    ("yongchuan", "永川区", "Yongchuan"),
    ("jiangjin", "江津区", "Jiangjin"),
    ("rongchang", "荣昌区", "Rongchang"),
    ("dazu", "大足区", "Dazu"),
    ("bishan", "璧山区", "Bishan"),
    ("tongliang", "铜梁区", "Tongliang"),
    ("hechuan", "合川区", "Hechuan"),
    ("tongnan", "潼南区", "Tongnan"),
    ("yuzhong", "渝中区", "Yuzhong"),
    ("jiangbei", "江北区", "Jiangbei"),
    ("yubei", "渝北区", "Yubei"),
    ("shapingba", "沙坪坝区", "Shapingba"),
    ("jiulongpo", "九龙坡区", "Jiulongpo"),
    ("nanan", "南岸区", "Nan'an"),
    ("dadukou", "大渡口区", "Dadukou"),
    ("beibei", "北碚区", "Beibei"),
    ("banan", "巴南区", "Banan"),
    ("changshou", "长寿区", "Changshou"),
    ("fuling", "涪陵区", "Fuling"),
    ("nanchuan", "南川区", "Nanchuan"),
    ("qijiang", "綦江区", "Qijiang"),
    ("wanzhou", "万州区", "Wanzhou"),
    ("wulong", "武隆区", "Wulong"),
    ("fengjie", "奉节县", "Fengjie"),
)
AREA = _terms(
    ("chongqing", "重庆全域", "All of Chongqing"),
    ("sichuan", "四川", "Sichuan"),
    ("nationwide", "全国", "All of China"),
)
COVERAGE = DISTRICT | AREA
"""Where somebody comes to: districts, or an area that holds them."""

LANGUAGE = _terms(
    ("zh", "普通话", "Mandarin"),
    ("sichuanese", "重庆话、四川话", "Sichuanese"),
    ("yue", "粤语", "Cantonese"),
    ("en", "英语", "English"),
    ("ja", "日语", "Japanese"),
    ("ko", "韩语", "Korean"),
    ("th", "泰语", "Thai"),
    ("fr", "法语", "French"),
    ("de", "德语", "German"),
    ("ru", "俄语", "Russian"),
    ("sign", "手语", "Sign language"),
)
MARK = _terms(
    ("verified", "已核验", "Verified"),
    ("insured", "保险在期", "Insured"),
    ("due", "要复核", "Due for a check"),
    ("expired", "证照过期", "Papers expired"),
)
PRICE = _terms(
    ("500", "¥500 以内", "Under ¥500"),
    ("2000", "¥500–2,000", "¥500–2,000"),
    ("10000", "¥2,000–10,000", "¥2,000–10,000"),
    ("more", "¥10,000 以上", "Over ¥10,000"),
    ("ask", "面议", "On request"),
)
INVOICE = _terms(
    ("special", "增值税专票", "Special VAT invoice"),
    ("general", "增值税普票", "General VAT invoice"),
    ("none", "不开票", "No invoice"),
)
KIND = _terms(("company", "公司", "Company"), ("person", "个人", "Person"))

LISTS = {"categories": CATEGORY, "coverage": COVERAGE, "languages": LANGUAGE}
"""Fields that hold several values."""
FACETS = {
    "heading": HEADING,
    "category": CATEGORY,
    "district": DISTRICT,
    "mark": MARK,
    "price": PRICE,
    "invoice": INVOICE,
    "kind": KIND,
    "language": LANGUAGE,
}
"""What the list is filtered by, in this order."""

BANDS_FEN = ((50_000, "500"), (200_000, "2000"), (1_000_000, "10000"))


def terms(field: str, keys: Iterable[str]) -> list[Term]:
    """Return the terms of stored keys, in the vocabulary's order; unknown keys are left out."""
    chosen = set(keys)
    return [term for key, term in LISTS[field].items() if key in chosen]


def headings(categories: Iterable[str]) -> list[str]:
    """Return the headings that categories stand under, in order."""
    found = {CATEGORIES[key].heading for key in categories if key in CATEGORIES}
    return [key for key in HEADING if key in found]


def needs_licence(categories: Iterable[str]) -> bool:
    """Return whether one of the trades needs a licence of its own."""
    return any(CATEGORIES[key].needs_licence for key in categories if key in CATEGORIES)


def districts(coverage: Iterable[str]) -> list[str]:
    """Return the districts somebody comes to; all of Chongqing and all of China hold every one."""
    chosen = set(coverage)
    if chosen & {"chongqing", "nationwide"}:
        return list(DISTRICT)
    return [key for key in DISTRICT if key in chosen]


def price_band(price_from_fen: int | None) -> str:
    """Return the band a lowest price falls in."""
    if price_from_fen is None:
        return "ask"
    return next((band for limit, band in BANDS_FEN if price_from_fen < limit), "more")


def key_of(field: str, text: str) -> str | None:
    """Return the key of a value as people write it in a sheet: its key or its name in either language."""
    wanted = text.strip().casefold()
    for key, term in LISTS[field].items():
        names = {key, term.zh.casefold(), term.en.casefold(), *term.zh.split("、"), term.zh.removesuffix("区")}
        if wanted in names:
            return key
    return None
