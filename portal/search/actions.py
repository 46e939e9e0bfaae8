"""The outbox's one door: called last in the transaction that changed a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.db import connection, models, transaction
from django.utils import timezone

from portal.accounts.rules import require
from portal.audit.actions import record

from . import synonyms
from .consumer import wake
from .documents import digest
from .engine import Told
from .models import SearchDocument, SearchSequence, Synonym
from .rules import EDIT_SYNONYMS
from .spec import Document, SearchSpec, spec_for, spec_of

if TYPE_CHECKING:
    from portal.accounts.models import User

LOT = 200
"""Records staged in one transaction when all are staged anew."""


def stage(subject: models.Model) -> int | None:
    """Say that a record changed. Returns the number of the change, or nothing where the search sees none.

    Raises `RuntimeError` outside a transaction and `KeyError` for a model that is not searched.
    """
    spec = spec_for(type(subject))
    return _put(spec.kind, subject.pk, spec.document(subject))


def unstage(subject: models.Model) -> int | None:
    """Say that a record is gone (called before it is deleted). Raises as `stage`."""
    return _put(spec_for(type(subject)).kind, subject.pk, None)


def restage(kind: str, told: Told = lambda done: None) -> int:
    """Stage every record of a kind anew and drop what has no record. Returns how many had changed.

    A few hundred at a time, each lot in a transaction of its own: editors wait for none of it long.
    """
    spec = spec_of(kind)
    ids = list(spec.records().order_by("pk").values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(ids), LOT):
        changed += _restage_lot(spec, ids[start : start + LOT])
        told(min(start + LOT, len(ids)))
    known = SearchDocument.objects.filter(kind=kind, deleted=False).values_list("object_id", flat=True)
    return changed + _restage_lot(spec, sorted(set(known) - set(ids)))


@transaction.atomic
def _restage_lot(spec: SearchSpec, ids: Sequence[int]) -> int:
    _locked_sequence()  # first: what is read now cannot change before it is written
    subjects = {subject.pk: subject for subject in spec.records().filter(pk__in=ids)}
    documents = {one: spec.document(subjects[one]) if one in subjects else None for one in ids}
    return sum(_put(spec.kind, one, document) is not None for one, document in documents.items())


@transaction.atomic
def send_again(kind: str, ids: Iterable[int]) -> int:
    """Give records a new number so that every index takes them in anew, or drops what has no record. Returns how many."""
    spec = spec_of(kind)
    _locked_sequence()
    wanted = sorted(set(ids))
    subjects = {subject.pk: subject for subject in spec.records().filter(pk__in=wanted)}
    for one in wanted:
        document = spec.document(subjects[one]) if one in subjects else None
        _put(kind, one, document, always=True)
    return len(wanted)


def _put(kind: str, object_id: int, document: Document | None, *, always: bool = False) -> int | None:
    if not connection.in_atomic_block:
        raise RuntimeError("stage() needs a transaction")
    sequence = _locked_sequence()
    row = SearchDocument.objects.filter(kind=kind, object_id=object_id).first()
    new_hash = digest(document)
    if not always and row is not None and row.hash == new_hash:
        return None
    if not always and row is None and document is None:
        return None
    sequence.value += 1
    sequence.save(update_fields=["value"])
    SearchDocument.objects.update_or_create(
        kind=kind,
        object_id=object_id,
        defaults={
            "seq": sequence.value,
            "payload": document or {},
            "deleted": document is None,
            "hash": new_hash,
            "at": timezone.now(),
        },
    )
    transaction.on_commit(partial(wake, kind), robust=True)
    return sequence.value


def _locked_sequence() -> SearchSequence:
    """Return the one row, locked until the transaction ends: numbers follow the order of commits, without gaps."""
    rows = SearchSequence.objects.select_for_update()
    found = rows.filter(pk=1).first()
    if found is None:
        SearchSequence.objects.bulk_create([SearchSequence(pk=1)], ignore_conflicts=True)
        found = rows.get(pk=1)
    return found


@transaction.atomic
def save_synonym(*, actor: User, synonym: Synonym) -> Synonym:
    """Keep a group of words that mean the same. Raises `PermissionDenied` and `ValidationError`."""
    require(actor, EDIT_SYNONYMS)
    synonym.full_clean()
    synonym.save()
    record("search.synonyms_saved", actor=actor, subject=synonym)
    synonyms.forget()
    transaction.on_commit(synonyms.forget)
    return synonym


@transaction.atomic
def delete_synonym(*, actor: User, synonym: Synonym) -> None:
    """Drop a group of words. Raises `PermissionDenied`."""
    require(actor, EDIT_SYNONYMS)
    record("search.synonyms_deleted", actor=actor, subject=synonym)
    synonym.delete()
    synonyms.forget()
    transaction.on_commit(synonyms.forget)
