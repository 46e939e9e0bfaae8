"""The whole portal is under strict types: a new folder cannot be forgotten in pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MYPY = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
UNTYPED = {"tests", "demo"}


def unchecked(root: Path) -> list[str]:
    """Return the folders with code that mypy is not asked about."""
    folders = {path.parent.name for path in root.glob("*/__init__.py")}
    return sorted(folders - UNTYPED - set(MYPY["packages"]))


def test_types_are_strict() -> None:
    assert MYPY["strict"] is True
    loose = [part["module"] for part in MYPY["overrides"] if part.get("ignore_errors")]
    assert loose == ["*.migrations.*"]


def test_every_folder_is_typed() -> None:
    assert unchecked(ROOT) == [], "name it in pyproject.toml, [tool.mypy]"


def test_a_forgotten_one_is_found(tmp_path: Path) -> None:
    for name in ("bookings", "shop", "tests"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    assert unchecked(tmp_path) == ["shop"]
