"""Every app's actions, queries and rules are under strict types: a new one cannot be forgotten in pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MYPY = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
LAYERS = ("actions", "queries", "rules")


def modules_of_the_middle() -> set[str]:
    """Return the full names of all apps' actions, queries and rules, modules or packages."""
    apps = [path for path in ROOT.iterdir() if (path / "__init__.py").is_file() and path.name != "tests"]
    paths = [found for app in apps for layer in LAYERS for found in [*app.rglob(f"{layer}.py"), *app.rglob(layer)]]
    real = [path for path in paths if path.suffix == ".py" or (path / "__init__.py").is_file()]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in real}


def unchecked(modules: set[str]) -> list[str]:
    """Return the modules that mypy is not asked about."""
    inside = tuple(f"{package}." for package in MYPY["packages"])
    named = {*MYPY["modules"], *MYPY["packages"]}
    return sorted(one for one in modules if one not in named and not one.startswith(inside))


def test_types_are_strict() -> None:
    assert MYPY["strict"] is True


def test_every_action_query_and_rule_is_typed() -> None:
    middle = modules_of_the_middle()
    assert {"bookings.actions", "bookings.queries", "portal.accounts.rules"} <= middle
    assert unchecked(middle) == [], "name it in pyproject.toml, [tool.mypy]"


def test_a_forgotten_one_is_found() -> None:
    assert unchecked({"shop.actions", "portal.payments.queries", "bookings.rules"}) == ["shop.actions"]
