"""What was asked in vain or slowly: by text, never by person. A page that is read writes no row: it adds a line to a file,
and the clock takes the lines into the database."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from .models import SearchNote
from .tokens import normalised, pieces

logger = logging.getLogger(__name__)
SLOW_MS = 200
KEPT_DAYS = 90
MOST = 5_000
"""Texts kept; the least recent go."""
LONGEST = 40
FULL = 1_000_000
"""Bytes of lines that wait for the clock; more are not noted."""
PRIVATE = re.compile(r"@|\d[\d\s\-]{4,}\d|https?:")
"""An address, a telephone or identity number, a link: may be about a person and is not kept."""


def tellable(text: str) -> str:
    """Return a text as it is kept, or nothing where it is long, without a word, or may be about a person."""
    if PRIVATE.search(text):
        return ""
    text = " ".join(pieces(normalised(text[:200])))
    return text if len(text) <= LONGEST else ""


def folder() -> Path:
    """Return where the lines wait."""
    return Path(settings.SEARCH_NOTES_DIR)


def note(kind: str, text: str, *, found: bool, took_ms: float) -> None:
    """Remember a text that found nothing or took long."""
    kept = tellable(text) if not found or took_ms >= SLOW_MS else ""
    if not kept:
        return
    line = json.dumps({"kind": kind, "text": kept, "found": found, "ms": round(took_ms)}, ensure_ascii=False)
    path = folder() / "lines"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.stat().st_size < FULL:
            with path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
    except OSError as problem:  # a full disk: the search itself goes on
        logger.warning("search: not noted: %s", problem)


def take_in() -> int:
    """Add the lines that wait to what is known, drop what is old. Returns how many lines; called by the clock."""
    today = timezone.localdate()
    summed: dict[tuple[str, str], list[int]] = {}
    lines = 0
    for one in _lines():
        lines += 1
        counts = summed.setdefault((str(one["kind"]), str(one["text"])), [0, 0, 0])
        counts[0] += not one["found"]
        counts[1] += one["ms"] >= SLOW_MS
        counts[2] = max(counts[2], int(one["ms"]))
    for (kind, text), (empty, slow, slowest) in summed.items():
        row, _new = SearchNote.objects.get_or_create(kind=kind, text=text, defaults={"last_on": today})
        row.empty, row.slow = row.empty + empty, row.slow + slow
        row.slowest_ms, row.last_on = max(row.slowest_ms, slowest), today
        row.save()
    if lines:
        SearchNote.objects.filter(last_on__lt=today - timedelta(days=KEPT_DAYS)).delete()
        too_many = SearchNote.objects.order_by("-last_on", "-pk").values_list("pk", flat=True)[MOST : MOST + 500]
        SearchNote.objects.filter(pk__in=list(too_many)).delete()
    return lines


def in_vain(limit: int = 50) -> QuerySet[SearchNote]:
    """Return the texts that found nothing most often."""
    return SearchNote.objects.filter(empty__gt=0).order_by("-empty", "-last_on", "text")[:limit]


def slow(limit: int = 20) -> QuerySet[SearchNote]:
    """Return the texts that took longest."""
    return SearchNote.objects.filter(slow__gt=0).order_by("-slowest_ms", "text")[:limit]


def _lines() -> Iterator[dict[str, Any]]:
    """Take the file away, then read it."""
    path = folder() / "lines"
    taken = path.with_name(f"taken.{os.getpid()}")
    try:
        path.rename(taken)
        text = taken.read_text(encoding="utf-8")
        taken.unlink()
    except FileNotFoundError:
        return
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue  # cut off by a process that died
