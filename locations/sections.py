"""A place's drawing: its facts out of the record, the drawing kept, its addresses."""

from __future__ import annotations

import hashlib
from typing import Final

import typst
from django.core.cache import cache
from django.urls import reverse

from portal.core.bilingual import reads_english

from .drawing import CARD, SHARE, WIDE, Frame, SectionFacts, describe, draw_section
from .models import Location

KEPT_SECONDS: Final = 7 * 24 * 3600
DRAWN_AS: Final = 3
"""Count on when the drawings change: those kept from before are then left aside."""
FRAMES: Final[dict[str, Frame]] = {frame.name: frame for frame in (CARD, WIDE, SHARE)}
CITY: Final = ("渝中", "南岸", "沙坪坝", "九龙坡", "江北", "大渡口", "渝北")
"""Districts with towers on their horizon."""
SHEET: Final = (
    b'#set page(width: 1200pt, height: 630pt, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%)\n'
)


def language() -> str:
    """Return `zh` or `en`, as the reader reads."""
    return "en" if reads_english() else "zh"


def section_facts(place: Location) -> SectionFacts:
    """Return what the drawing of a place is made from. No queries."""
    level = place.level_diff_m
    return SectionFacts(
        code=place.code,
        name_zh=place.name_zh,
        name_en=place.name_en,
        setting=place.setting,
        kinds=tuple(term.key for term in place.kind_terms()),
        eras=tuple(place.era),
        urban=place.district_zh.startswith(CITY),
        truck_to_set_m=place.truck_to_set_m,
        stairs_up=place.stairs_up,
        stairs_down=place.stairs_down,
        level_diff_m=None if level is None else float(level),
        altitude_m=place.altitude_m,
        porters_needed=place.porters_needed,
        boat_access=place.boat_access,
    )


def section_words(place: Location) -> str:
    """Return the sentence that stands for the drawing, in the reader's language."""
    return describe(section_facts(place), language())


def section_address(place: Location, frame: Frame = CARD) -> str:
    """Return where the drawing is served; a new version of the place has a new address."""
    return f"{reverse('locations:section', args=[place.slug, frame.name])}?v={place.version}"


def share_address(place: Location) -> str:
    """Return where the picture for chat apps is served."""
    return f"{reverse('locations:share_picture', args=[place.slug])}?v={place.version}"


def section_svg(place: Location, frame: Frame) -> str:
    """Return the drawing in the reader's language, drawn once for the same facts."""
    facts, spoken = section_facts(place), language()
    key = _key("svg", facts, frame, spoken)
    kept = cache.get(key)
    if kept is None:
        kept = draw_section(facts, spoken, frame)
        cache.set(key, kept, KEPT_SECONDS)
    return str(kept)


def section_png(place: Location) -> bytes:
    """Return the drawing as a picture of 1200 × 630 for those who show no SVG; made when it is first asked for."""
    facts, spoken = section_facts(place), language()
    key = _key("png", facts, SHARE, spoken)
    kept = cache.get(key)
    if kept is None:
        drawn = draw_section(facts, spoken, SHARE, themed=False)
        kept = bytes(typst.compile(SHEET, format="png", ppi=72, sys_inputs={"svg": drawn}))
        cache.set(key, kept, KEPT_SECONDS)
    return bytes(kept)


def _key(kind: str, facts: SectionFacts, frame: Frame, spoken: str) -> str:
    told = hashlib.sha256(repr((DRAWN_AS, facts, frame.name, spoken)).encode()).hexdigest()[:32]
    return f"section:{kind}:{told}"
