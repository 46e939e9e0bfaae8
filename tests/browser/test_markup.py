"""The HTML of every kind of page, as the server sends it, under the Nu HTML checker.

`sh tests/browser/run tests/browser/test_markup.py` runs it alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from .conftest import BASE_URL
from .walk import KINDS, address, sign_in, source

JAR = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
EXCEPTIONS: dict[str, str] = {}
"""What the checker says that is not ours: a pattern of its message, and why it stays."""


def checked(folder: Path) -> list[tuple[str, str]]:
    """Return (file, message) of each error and warning in the HTML files of a folder."""
    command = [
        "java",
        "-Xss1m",
        "-jar",
        str(JAR),
        "--format",
        "json",
        "--stdout",
        "--exit-zero-always",
        "--skip-non-html",
    ]
    ran = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True, timeout=300)
    found = []
    for one in json.loads(ran.stdout)["messages"]:
        if one["type"] == "info" and one.get("subType") != "warning":
            continue
        where = f"{one.get('lastLine', '?')}: {one.get('extract', '')!r}"
        found.append((Path(one.get("url", "")).stem, f"{one['message']} (line {where})"))
    return found


@pytest.fixture(scope="module")
def checker() -> None:
    """A checker that runs; CI installs it, a laptop may not have it."""
    if not BASE_URL:
        pytest.skip("no BASE_URL: sh tests/browser/run starts a portal for these tests")
    missing = (
        "java" if not shutil.which("java") else "vnu-jar: npm install in tests/browser" if not JAR.is_file() else ""
    )
    if missing and os.environ.get("CI"):
        pytest.fail(f"missing: {missing}")
    if missing:
        pytest.skip(f"missing: {missing}")


def test_the_checker_sees_a_wrong_page(checker, tmp_path):
    (tmp_path / "wrong.html").write_text(
        '<!doctype html><title>x</title><form action=""><h2 role="status">a</h2></form>'
    )
    messages = " ".join(message for _file, message in checked(tmp_path))
    assert "Bad value “” for attribute “action”" in messages
    assert "role" in messages


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_of_page_is_valid(checker, visit, tmp_path, language):
    names = {}
    for who in dict.fromkeys(kind.who for kind in KINDS):
        page, _watch = visit(language, 1440)
        if who:
            sign_in(page, who)
        for kind in (one for one in KINDS if one.who == who):
            path = address(kind, language, page.context.request)
            file = re.sub(r"\W+", "-", f"{who} {kind.name}").strip("-")
            names[file] = f"{kind.name} {path}"
            (tmp_path / f"{file}.html").write_text(source(kind, path, page.context), encoding="utf-8")
    assert len(names) == len(KINDS)
    faults = defaultdict(list)
    for file, message in checked(tmp_path):
        if not any(re.search(pattern, message) for pattern in EXCEPTIONS):
            faults[names[file]].append(message)
    assert dict(faults) == {}
