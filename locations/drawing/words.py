"""Everything a drawing says, in both languages."""

from __future__ import annotations

from .facts import SectionFacts

ERA = {
    "han-tang": ("先秦汉唐", "Antiquity to Tang"),
    "song-ming": ("宋元明", "Song to Ming"),
    "qing": ("清", "Qing"),
    "republic": ("民国", "Republic"),
    "1950s": ("五十年代", "1950s"),
    "1970s": ("七十年代", "1970s"),
    "1980s": ("八十年代", "1980s"),
    "2000s": ("两千年后", "2000s"),
    "today": ("当代", "today"),
    "future": ("未来", "future"),
    "fantasy": ("架空", "fantasy"),
}


def figure(value: float) -> str:
    """Return a number without a needless zero: 86, 9.7."""
    return f"{value:g}"


def unmeasured(facts: SectionFacts, language: str) -> str:
    """Return the line that says what of the way nobody measured; empty where all of it is known."""
    missing = [
        words
        for known, words in (
            (facts.truck_to_set_m is not None, ("距离", "distance")),
            (facts.steps_known, ("梯坎", "steps")),
            (facts.level_diff_m is not None, ("高差", "level")),
        )
        if not known
    ]
    if not missing:
        return ""
    if language == "en":
        return ", ".join(en for _zh, en in missing).capitalize() + " not measured"
    return "、".join(zh for zh, _en in missing) + "未实测"


def describe(facts: SectionFacts, language: str) -> str:
    """Return the one sentence that stands for the drawing, with all its figures. `language` is `zh` or `en`."""
    return _english(facts) if language == "en" else _chinese(facts)


def _chinese(facts: SectionFacts) -> str:
    said = [
        "卡车停放点到现场的距离未实测"
        if facts.truck_to_set_m is None
        else f"卡车停放点到现场 {figure(facts.truck_to_set_m)} 米"
    ]
    if not facts.steps_known:
        said.append("梯坎未实测")
    elif not facts.stairs_up and not facts.stairs_down:
        said.append("没有梯坎")
    else:
        said += [f"{way} {steps} 级" for way, steps in (("上", facts.stairs_up), ("下", facts.stairs_down)) if steps]
    said.append("高差未实测" if facts.level_diff_m is None else f"高差 {figure(abs(facts.level_diff_m))} 米")
    if facts.porters_needed:
        said.append(f"要 {facts.porters_needed} 名棒棒")
    said.append("海拔未实测" if facts.altitude_m is None else f"海拔 {facts.altitude_m} 米")
    return f"{facts.name_zh}剖面图：{'，'.join(said)}。"


def _english(facts: SectionFacts) -> str:
    said = [
        "distance from truck to set not measured"
        if facts.truck_to_set_m is None
        else f"truck to set {figure(facts.truck_to_set_m)} m"
    ]
    if not facts.steps_known:
        said.append("steps not counted")
    elif not facts.stairs_up and not facts.stairs_down:
        said.append("no steps")
    else:
        counted = (("up", facts.stairs_up), ("down", facts.stairs_down))
        said += [f"{steps} {'step' if steps == 1 else 'steps'} {way}" for way, steps in counted if steps]
    level = facts.level_diff_m
    said.append("level not measured" if level is None else f"level difference {figure(abs(level))} m")
    if facts.porters_needed:
        said.append(f"{facts.porters_needed} {'porter' if facts.porters_needed == 1 else 'porters'}")
    said.append("altitude not measured" if facts.altitude_m is None else f"altitude {facts.altitude_m} m")
    return f"Section through {facts.name_en}: {', '.join(said)}."
