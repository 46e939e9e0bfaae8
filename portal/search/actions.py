"""The outbox's one door: called last in the transaction that changed a record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import connection, models, transaction

from portal.accounts.rules import require
from portal.audit.actions import record

from . import synonyms
from .consumer import wake
from .documents import digest
from .models import SearchDocument, SearchSequence, Synonym
from .rules import EDIT_SYNONYMS
from .spec import Document, spec_for, spec_of

if TYPE_CHECKING:
    from portal.accounts.models import User


def stage(subject: models.Model) -> int | None:
    """Say that a record changed. Returns the number of the change, or nothing where the search sees none.

    Raises `RuntimeError` outside a transaction and `KeyError` for a model that is not searched.
    """
    spec = spec_for(type(subject))
    return _put(spec.kind, subject.pk, spec.document(subject))


def unstage(subject: models.Model) -> int | None:
    """Say that a record is gone (called before it is deleted). Raises as `stage`."""
    return _put(spec_for(type(subject)).kind, subject.pk, None)


@transaction.atomic
def restage(kind: str) -> int:
    """Stage every record of a kind anew and drop what has no record. Returns how many had changed."""
    spec = spec_of(kind)
    changed, seen = 0, set()
    for subject in spec.records().iterator(chunk_size=500):
        seen.add(subject.pk)
        changed += _put(kind, subject.pk, spec.document(subject)) is not None
    left = SearchDocument.objects.filter(kind=kind, deleted=False).exclude(object_id__in=seen)
    for object_id in list(left.values_list("object_id", flat=True)):
        changed += _put(kind, object_id, None) is not None
    return changed


def _put(kind: str, object_id: int, document: Document | None) -> int | None:
    if not connection.in_atomic_block:
        raise RuntimeError("stage() needs a transaction")
    sequence = _locked_sequence()
    row = SearchDocument.objects.filter(kind=kind, object_id=object_id).first()
    new_hash = digest(document)
    if row is not None and row.hash == new_hash:
        return None
    if row is None and document is None:
        return None
    sequence.value += 1
    sequence.save(update_fields=["value"])
    SearchDocument.objects.update_or_create(
        kind=kind,
        object_id=object_id,
        defaults={"seq": sequence.value, "payload": document or {}, "deleted": document is None, "hash": new_hash},
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
