"""The bank's statement: tried out, imported, matched one by one or together, undone with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.audit.actions import record
from portal.core.errors import RuleViolation
from portal.core.locking import lock_rows
from portal.core.money import yuan
from portal.payments.bank_files import COLUMNS, Credit, Skipped, count_rows, read
from portal.payments.errors import AlreadyDone, UnreadableStatement
from portal.payments.matching import Matcher, Proposal, fingerprints
from portal.payments.models import BankFormat, BankStatement, Payment, Schedule, StatementRow
from portal.payments.providers import BANK_TRANSFER
from portal.payments.purposes import purpose_of
from portal.payments.queries import to_record
from portal.tasks.queue import enqueue

from .paying import record_bank_transfer, undo_bank_transfer
from .refunding import payers_account

if TYPE_CHECKING:
    from portal.accounts.models import User

BATCH = 1000
SAMPLE = 12
KEPT_PROBLEMS = 2000
State = StatementRow.State


@transaction.atomic
def save_format(*, actor: User, name: str, columns: dict[str, str], format: BankFormat | None = None) -> BankFormat:
    """Keep how a bank's export is read: field → what its column is called; fields left out use the known names."""
    require(actor, "payments.record")
    kept = format or BankFormat()
    kept.name, kept.columns = name, {field: text for field, text in columns.items() if field in COLUMNS and text}
    kept.full_clean()
    kept.save()
    record("payments.format_saved", actor=actor, subject=kept, columns=kept.columns)
    return kept


def import_statement(*, actor: User, format: BankFormat, content: bytes, name: str) -> BankStatement:
    """Take a file of the bank and try it out in the worker; nothing is imported before somebody says so.

    The same file twice answers the first statement. Raises `PermissionDenied`, `UnreadableStatement`.
    """
    require(actor, "payments.record")
    if not content.strip(b"\xef\xbb\xbf \r\n\t,;"):
        raise UnreadableStatement(_("The file is empty."), field="file")
    mark = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        known = BankStatement.objects.filter(sha256=mark).first()
        if known is not None:
            return known
        statement = BankStatement(format=format, name=name[:120], sha256=mark, uploaded_by=actor)
        ending = "xlsx" if content[:2] == b"PK" else "csv"
        statement.file.save(f"statement.{ending}", ContentFile(content), save=False)
        statement.full_clean()
        statement.save()
        record("payments.statement_uploaded", actor=actor, subject=statement)
        enqueue("portal.payments.tasks.read_statement", statement.pk)
    return statement


def confirm_import(*, actor: User, statement: BankStatement) -> BankStatement:
    """Import what was tried out. Raises `PermissionDenied`, `AlreadyDone`."""
    require(actor, "payments.record")
    with transaction.atomic():
        fresh = lock_rows(BankStatement, [statement.pk])[statement.pk]
        if fresh.state != BankStatement.State.CHECKED:
            raise AlreadyDone(_("This statement is imported already, or could not be read."))
        fresh.state = BankStatement.State.READING
        fresh.save(update_fields=["state"])
        record("payments.statement_confirmed", actor=actor, subject=fresh)
        enqueue("portal.payments.tasks.read_statement", fresh.pk)
    return fresh


def read_statement(statement_id: int) -> None:
    """Read a statement in the worker: first without writing a row, after the word of a person for good.

    Safe to run twice: every row has a fingerprint, and a known one is counted, not written again.
    """
    statement = BankStatement.objects.select_related("format").get(pk=statement_id)
    if statement.state not in {BankStatement.State.WAITING, BankStatement.State.READING}:
        return
    dry = statement.state == BankStatement.State.WAITING
    statement.rows_read = statement.new_rows = statement.known_rows = statement.skipped_rows = 0
    statement.problems, statement.sample = [], []
    matcher = Matcher.of(to_record())
    try:
        with statement.file.storage.open(str(statement.file.name), "rb") as file:
            raw = cast("BinaryIO", file)
            statement.rows_total = count_rows(raw)
            for batch in _batches(_credits(read(raw, statement.format.columns), statement)):
                _take(statement, batch, matcher, dry=dry)
                statement.save()
    except UnreadableStatement as refusal:
        statement.state, statement.problems = BankStatement.State.FAILED, [{"line": 0, "problem": str(refusal)}]
        statement.save()
        return
    except Exception:
        words = str(
            _("This file could not be read to its end. Export it again, or show it to whoever runs the portal.")
        )
        statement.state, statement.problems = BankStatement.State.FAILED, [{"line": 0, "problem": words}]
        statement.save()
        raise
    statement.rows_total = statement.rows_read
    statement.state = BankStatement.State.CHECKED if dry else BankStatement.State.READY
    statement.save()


