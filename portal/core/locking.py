"""Row locks in one order (docs/implementation/locking.md)."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import DatabaseError, OperationalError, connection, models

from .errors import Busy

M = TypeVar("M", bound=models.Model)


def lock_rows(model: type[M], ids: Iterable[int]) -> dict[int, M]:
    """Lock the rows in primary-key order and return them fresh, by primary key.

    On SQLite the IMMEDIATE transaction is the lock. Raises `RuntimeError` outside a transaction,
    `Busy` where another transaction keeps a row beyond the lock time-out.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("lock_rows() needs a transaction")
    rows = model._default_manager.filter(pk__in=sorted(set(ids))).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(no_key=connection.features.has_select_for_no_key_update)
    try:
        return {row.pk: row for row in rows}
    except OperationalError as exc:
        if is_lock_timeout(exc):
            from django.utils.translation import gettext

            raise Busy(gettext("Somebody else is changing this right now. Try again in a moment.")) from exc
        raise


def is_lock_timeout(exc: DatabaseError) -> bool:
    """Return whether the database gave up waiting for a lock (PostgreSQL 55P03, SQLite "locked")."""
    state = getattr(exc.__cause__, "sqlstate", None)
    return state in {"55P03", "40P01"} or "database is locked" in str(exc)
