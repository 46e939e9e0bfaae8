"""What somebody has to know is written down: every setting of ours, every environment variable, every permission."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.conf import global_settings

from portal.accounts.rules import permissions

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "portal" / "settings"
DOCS = "\n".join(path.read_text() for path in (ROOT / "docs").rglob("*.md"))

OTHERS = re.compile(
    r"(WAGTAIL|ACCOUNT_|MFA_|WHITENOISE_|_)|(BASE_DIR|VAR_DIR|TEST_DIR|ROOT_URLCONF|TASKS|CONTENT_SECURITY_POLICY)$"
)
"""Packages' own settings (allauth, Wagtail, whitenoise, django-tasks, django-csp), and where the project lies."""


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