def _credits(rows: Iterable[Credit | Skipped], statement: BankStatement) -> Iterable[Credit]:
    """Yield the credits, counting what is none on the statement."""
    for row in rows:
        statement.rows_read += 1
        if isinstance(row, Skipped):
            statement.skipped_rows += 1
            if row.problem and len(statement.problems) < KEPT_PROBLEMS:
                statement.problems.append({"line": row.line, "problem": row.problem, "text": row.text})
            continue
        yield row


def _batches(found: Iterable[Credit]) -> Iterable[list[tuple[Credit, str]]]:
    batch: list[tuple[Credit, str]] = []
    for pair in fingerprints(found):
        batch.append(pair)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _take(statement: BankStatement, batch: list[tuple[Credit, str]], matcher: Matcher, *, dry: bool) -> None:
    """Count one batch and, for good, write its new rows with proposals; three queries a batch."""
    marks = [mark for _credit, mark in batch]
    known = set(StatementRow.objects.filter(fingerprint__in=marks).values_list("fingerprint", flat=True))
    fresh = [(credit, mark) for credit, mark in batch if mark not in known]
    statement.known_rows += len(batch) - len(fresh)
    statement.new_rows += len(fresh)
    by_hand = _recorded_by_hand([credit.bank_reference for credit, _mark in fresh if credit.bank_reference])
    rows = [_row(statement, credit, mark, matcher.propose(credit), by_hand) for credit, mark in fresh]
    statement.sample += [_shown(row) for row in rows[: SAMPLE - len(statement.sample)]]
    if not dry:
        StatementRow.objects.bulk_create(rows, ignore_conflicts=True)


def _recorded_by_hand(references: Sequence[str]) -> dict[tuple[str, int], Payment]:
    found = Payment.objects.filter(
        provider=BANK_TRANSFER, bank_reference__in=references, state=Payment.State.SUCCEEDED, statement_row=None
    )
    return {(one.bank_reference, one.amount_fen): one for one in found}


def _row(
    statement: BankStatement, credit: Credit, mark: str, proposal: Proposal | None,
    by_hand: dict[tuple[str, int], Payment],
) -> StatementRow:  # fmt: skip
    row = StatementRow(
        statement=statement, line=credit.line, booked_on=credit.on, amount_fen=credit.amount_fen, payer=credit.payer,
        payer_account=credit.payer_account, payer_bank=credit.payer_bank, memo=credit.memo,
        bank_reference=credit.bank_reference, fingerprint=mark,
    )  # fmt: skip
    if payment := by_hand.pop((credit.bank_reference, credit.amount_fen), None):
        row.state, row.payment, row.reasons = State.MATCHED, payment, ["recorded"]
    elif proposal:
        row.state, row.schedule, row.score = State.PROPOSED, proposal.schedule, proposal.score
        row.reasons = list(proposal.reasons)
    return row


def _shown(row: StatementRow) -> dict[str, object]:
    """Return what the try-out shows of a row."""
    return {
        "line": row.line, "on": row.booked_on.isoformat(), "amount": yuan(row.amount_fen), "payer": row.payer,
        "memo": row.memo, "state": row.state, "reasons": row.reasons,
        "reference": row.schedule.reference if row.schedule else "",
    }  # fmt: skip


