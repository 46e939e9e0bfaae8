"""Samples are matched by a key of their own, so that what a person renamed, changed or deleted stays so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models, transaction

from .models import SampleMark

Record = TypeVar("Record", bound=models.Model)

left: list[str] = []
"""Labels of samples that were left as a person changed or deleted them, since the last `forget_left`."""


def forget_left() -> None:
    """Begin a new list of what was left."""
    left.clear()


def once(
    key: str, model: type[Record], *, find: Callable[[], Record | None], make: Callable[[], Record]
) -> Record | None:
    """Return the sample's record: made where it never was, nothing where a person deleted it since.

    `find` knows records that were loaded before samples had keys.
    """
    mark = SampleMark.objects.filter(key=key).first()
    if mark is not None:
        record = model._default_manager.filter(pk=mark.record).first()
        if record is None:
            left.append(key)
        return record
    with transaction.atomic():
        record = find()
        if record is None:
            record = make()
        SampleMark.objects.create(key=key, record=record.pk)
    return record


def always(key: str, model: type[Record], *, find: Callable[[], Record | None], make: Callable[[], Record]) -> Record:
    """Return the sample's record as `once`, made again where it was deleted: the parts to come need it."""
    found = once(key, model, find=find, make=make)
    if found is not None:
        return found
    left.remove(key)
    with transaction.atomic():
        record = make()
        SampleMark.objects.filter(key=key).update(record=record.pk)
    return record


def is_loaded(part: str) -> bool:
    """Return whether a part was loaded whole."""
    return SampleMark.objects.filter(key=f"part:{part}").exists()


def mark_loaded(part: str) -> None:
    """Write down that a part was loaded whole, in the transaction that loads it."""
    SampleMark.objects.get_or_create(key=f"part:{part}")


def sum_of(words: Any) -> str:
    """Return a sum over a sample's words that changes with them."""
    return hashlib.sha256(json.dumps(words, sort_keys=True, default=str).encode()).hexdigest()
