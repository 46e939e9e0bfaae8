"""A portal of its own for a bench: a database and files in a folder that goes away."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

SETTINGS = "portal.settings.dev"


@contextmanager
def scratch_portal(*, demo: bool = False) -> Iterator[Path]:
    """Yield the folder of a migrated portal on SQLite; with `demo` it has the demo content."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name) / "portal"
        folder.mkdir()
        for command in ("migrate -v0", "collectstatic --noinput -v0", *(["load_demo"] if demo else [])):
            manage(folder, *command.split())
        yield folder


def manage(folder: Path, *command: str) -> str:
    """Run a management command on the portal in a folder and return what it printed. Raises `CalledProcessError`."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS, "PORTAL_VAR": str(folder)}
    env |= {"PORTAL_DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"}
    line = [sys.executable, "manage.py", *command]
    done = subprocess.run(line, cwd=settings.BASE_DIR, env=env, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    return done.stdout
