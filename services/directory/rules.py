"""Who may do what in the directory, what an entry lacks, and which mark it has. No writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _, gettext_lazy

from portal.accounts.rules import EDITOR, MEMBER, OWNER, STAGE_MANAGER, may
from portal.search.query import Viewer

from . import vocabulary
from .models import Check, Paper, Vendor

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User

    from .models import VendorContact

OFFER = "directory.offer"
VERIFY = "directory.verify"
SEE_QUEUE = "directory.see_queue"
PERMISSIONS: dict[str, tuple[set[str], set[str]]] = {
    OFFER: ({OWNER, MEMBER}, set()),
    VERIFY: (set(), {STAGE_MANAGER}),
    SEE_QUEUE: (set(), {STAGE_MANAGER, EDITOR}),
}
State = Vendor.State

SOON = timedelta(days=30)
"""A paper that ends within this time makes an entry due for a check."""
CHECK_LIFE = timedelta(days=365)
ASK_AFTER = timedelta(days=182)
ANSWER_WITHIN = timedelta(days=30)

NEXT: dict[str, frozenset[str]] = {
    "submit": frozenset({State.DRAFT, State.RETURNED}),
    "take": frozenset({State.SUBMITTED}),
    "return": frozenset({State.SUBMITTED, State.CHECKING}),
    "verify": frozenset({State.SUBMITTED, State.CHECKING, State.VERIFIED, State.DUE, State.EXPIRED}),
    "suspend": frozenset(set(State) - {State.SUSPENDED, State.DRAFT}),
    "resume": frozenset({State.SUSPENDED}),
}
"""The states from which each step may be taken."""

STEPS: dict[str, Any] = {
    "basics": gettext_lazy("Who you are"),
    "offer": gettext_lazy("What you offer"),
    "papers": gettext_lazy("Papers"),
    "works": gettext_lazy("Works"),
    "calendar": gettext_lazy("Free and taken"),
    "contact": gettext_lazy("How to reach you"),
}
"""The steps of a registration, in order; each can be opened again later."""


def may_verify(user: User | AnonymousUser) -> bool:
    """Return whether the person checks entries."""
    return may(user, VERIFY)


def step_after(step: str) -> str | None:
    """Return the step that follows, or nothing after the last."""
    names = list(STEPS)
    place = names.index(step) + 1
    return names[place] if place < len(names) else None


def lacking(vendor: Vendor, papers: Iterable[Paper], contact: VendorContact | None) -> dict[str, str]:
    """Return what an entry lacks before it can be checked: step → what to do."""
    found: dict[str, str] = {}
    kinds = {paper.kind for paper in papers}
    if vendor.kind == Vendor.Kind.COMPANY and not vendor.credit_code:
        found["basics"] = _("Add the unified social credit code.")
    elif not vendor.categories:
        found["basics"] = _("Choose at least one category.")
    if not (vendor.summary_zh or vendor.summary_en):
        found["offer"] = _("Say in one line what you offer.")
    elif not vendor.coverage and not vendor.radius_km:
        found["offer"] = _("Say where you come to.")
    if vendor.kind == Vendor.Kind.COMPANY and Paper.Kind.BUSINESS not in kinds:
        found["papers"] = _("Add the business licence.")
    elif vocabulary.needs_licence(vendor.categories) and Paper.Kind.LICENCE not in kinds:
        found["papers"] = _("Your trade needs a licence: add it with its number.")
    if contact is None:
        found["contact"] = _("Say how we reach you.")
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about an entry's papers today."""

    unchecked: tuple[str, ...]
    over: tuple[Paper, ...]
    ending: tuple[Paper, ...]
    stale: bool
    insured: bool

    @property
    def complete(self) -> bool:
        """Whether everything asked for has been looked at and is right."""
        return not self.unchecked and not self.over


def latest_checks(checks: Iterable[Check]) -> dict[tuple[str, int | None], Check]:
    """Return the newest check of each thing."""
    newest: dict[tuple[str, int | None], Check] = {}
    for check in sorted(checks, key=lambda one: (one.checked_on, one.pk or 0)):
        newest[check.kind, check.paper_id] = check
    return newest


def standing(vendor: Vendor, papers: Sequence[Paper], checks: Iterable[Check], today: date) -> Standing:
    """Return what is missing, over, about to end, and whether the entry is insured."""
    newest = latest_checks(checks)
    good = {key for key, check in newest.items() if check.passed}
    unchecked = [str(paper) for paper in papers if (Check.Kind.PAPER, paper.pk) not in good]
    if vendor.credit_code and (Check.Kind.CREDIT_CODE, None) not in good:
        unchecked.insert(0, str(Check.Kind.CREDIT_CODE.label))
    if not unchecked and not good:
        unchecked.append(str(Check.Kind.VISIT.label))
    kinds = {paper.kind for paper in papers}
    if vocabulary.needs_licence(vendor.categories) and Paper.Kind.LICENCE not in kinds:
        unchecked.append(_("a licence of the trade"))
    over = tuple(paper for paper in papers if paper.is_over(today))
    ending = tuple(
        paper for paper in papers if paper not in over and paper.expires_on and paper.expires_on <= today + SOON
    )
    stale = any(check.valid_until < today for check in newest.values() if check.passed)
    insured = any(
        paper.kind == Paper.Kind.INSURANCE and not paper.is_over(today) and (Check.Kind.PAPER, paper.pk) in good
        for paper in papers
    )
    return Standing(tuple(unchecked), over, ending, stale, insured)


def mark_of(vendor: Vendor, found: Standing, *, unanswered: bool = False) -> str:
    """Return the state a public entry should have: verified, due for a check, or papers expired."""
    if found.over:
        return State.EXPIRED
    if found.ending or found.stale or unanswered or vendor.needs_check == Vendor.Changed.IDENTITY:
        return State.DUE
    return State.VERIFIED


def mark_reason(vendor: Vendor, found: Standing, *, unanswered: bool = False) -> str:
    """Return why the mark is lower, in the current language; nothing where it is not."""
    if found.over:
        return _("%(paper)s is over.") % {"paper": found.over[0].title}
    if found.ending:
        first = min(found.ending, key=lambda one: one.expires_on or date.max)
        return _("%(paper)s ends on %(day)s.") % {"paper": first.title, "day": first.expires_on}
    if vendor.needs_check == Vendor.Changed.IDENTITY:
        return _("Name, code or trade changed since the check.")
    if found.stale:
        return _("The last check is more than a year old.")
    if unanswered:
        return _("The half-yearly question was not answered.")
    return ""


def everybody() -> Viewer:
    """Return the viewer of the directory: what is in it is for everybody."""
    return Viewer()


BETWEEN: Final = re.compile(r"(?<=\S)[.．。｡](?=[^\W\d_])")


def unlinked(text: str) -> str:
    """Return a stranger's words so that no mail program makes a link or an address of them: “a. example”, “https: //”."""
    return BETWEEN.sub(r"\g<0> ", text).replace("://", ": //").replace("@", " @ ")
