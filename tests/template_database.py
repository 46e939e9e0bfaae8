"""One migrated, empty database that every process of the suite starts from as a copy.

Migrating takes most of a minute of one core; a copy takes a second. The template's name holds a fingerprint of
all migrations, so a changed one makes a new template. It stays beside the test database for the next run.
"""

from __future__ import annotations

import fcntl
import hashlib
import inspect
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def fingerprint() -> str:
    """Return twelve digits that change with any migration of any app, with Django, or with the apps."""
    digest = hashlib.sha256(f"{django.__version__} {settings.INSTALLED_APPS}".encode())
    migrations = MigrationLoader(None).disk_migrations
    for name in sorted({inspect.getmodule(type(migration)).__file__ for migration in migrations.values()}):
        digest.update(Path(name).read_bytes())
    return digest.hexdigest()[:12]


def write_copy(connection: BaseDatabaseWrapper, name: str) -> None:
    """Make `name` (a path on SQLite, a database on PostgreSQL) a fresh copy of the template, made first where it is missing."""
    if connection.vendor == "sqlite":
        _write_sqlite(Path(name))
    else:
        _write_postgresql(connection, name)


def _write_sqlite(target: Path) -> None:
    template = settings.TEST_DIR / f"template-{fingerprint()}.sqlite3"
    with _alone():
        if not template.exists():
            for outdated in settings.TEST_DIR.glob("template-*"):
                outdated.unlink()
            unfinished = template.with_suffix(".unfinished")
            _migrate(f"sqlite:///{unfinished}")
            _copy_sqlite(unfinished, template)
            for part in settings.TEST_DIR.glob("template-*.unfinished*"):
                part.unlink()
    for part in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm", "-journal"))):
        part.unlink(missing_ok=True)  # an interrupted run leaves its journal behind, and SQLite would read it
    _copy_sqlite(template, target)


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy by SQLite itself, which brings what is still in the write-ahead log."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _write_postgresql(connection: BaseDatabaseWrapper, name: str) -> None:
    template = f"portal_template_{fingerprint()}"
    server = connection.settings_dict
    with _alone(), connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if not cursor.fetchone():
            unfinished = f"{template}_unfinished"
            cursor.execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{unfinished}"')
            password = f":{server['PASSWORD']}" if server["PASSWORD"] else ""
            _migrate(f"postgres://{server['USER']}{password}@{server['HOST']}:{server['PORT']}/{unfinished}")
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"')
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _migrate(url: str) -> None:
    env = os.environ | {"TEST_DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=settings.BASE_DIR, env=env, check=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Let the other processes of the suite wait: one makes the template, and PostgreSQL copies for one at a time."""
    with (settings.TEST_DIR / "template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
