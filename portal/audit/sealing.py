"""Seals over the trail: what was written can be shown to be what is there.

A chain inside `record()` would make every write of the portal wait for the one before. So the clock seals what is an hour
old, in stretches: no transaction is open that long, so no number below turns up later by right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from portal.core.append_only import append_only_tables, missing_guards

from .models import AuditSeal, Event

SEALED_AFTER = timedelta(hours=1)
STRETCH = 1000
FIELDS = (
    "id",
    "action",
    "actor_id",
    "subject_type",
    "subject_id",
    "subject_label",
    "data",
    "request_id",
    "created_at",
)


def digest_of(rows: Iterator[tuple[object, ...]], before: str) -> tuple[int, str]:
    """Return how many rows there are, and the SHA-256 of them after the digest of the seal before."""
    found, count = hashlib.sha256(before.encode()), 0
    for row in rows:
        *facts, created_at = row
        line = [*facts, created_at.astimezone(UTC).isoformat(timespec="microseconds")]  # type: ignore[attr-defined]
        found.update(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n")
        count += 1
    return count, found.hexdigest()


def rows_between(first: int, last: int) -> Iterator[tuple[object, ...]]:
    """Return the events of a stretch in order of number, as `FIELDS`."""
    return Event.objects.filter(pk__gte=first, pk__lte=last).order_by("pk").values_list(*FIELDS).iterator()


def seal_finished(*, now: datetime | None = None) -> int:
    """Seal every event that is an hour old and not sealed. Returns how many seals were set. A clock calls it."""
    line = (now or timezone.now()) - SEALED_AFTER
    made = 0
    while True:
        with transaction.atomic():
            before = AuditSeal.objects.order_by("-last").first()
            first = before.last + 1 if before else 1
            young = (
                Event.objects.filter(pk__gte=first, created_at__gte=line).order_by("pk").values_list("pk", flat=True)
            )
            ripe = Event.objects.filter(pk__gte=first, created_at__lt=line).order_by("pk")
            stop = young.first()
            if stop is not None:
                ripe = ripe.filter(pk__lt=stop)
            numbers = list(ripe.values_list("pk", flat=True)[:STRETCH])
            if not numbers:
                return made
            count, digest = digest_of(rows_between(first, numbers[-1]), before.digest if before else "")
            AuditSeal.objects.create(first=first, last=numbers[-1], count=count, digest=digest)
            made += 1


def broken_seals() -> list[str]:
    """Return, as sentences, every stretch whose rows are not those that were sealed, and every guard that is gone."""
    broken = [f"the guard {name} is missing" for name in missing_guards(connection, append_only_tables())]
    expected, before = 1, ""
    for seal in AuditSeal.objects.order_by("first").iterator():
        if seal.first != expected:
            broken.append(f"a seal is missing: events {expected} to {seal.first - 1} have none")
        count, digest = digest_of(rows_between(seal.first, seal.last), before)
        if count < seal.count:
            broken.append(f"events {seal.first} to {seal.last}: {seal.count - count} missing")
        elif count > seal.count:
            broken.append(f"events {seal.first} to {seal.last}: {count - seal.count} inserted")
        elif digest != seal.digest:
            broken.append(f"events {seal.first} to {seal.last}: changed, or the seal before was")
        expected, before = seal.last + 1, seal.digest
    return broken


def last_seal() -> str:
    """Return the newest seal as a line to be kept elsewhere: what follows cannot be cut off without its showing."""
    seal = AuditSeal.objects.order_by("-last").first()
    return f"event {seal.last}: {seal.digest}" if seal else "no seal yet"
