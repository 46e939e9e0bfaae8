"""The two locked lists of packages agree: the tests run on what the portal runs on, and both name what was asked for."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def pinned(text: str) -> dict[str, str]:
    """Return the packages of a locked list as `{name: version}`, the marker left aside."""
    return dict(re.findall(r"^([a-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;]+)", text, re.MULTILINE))


def asked(text: str) -> set[str]:
    """Return the names that a hand-written list (`*.in`) asks for, in the form the locked lists use."""
    names = re.findall(r"^([A-Za-z0-9][\w.-]*)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


def test_the_tests_lock_holds_every_package_of_the_portal() -> None:
    """`sh deploy/venv.sh tests/requirements.txt` makes the tests' environment from this list alone."""
    portal = pinned((ROOT / "requirements.txt").read_text())
    tests = pinned((ROOT / "tests/requirements.txt").read_text())
    assert len(portal) > 50
    differing = {name: (version, tests.get(name)) for name, version in portal.items() if tests.get(name) != version}
    assert differing == {}, "run `make lock`"


def test_what_was_asked_for_is_locked() -> None:
    for wanted, locked in (
        ("requirements.in", "requirements.txt"),
        ("tests/requirements.in", "tests/requirements.txt"),
    ):
        missing = asked((ROOT / wanted).read_text()) - set(pinned((ROOT / locked).read_text()))
        assert missing == set(), f"{locked}: run `make lock`"
