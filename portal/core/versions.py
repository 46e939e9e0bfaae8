"""Two editors of one record: what the second read is compared with what stands there now, under the record's lock.

`fingerprint` needs no column of its own: it is a digest of the record's values. A form carries it in a hidden field
(`portal.ui.stale.CarriesVersion`), the action compares it after `lock_rows`.
"""

from __future__ import annotations

import hashlib

from django.db import models

LENGTH = 20


def fingerprint(record: models.Model | None) -> str:
    """Return a digest of a record's stored values, the same in every process; empty for one that is not stored yet."""
    if record is None or record.pk is None:
        return ""
    fields = [one for one in record._meta.concrete_fields if not getattr(one, "auto_now", False)]
    values = [f"{one.attname}={one.value_to_string(record)}" for one in fields]
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:LENGTH]