def take_row(
    *, actor: User, statement: BankStatement, line: int, amount_fen: int, booked_on: date, payer: str, memo: str
) -> StatementRow:
    """A row that could not be read, or was left out, is a credit after all: a person says what stands in it.

    It waits for its match like any other row. Raises `PermissionDenied`, `AlreadyDone` (taken before, or no such row).
    """
    require(actor, "payments.record")
    with transaction.atomic():
        fresh = lock_rows(BankStatement, [statement.pk])[statement.pk]
        left = next((one for one in fresh.problems if one["line"] == line and not one.get("taken")), None)
        if left is None or fresh.state != BankStatement.State.READY:
            raise AlreadyDone(_("This row was taken already, or is not among those left out."))
        left["taken"] = True
        fresh.save(update_fields=["problems"])
        row = StatementRow(
            statement=fresh, line=line, booked_on=booked_on, amount_fen=amount_fen, payer=payer, memo=memo,
            fingerprint=hashlib.sha256(f"{fresh.sha256}:{line}:by hand".encode()).hexdigest(),
        )  # fmt: skip
        row.full_clean()
        row.save()
        record("payments.row_taken", actor=actor, subject=row, line=line, fen=amount_fen, text=left.get("text", ""))
    return row


def match_row(*, actor: User, row: StatementRow, schedule: Schedule) -> Payment:
    """This credit is for that amount: count it. What is above the amount is planned to go back.

    Raises `PermissionDenied`, `AlreadyDone`, and what recording the transfer refuses with.
    """
    require(actor, "payments.record")
    with purpose_of(schedule).claim(schedule.subject_id):
        fresh = lock_rows(StatementRow, [row.pk])[row.pk]
        if fresh.state not in {State.WAITING, State.PROPOSED}:
            raise AlreadyDone(_("This row is matched or set aside already."))
        payment = record_bank_transfer(
            actor=actor, schedule=schedule, amount_fen=fresh.amount_fen, received_on=fresh.booked_on,
            payer=fresh.payer, bank_reference=fresh.bank_reference, surplus_ok=True, **payers_account(fresh),
        )  # fmt: skip
        fresh.state, fresh.schedule, fresh.payment = State.MATCHED, schedule, payment
        fresh.save(update_fields=["state", "schedule", "payment"])
        record("payments.row_matched", actor=actor, subject=fresh, reference=schedule.reference, fen=fresh.amount_fen)
    return payment


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of rows that were confirmed together."""

    done: int
    refused: tuple[tuple[int, str], ...]


def match_rows(*, actor: User, rows: Iterable[StatementRow]) -> Matched:
    """Confirm several proposals together, each in a transaction of its own; one that is refused stops no other."""
    require(actor, "payments.record")
    done, refused = 0, []
    for row in rows:
        if row.schedule is None:
            continue
        try:
            match_row(actor=actor, row=row, schedule=row.schedule)
            done += 1
        except RuleViolation as refusal:
            refused.append((row.line, str(refusal)))
        except ValidationError as refusal:
            refused.append((row.line, " ".join(refusal.messages)))
    return Matched(done, tuple(refused))


def undo_match(*, actor: User, row: StatementRow, reason: str) -> StatementRow:
    """The match was wrong: take the payment back out and let the row wait again. Raises as `undo_bank_transfer`."""
    require(actor, "payments.record")
    if row.payment is None:
        raise AlreadyDone(_("This row is not matched."))
    with purpose_of(row.payment.schedule).claim(row.payment.schedule.subject_id):
        undo_bank_transfer(actor=actor, payment=row.payment, reason=reason)
        fresh = lock_rows(StatementRow, [row.pk])[row.pk]
        fresh.state, fresh.payment, fresh.schedule, fresh.note = State.WAITING, None, None, reason[:300]
        fresh.score, fresh.reasons = 0, []
        fresh.save()
        record("payments.match_undone", actor=actor, subject=fresh, reason=reason)
    return fresh


def set_aside(*, actor: User, row: StatementRow, reason: str) -> StatementRow:
    """This credit has nothing to do with the portal (interest, other business). Raises `AlreadyDone`."""
    require(actor, "payments.record")
    with transaction.atomic():
        fresh = lock_rows(StatementRow, [row.pk])[row.pk]
        if fresh.state not in {State.WAITING, State.PROPOSED}:
            raise AlreadyDone(_("This row is matched or set aside already."))
        fresh.state, fresh.note = State.IGNORED, reason[:300]
        fresh.save(update_fields=["state", "note"])
        record("payments.row_set_aside", actor=actor, subject=fresh, reason=reason)
    return fresh
