"""What somebody has to know is written down: every setting of ours, every environment variable, every permission.

What is written down is there: the files that the newcomer's pages name, and the release that the version names.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import global_settings

from portal import __version__
from portal.accounts.rules import permissions

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "portal" / "settings"
DOCS = "\n".join(path.read_text() for path in (ROOT / "docs").rglob("*.md"))
NAMES_FILES = (
    "CONTRIBUTING.md",
    "SECURITY.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")),
)
FILE = re.compile(r"[\w.<>*-]+\.(py|md|html|txt|css|js|json|toml|tsv|csv|in|po|sql|sh|yaml|conf)")

OTHERS = re.compile(
    r"(WAGTAIL|ACCOUNT_|MFA_|WHITENOISE_|_)|(BASE_DIR|VAR_DIR|TEST_DIR|ROOT_URLCONF|TASKS|CONTENT_SECURITY_POLICY)$"
)
"""Packages' own settings (allauth, Wagtail, whitenoise, django-tasks, django-csp), and where the project lies."""
ELSEWHERE = ("/", ".venv/", "var/", "PORTAL_VAR/")
"""Addresses, and what git ignores."""


def own_settings() -> set[str]:
    """Return the names that our settings modules set and no package defines."""
    found = set()
    for path in SETTINGS.glob("*.py"):
        if path.name == "env.py":
            continue
        for node in ast.parse(path.read_text()).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            found |= {target.id for target in targets if isinstance(target, ast.Name) and target.id.isupper()}
    return {name for name in found if not hasattr(global_settings, name) and not OTHERS.match(name)}


def environment() -> set[str]:
    """Return the names of the environment variables that our settings modules read through `env`."""
    text = "\n".join(path.read_text() for path in SETTINGS.glob("*.py"))
    return set(re.findall(r'env\.\w+\(\s*"(\w+)"', text))


def untold(names: set[str], docs: str = DOCS) -> list[str]:
    """Return the names that stand nowhere in the documentation as `code`."""
    return sorted(name for name in names if not re.search(rf"`{re.escape(name)}[`=]", docs))


def test_every_setting_of_ours_is_explained() -> None:
    ours = own_settings()
    assert {"SEARCH_URL", "LOT_POINT", "DEMO_ALLOWED"} <= ours
    assert not {"DEBUG", "WAGTAIL_SITE_NAME", "ACCOUNT_ADAPTER"} & ours
    assert untold(ours) == [], "say in docs/runbook.md what it does"


def test_every_environment_variable_is_explained() -> None:
    read = environment()
    assert {"SECRET_KEY", "PORTAL_VAR", "MAIL_HOST"} <= read
    assert untold(read) == [], "say in docs/runbook.md what it does"


def test_every_permission_is_explained() -> None:
    assert untold(set(permissions())) == [], "say in docs/implementation/permissions.md who holds it"


def test_what_is_not_written_down_is_found() -> None:
    docs = "`PORTAL_VAR` keeps files; PORTAL_NAME is bare; `PORTAL_VAR_MORE`"
    assert untold({"PORTAL_VAR", "PORTAL_NAME", "MORE"}, docs) == ["MORE", "PORTAL_NAME"]


def missing_files(text: str, root: Path = ROOT) -> list[str]:
    """Return the paths that a page names in backticks and that are not there.

    A word with a slash is a path from the top of the repository, `<app>` in it stands for any name; a file's name alone
    is there where any folder of the code has a file of that name.
    """
    found = set()
    for code in re.findall(r"`([^`\n]+)`", text):
        for word in code.split():
            path = re.sub(r"<\w+>", "*", word)
            if word.startswith(ELSEWHERE) or not re.fullmatch(r"[\w.*/-]+", path):
                continue
            if "/" in path:
                there = any(root.glob(path.rstrip("/")))
            elif FILE.fullmatch(path):
                there = any(any(folder.rglob(path)) for folder in own_folders(root)) or (root / path).is_file()
            else:
                continue
            if not there:
                found.add(word)
    return sorted(found)


def own_folders(root: Path) -> list[Path]:
    """Return the folders at the top that hold code and documents."""
    return [path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".") and path.name != "var"]


@pytest.mark.parametrize("page", NAMES_FILES)
def test_every_file_that_a_newcomer_is_sent_to_is_there(page: str) -> None:
    text = (ROOT / page).read_text()
    assert "`" in text
    assert missing_files(text) == [], f"{page} names files that are not there"


def test_a_file_that_is_not_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "bookings").mkdir()
    (tmp_path / "bookings" / "rules.py").touch()
    text = "`bookings/rules.py`, `bookings/`, `rules.py`, `sh bookings/rules.py -x`, `<app>/rules.py`, `/admin/`, `STEPS`, `a=b/c`"
    assert missing_files(text, tmp_path) == []
    text = "`bookings/holds.py`, `studios/`, `holds.py`, `sh tests/run bookings/rules.py`, `<app>/holds.py`"
    assert missing_files(text, tmp_path) == ["<app>/holds.py", "bookings/holds.py", "holds.py", "studios/", "tests/run"]


def releases(changelog: str) -> list[str]:
    """Return the headings of the second order, newest first."""
    return re.findall(r"^## (.+)$", changelog, re.MULTILINE)


def test_the_version_is_the_newest_release() -> None:
    headings = releases((ROOT / "CHANGELOG.md").read_text())
    assert headings[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(__version__)} – \d{{4}}-\d\d-\d\d", headings[1]), (
        "cut the release, or set portal.__version__"
    )
