"""The tests themselves: none that is never run, and the API's schema as a file that a change has to touch.

Refresh the schema after a change of the API that you mean:

    .venv/bin/python -m tests.architecture.test_tests
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
SNAPSHOT = Path(__file__).with_name("openapi.json")
BUILT_IN = {"request", "client", "db", "settings", "rf", "monkeypatch", "tmp_path", "capsys", "caplog", "mailoutbox",
            "admin_client", "transactional_db", "django_assert_max_num_queries", "django_assert_num_queries", "live_server",
            "django_capture_on_commit_callbacks"}  # fmt: skip


def decorated(node: ast.FunctionDef) -> set[str]:
    """Return the decorators' last names: `fixture`, `parametrize`, `rule` …"""
    bare = [mark.func if isinstance(mark, ast.Call) else mark for mark in node.decorator_list]
    return {mark.attr if isinstance(mark, ast.Attribute) else getattr(mark, "id", "") for mark in bare}


def functions(source: str) -> list[ast.FunctionDef]:
    return [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]


def never_run(sources: dict[str, str]) -> set[str]:
    """Return the module-level functions (`path: name`) that ask for a fixture, are no test or fixture, and have no user.

    Indico's `past_booking_occurrences_are_cancelled` stood like that among its tests and was never run.
    """
    words = Counter(word for source in sources.values() for word in re.findall(r"\w+", source))
    fixtures = set(BUILT_IN)
    for source in sources.values():
        fixtures |= {node.name for node in functions(source) if "fixture" in decorated(node)}
    found = set()
    for path, source in sources.items():
        for node in functions(source):
            asks = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]} & fixtures
            runs = (node.name.startswith("test_") and Path(path).name.startswith("test_")) or "fixture" in decorated(
                node
            )
            hook = node.name.startswith("pytest_")
            used = words[node.name] > 1
            if not runs and not hook and (asks or node.name.startswith("test_")) and not used:
                found.add(f"{path}: {node.name}")
    return found


def shadowed(source: str) -> set[str]:
    """Return names defined twice in a test module: the first of them is never run."""
    seen: set[str] = set()
    twice: set[str] = set()
    for node in functions(source):
        (twice if node.name in seen else seen).add(node.name)
    return twice


def own_sources() -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted(TESTS.rglob("*.py"))}


def test_no_test_is_never_run() -> None:
    assert never_run(own_sources()) == set(), "give it its test_ prefix, or a user"


def test_no_test_hides_another() -> None:
    assert {path: names for path, source in own_sources().items() if (names := shadowed(source))} == {}


def test_a_test_without_its_prefix_is_found() -> None:
    sources = {
        "tests/conftest.py": "import pytest\n@pytest.fixture\ndef lin(): ...\n",
        "tests/test_a.py": "def test_one(lin): helped(lin)\ndef helped(lin): ...\ndef past_ones_are_cancelled(lin): ...\n",
        "tests/steps.py": "def test_in_the_wrong_file(): ...\n",
    }
    assert never_run(sources) == {"tests/test_a.py: past_ones_are_cancelled", "tests/steps.py: test_in_the_wrong_file"}
    assert shadowed("def test_one(): ...\ndef test_two(): ...\ndef test_one(): ...\n") == {"test_one"}


def schema() -> str:
    """Return the API's schema as text, the same on every machine."""
    from django.utils import translation

    from portal.api import api

    with translation.override("en"):
        return json.dumps(api.get_openapi_schema(), indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def test_the_apis_schema_is_the_one_agreed() -> None:
    asked = (
        "the API changed: if you mean it, run .venv/bin/python -m tests.architecture.test_tests and say so in CHANGELOG"
    )
    assert json.loads(schema()) == json.loads(SNAPSHOT.read_text()), asked


def refresh() -> None:
    """Write the schema as it is now."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    SNAPSHOT.write_text(schema())


if __name__ == "__main__":
    refresh()
