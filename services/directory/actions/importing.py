"""Bringing many vendors in from a sheet: read for trial, then taken over, a hundred rows a piece.

A piece is one task, short enough to be started again; a piece that was done is never done twice. The same sheet
again changes nothing, since a row is compared with what is there before it is written.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.locking import lock_rows
from portal.search.actions import stage
from portal.tasks.queue import enqueue
from services.directory import queries, sheets
from services.directory.errors import AlreadyImported, UnreadableSheet, WrongState
from services.directory.models import ImportRun, Vendor, VendorContact
from services.directory.rules import VERIFY

from .entries import _free_slug

if TYPE_CHECKING:
    from portal.accounts.models import User

PIECE = 100
MOST_PROBLEMS = 500
State = ImportRun.State
TASK = "services.directory.tasks.import_piece"
READ_TASK = "services.directory.tasks.read_sheet"
UNREAD = ".xlsx"


@transaction.atomic
def start_import(*, actor: User, file: BinaryIO, name: str) -> ImportRun:
    """Keep a sheet to be read for trial in the background: nothing is written yet.

    Raises `UnreadableSheet` for what is no XLSX file, `AlreadyImported`.
    """
    require(actor, VERIFY)
    content = sheets.check(file, name)
    digest = hashlib.sha256(content).hexdigest()
    busy = ImportRun.objects.filter(digest=digest, state__in=[State.TRYING, State.APPLYING]).exists()
    if busy:
        raise AlreadyImported(_("This sheet is being worked on already."), field="file")
    run = ImportRun(name=" ".join(name.split())[:120], digest=digest, started_by=actor)
    run.file.save(f"{digest[:16]}{UNREAD}", ContentFile(content), save=False)
    run.full_clean(exclude=["file", "problems", "started_by"])
    run.save()
    record("directory.import_tried", actor=actor, subject=run, bytes=len(content))
    enqueue(READ_TASK, run.pk)
    return run


@transaction.atomic
def read_sheet(*, run_id: int) -> None:
    """Read a sheet that waits, and go on with its rows. One that was read already is left alone.

    What cannot be read fails, and the run says why.
    """
    run = lock_rows(ImportRun, [run_id]).get(run_id)
    if run is None or run.state != State.TRYING or not str(run.file.name).endswith(UNREAD):
        return
    unread, storage = str(run.file.name), run.file.storage
    with translation.override("zh-hans"), storage.open(unread, "rb") as kept:
        try:
            sheet = sheets.read(cast("BinaryIO", kept))
        except UnreadableSheet as refusal:
            run.state, run.finished_at, run.problems = State.FAILED, timezone.now(), [[0, str(refusal)]]
            run.save()
            record("directory.import_failed", actor=run.started_by, subject=run)
            return
    run.total, run.problems = len(sheet.rows), [[line, words] for line, words in sheet.remarks[:MOST_PROBLEMS]]
    content = "".join(json.dumps(asdict(row)) + "\n" for row in sheet.rows)
    run.file.save(f"{run.digest[:16]}.jsonl", ContentFile(content.encode()), save=False)
    run.save()
    transaction.on_commit(lambda: storage.delete(unread))
    record("directory.import_read", actor=run.started_by, subject=run, rows=run.total)
    _go_on(run)


@transaction.atomic
def apply_import(*, actor: User, run: ImportRun) -> ImportRun:
    """Take the rows of a sheet over that were read for trial. Raises `WrongState`."""
    require(actor, VERIFY)
    fresh = lock_rows(ImportRun, [run.pk])[run.pk]
    if fresh.state != State.TRIED:
        raise WrongState(_("This sheet is not waiting to be taken over."))
    fresh.state, fresh.problems = State.APPLYING, []
    fresh.done = fresh.new = fresh.changed = fresh.same = fresh.wrong = 0
    fresh.save()
    record("directory.import_started", actor=actor, subject=fresh, rows=fresh.total)
    _go_on(fresh)
    return fresh


def _go_on(run: ImportRun) -> None:
    if run.total:
        enqueue(TASK, run.pk, run.done)
    else:
        _finish(run, timezone.now())


@transaction.atomic
def import_piece(*, run_id: int, begin: int, now: datetime | None = None) -> bool:
    """Work on the next rows of a run. Returns whether there are more; a piece that was done already does nothing."""
    run = lock_rows(ImportRun, [run_id]).get(run_id)
    if run is None or run.done != begin or run.state not in {State.TRYING, State.APPLYING}:
        return False
    with run.file.storage.open(str(run.file.name), "rb") as kept:
        rows = [sheets.Row(**json.loads(line)) for line in islice(kept, begin, begin + PIECE)]
    with translation.override("zh-hans"):
        for row in rows:
            _count(run, row, *_judge(run, row))
    run.done += len(rows)
    if run.done >= run.total or not rows:
        _finish(run, now or timezone.now())
        return False
    run.save()
    record("directory.import_went_on", actor=run.started_by, subject=run, done=run.done)
    enqueue(TASK, run.pk, run.done)
    return True


def _finish(run: ImportRun, now: datetime) -> None:
    run.state = State.TRIED if run.state == State.TRYING else State.APPLIED
    run.finished_at = now
    run.save()
    counts = {"new": run.new, "changed": run.changed, "same": run.same, "wrong": run.wrong}
    record(f"directory.import_{run.state}", actor=run.started_by, subject=run, **counts)


def _count(run: ImportRun, row: sheets.Row, outcome: str, problems: list[str]) -> None:
    setattr(run, outcome, getattr(run, outcome) + 1)
    room = MOST_PROBLEMS - len(run.problems)
    run.problems.extend([row.line, problem] for problem in problems[: max(room, 0)])


def _judge(run: ImportRun, row: sheets.Row) -> tuple[str, list[str]]:
    """Return what becomes of a row: `new`, `changed`, `same` or `wrong`, and why. Writes where the run is applied."""
    if row.problems:
        return "wrong", row.problems
    found = _found(row)
    if found is not None and found.organisation_id is not None:
        differs = bool(_differences(found, row))
        return "same", [_("Kept by the company itself; nothing is changed here.")] if differs else []
    vendor = found or Vendor(state=Vendor.State.SUBMITTED, submitted_at=timezone.now(), slug="vendor")
    changes = _differences(vendor, row)
    contact = _contact(vendor, row)
    if found is not None and not changes and contact is None:
        return "same", []
    for name in changes:
        setattr(vendor, name, row.fields[name])
    try:
        _check(vendor, contact)
        if run.state == State.APPLYING:
            _write(run, vendor, contact, changes, new=found is None)
    except ValidationError as exc:
        return "wrong", list(exc.messages)
    except IntegrityError:
        return "wrong", [_("Another entry took this code meanwhile.")]
    return "new" if found is None else "changed", []


def _found(row: sheets.Row) -> Vendor | None:
    code, name = row.fields.get("credit_code"), row.fields["name_zh"]
    if code and (same := Vendor.objects.filter(credit_code=code).first()):
        return same
    phone = queries.digits_of(row.contact.get("phone", ""))
    named = Vendor.objects.filter(name_zh=name).filter(Q(credit_code=None) | Q(credit_code=code))
    if phone:
        named = named.filter(contact__phone_digits=phone)
    return named.first()


def _differences(vendor: Vendor, row: sheets.Row) -> list[str]:
    return [name for name, value in row.fields.items() if getattr(vendor, name) != value]


def _contact(vendor: Vendor, row: sheets.Row) -> VendorContact | None:
    """Return contact data that differ from what is kept, unsaved; nothing where they do not."""
    if not row.contact:
        return None
    kept = (queries.contact_of(vendor) if vendor.pk else None) or VendorContact(vendor=vendor)
    wanted = {"person": row.contact.get("person") or vendor.name_zh or row.fields["name_zh"], **row.contact}
    if kept.pk and all(getattr(kept, name) == value for name, value in wanted.items()):
        return None
    for name, value in wanted.items():
        setattr(kept, name, value)
    kept.phone_digits = queries.digits_of(kept.phone)[:20]
    return kept


def _check(vendor: Vendor, contact: VendorContact | None) -> None:
    """Raises `ValidationError` where the database would refuse."""
    vendor.full_clean(exclude=["organisation", "slug"])
    if contact is not None:
        contact.clean_fields(exclude=["vendor"])


def _write(run: ImportRun, vendor: Vendor, contact: VendorContact | None, changes: list[str], *, new: bool) -> None:
    with transaction.atomic():
        if new:
            vendor.slug = _free_slug(vendor.name_zh, vendor.name_en)
        else:
            vendor.version += 1
        vendor.save()
        if contact is not None:
            contact.vendor = vendor
            contact.save()
        data: dict[str, Any] = {"run": run.pk, "fields": changes}
        record("directory.vendor_imported", actor=run.started_by, subject=vendor, **data)
        stage(vendor)
