"""Every setting and every permission of ours is mentioned in docs/."""

import re
from pathlib import Path

from django.conf import global_settings, settings

from portal.accounts.rules import permissions

DOCS = "\n".join(path.read_text() for path in sorted((Path(settings.BASE_DIR) / "docs").rglob("*.md")))
OTHERS = ("WAGTAIL", "ACCOUNT_", "MFA_", "WHITENOISE", "CONTENT_SECURITY", "LOGIN", "TASKS")
OURS = re.compile(r'env\.(?:text|number|flag|words|database|cache)\(\s*"([A-Z0-9_]+)"')


def our_settings():
    """Names that our settings modules set and no library defines, and every variable of the environment they read."""
    names = set()
    for file in (Path(settings.BASE_DIR) / "portal/settings").glob("*.py"):
        text = file.read_text()
        names |= set(OURS.findall(text))
        names |= {
            name for name in re.findall(r"^([A-Z][A-Z0-9_]+) =", text, re.M) if not hasattr(global_settings, name)
        }
    return {name for name in names if not name.startswith(OTHERS)} - {
        "BASE_DIR",
        "VAR_DIR",
        "TEST_DIR",
        "TRUE",
        "FALSE",
    }


def test_every_setting_is_documented():
    missing = sorted(name for name in our_settings() if name not in DOCS)
    assert not missing, missing
    assert len(our_settings()) > 25


def test_every_permission_is_documented():
    missing = sorted(name for name in permissions() if f"`{name}`" not in DOCS)
    assert not missing, missing
    assert len(permissions()) > 8
