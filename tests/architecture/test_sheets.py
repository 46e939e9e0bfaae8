"""Styles and scripts are written to be read: short lines, and no class that nothing wears."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = [ROOT / app for app in ("portal", "locations", "studios", "services", "bookings", "cms", "media")]
SHEETS = sorted(path for app in APPS for path in app.rglob("static/**/*.css"))
SCRIPTS = sorted(path for app in APPS for path in (*app.rglob("static/**/*.js"), *app.rglob("templates/**/*.js")))
LIMIT = 120
OTHERS = re.compile(r"(leaflet|htmx)-")
"""Classes that Leaflet and htmx put on."""
WAGTAILS = "admin.css"
"""Its classes are worn by pages of Wagtail."""


@cache
def words() -> frozenset[str]:
    """Every word of templates, modules and scripts."""
    sources = (
        path for app in APPS for ending in ("html", "py", "js", "txt", "svg") for path in app.rglob(f"*.{ending}")
    )
    return frozenset(word for path in sources for word in re.findall(r"[A-Za-z0-9_-]+", path.read_text("utf-8")))


def unworn(sheet: str, known: frozenset[str]) -> set[str]:
    """Return the classes of a sheet that stand nowhere else, not even as the beginning of one that is put together."""
    bare = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    classes = set(re.findall(r"\.(-?[A-Za-z_][A-Za-z0-9_-]*)", bare))
    parts = {word for word in known if word.endswith("-") and len(word) > 2}
    return {
        name
        for name in classes
        if name not in known and not OTHERS.match(name) and not any(name.startswith(part) for part in parts)
    }


@pytest.mark.parametrize("path", [path for path in SHEETS if path.name != WAGTAILS], ids=lambda path: path.name)
def test_every_class_is_worn(path: Path):
    assert unworn(path.read_text("utf-8"), words()) == set(), "take the rule out, or use the class"


def test_a_class_that_nothing_wears_is_found():
    sheet = ".card { & .card__foot { color: red } } .step--done, .gone { color: blue }"
    assert unworn(sheet, frozenset({"card", "step--"})) == {"card__foot", "gone"}


@pytest.mark.parametrize("path", [*SHEETS, *SCRIPTS], ids=lambda path: path.name)
def test_lines_are_short(path: Path):
    assert [line for line in path.read_text("utf-8").splitlines() if len(line) > LIMIT] == []
