"""Which amount due a credit on the account is for: proposed with reasons, decided by a person."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .bank_files import Credit
    from .models import Schedule

REFERENCE: Final = re.compile(r"(?<![A-Z0-9])([A-Z])[-_ ]?(20\d{2})[-_ ]?(\d{4,6})(?!\d)")
ENOUGH: Final = 50
WEIGHTS: Final = {"reference": 60, "amount": 25, "payer": 25}
"""The reference alone is a proposal; amount and payer together are one too, either alone is not."""


def references_in(memo: str) -> list[str]:
    """Return the references that a memo names, however it was typed: `b20270412`, `Ｂ－2027－0412`, `B 2027 0412`."""
    text = unicodedata.normalize("NFKC", memo).upper().replace("—", "-").replace("–", "-").replace("－", "-")
    return [f"{prefix}-{year}-{number}" for prefix, year, number in REFERENCE.findall(text)]


def company_key(name: str) -> str:
    """Return a company's name without what banks write differently: brackets, spaces, the forms of 有限公司."""
    text = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"[()（）\s.,·]|有限责任公司|股份有限公司|有限公司|co\.?ltd", "", text)


def fingerprints(credits_: Iterable[Credit]) -> Iterable[tuple[Credit, str]]:
    """Yield each credit with a mark that is the same in every export that shows it.

    The bank's own serial number decides; where there is none, all facts do, and like rows are told apart by order.
    """
    seen: Counter[str] = Counter()
    for one in credits_:
        facts = [one.on.isoformat(), str(one.amount_fen), one.bank_reference]
        if not one.bank_reference:
            facts += [one.payer_account, one.payer, one.memo]
        mark = "|".join(facts)
        seen[mark] += 1
        yield one, hashlib.sha256(f"{mark}|{seen[mark]}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Proposal:
    """An amount due that a credit may be for, how sure that is, and why."""

    schedule: Schedule
    score: int
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Matcher:
    """The open amounts, arranged for looking up; made once for a whole statement."""

    by_reference: dict[str, list[Schedule]] = field(default_factory=lambda: defaultdict(list))
    by_amount: dict[int, list[Schedule]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, schedules: Iterable[Schedule]) -> Matcher:
        """Arrange open amounts (with their companies loaded)."""
        made = cls()
        for due in schedules:
            made.by_reference[due.reference].append(due)
            made.by_amount[due.open_fen].append(due)
        return made

    def propose(self, credit: Credit) -> Proposal | None:
        """Return the best amount due for a credit; nothing where no reason is strong enough or two are as good."""
        candidates = {due.pk: due for ref in references_in(credit.memo) for due in self.by_reference.get(ref, ())}
        candidates |= {due.pk: due for due in self.by_amount.get(credit.amount_fen, ())}
        ranked = sorted(
            (self._weigh(due, credit) for due in candidates.values()),
            key=lambda one: (-one.score, one.schedule.due_at, one.schedule.pk),
        )
        if not ranked or ranked[0].score < ENOUGH:
            return None
        unsure = len(ranked) > 1 and ranked[1].score == ranked[0].score and "reference" not in ranked[0].reasons
        return None if unsure else ranked[0]

    def _weigh(self, due: Schedule, credit: Credit) -> Proposal:
        company = due.organisation
        names = {company_key(company.name), company_key(company.invoice_title)} - {""}
        checks = {
            "reference": due.reference in references_in(credit.memo),
            "amount": due.open_fen == credit.amount_fen,
            "payer": company_key(credit.payer) in names,
        }
        reasons = tuple(name for name, fits in checks.items() if fits)
        return Proposal(due, sum(WEIGHTS[name] for name in reasons), reasons)
