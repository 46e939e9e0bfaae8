"""Every action leaves a trail: it reaches `portal.audit.actions.record` inside its own package, or says here why not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOOR = "portal.audit.actions"

READS = "reads only"
CALLERS = "a part of an action, which records the deed as a whole"
QUEUES = "tells or queues only; what it wakes leaves the trail"
MAIL = "sends a mail that an audited action queued; the outbox keeps it"
INDEX = "the search's own copy of records whose actions are audited; rebuilt at will"
NO_TRAIL = {
    "portal.accounts.actions.hashed": READS,
    "portal.accounts.actions.invitation_secret": READS,
    "portal.accounts.actions.send_invitation_mail": MAIL,
    "portal.notifications.actions.notify": "a message about an audited action, kept as a row of its own",
    "portal.notifications.actions.send_notice_mail": MAIL,
    "portal.notifications.actions.queue_mail": "a mail about an audited action, kept as a row of its own",
    "portal.notifications.actions.deliver_mail": MAIL,
    "portal.notifications.actions.is_final": READS,
    "portal.notifications.actions.send_waiting_mail": QUEUES,
    "portal.notifications.actions.forget_sent_mail": "addresses are kept for a month, what was done for good",
    "portal.notifications.actions.mark_read": "what a person has read is nobody else's business",
    "cms.events.actions.letters.place_of": READS,
    "cms.events.actions.letters.told": READS,
    "cms.events.actions.registering.end_offers_by": "a part of moving a session, which leaves a trail",
    "portal.search.actions.stage": INDEX,
    "portal.search.actions.unstage": INDEX,
    "portal.search.actions.restage": INDEX,
    "portal.search.actions.send_again": INDEX,
    "cms.pages.actions.ask_for_copies": QUEUES,
    "cms.pages.actions.tell_reviewers": "a message about a step in Wagtail's own log",
    "cms.pages.actions.tell_editor": "a message about a step in Wagtail's own log",
    "cms.pages.actions.restage": INDEX,
    "cms.pages.actions.restage_below": INDEX,
    "cms.pages.actions.restage_left": INDEX,
    "cms.pages.actions.unstage": INDEX,
    "cms.events.actions.editions.free_slug": READS,
    "cms.events.actions.letters.composed": READS,
    "cms.events.actions.letters.write_letter": QUEUES,
    "cms.events.actions.letters.send_letter": MAIL,
    "cms.events.actions.picking.keep_picks": "what a person means to see is nobody else's business",
    "cms.events.actions.picking.toggle_pick": "what a person means to see is nobody else's business",
    "cms.events.actions.registering.remind_visitors": QUEUES,
    "bookings.actions.asking.latest_quote": READS,
    "bookings.actions.calendars.renew_calendar_addresses": CALLERS,
    "cms.events.actions.stage_days.stage_day_of": READS,
    "cms.events.actions.stage_days.whole_day": READS,
    "cms.events.actions.stage_days.take_day": "bookings.actions.close_for_event records it",
    "bookings.actions.holding.keep_quote_alive": CALLERS,
    "bookings.actions.firming.fee_today": READS,
    "bookings.actions.firming.cancellation": READS,
    "bookings.actions.firming.require_side": READS,
    "bookings.actions.steps.require_state": READS,
    "bookings.actions.steps.require_step": READS,
    "bookings.actions.steps.refuse_unoffered": "refuses, changes nothing",
    "bookings.actions.steps.tell_those_behind": QUEUES,
    "bookings.actions.steps.promote_those_behind": QUEUES,
    "media.actions.describe": "fills an unsaved picture",
    "media.actions.make_avif": "more sizes of a picture whose readiness is recorded",
    "locations.actions.search_of_link": READS,
    "services.directory.actions._telling.people_of": READS,
    "services.directory.actions._telling.tell_people": QUEUES,
    "services.directory.actions._telling.tell_staff": QUEUES,
    "portal.payments.actions.events.receive_event": "the provider's event is a row of its own, kept for good",
    "portal.payments.actions.events.count_refusal": "anybody can call it: refused calls are counted by day and logged",
    "portal.payments.actions.events.sweep": QUEUES,
    "portal.payments.actions.importing.read_statement": "upload and confirmation are recorded; the rows are the record",
    "portal.payments.actions.invoicing.send_invoice": MAIL,
    "portal.payments.actions.ledger.held": READS,
    "portal.payments.actions.ledger.post": "the ledger is a trail itself: rows are only ever added",
    "portal.payments.actions.refunding.locked": READS,
    "portal.payments.actions.refunding.unapproved_fen": READS,
    "portal.payments.actions.refunding.locked_refund": READS,
    "portal.payments.actions.refunding.payers_account": READS,
    "portal.payments.actions.schedules.make_due": CALLERS,
    "portal.payments.actions.schedules.void_due": CALLERS,
    "portal.payments.actions.schedules.reopen_due": CALLERS,
    "portal.payments.actions.schedules.remind": QUEUES,
}


def parse(source: str, module: str) -> tuple[dict[str, ast.FunctionDef], dict[str, str]]:
    """Return a module's own functions by full name, and what each local name stands for."""
    functions, names = {}, {}
    package = module if (ROOT / module.replace(".", "/")).is_dir() else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            origin = ".".join(filter(None, [base, node.module]))
            names |= {alias.asname or alias.name: f"{origin}.{alias.name}" for alias in node.names}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            functions[f"{module}.{node.name}"] = node
            names[node.name] = f"{module}.{node.name}"
    return functions, names


def calls(function: ast.FunctionDef, names: dict[str, str]) -> set[str]:
    """Return the full names of what a function calls by a plain name."""
    found = {
        node.func.id for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return {names[name] for name in found if name in names}


def untrailed(sources: dict[str, str]) -> set[str]:
    """Return the public functions of one actions package (`{module: source}`) that never reach `record`."""
    edges: dict[str, set[str]] = {}
    for module, source in sources.items():
        functions, names = parse(source, module)
        edges |= {name: calls(function, names) for name, function in functions.items()}
    trailed = {name for name, called in edges.items() if f"{DOOR}.record" in called}
    while more := {name for name, called in edges.items() if called & trailed} - trailed:
        trailed |= more
    return {name for name in edges.keys() - trailed if not name.rpartition(".")[2].startswith("_")}


def packages() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every app's actions, a module or a package, except the trail's own."""
    tops = [path for path in ROOT.iterdir() if (path / "__init__.py").is_file() and path.name != "tests"]
    for path in sorted(found for top in tops for found in [*top.rglob("actions.py"), *top.rglob("actions")]):
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if files and name != DOOR:
            yield name, {module_name(file): file.read_text() for file in files}


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PACKAGES = dict(packages())


def test_every_app_that_writes_is_looked_at() -> None:
    writing = {"media", "locations", "studios", "bookings", "portal.accounts", "portal.payments", "portal.search"}
    assert {f"{app}.actions" for app in writing} <= PACKAGES.keys()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_action_leaves_a_trail(package: str) -> None:
    silent = untrailed(PACKAGES[package]) - NO_TRAIL.keys()
    assert not silent, f"call portal.audit.actions.record in {sorted(silent)}, or say in NO_TRAIL why not"


def test_no_exception_is_out_of_date() -> None:
    silent = set().union(*(untrailed(sources) for sources in PACKAGES.values()))
    assert not NO_TRAIL.keys() - silent, "these have a trail or are gone: take them out of NO_TRAIL"


def test_an_action_without_a_trail_is_found() -> None:
    sources = {
        "shop.actions.selling": "from portal.audit.actions import record\nfrom .steps import move\n"
        "def sell(): _sell()\ndef _sell(): record('shop.sold')\ndef ship(): move()\ndef gift(): print()\n",
        "shop.actions.steps": "from portal.audit.actions import record as note\ndef move(): note('shop.moved')\n",
        "shop.actions.lying": "from elsewhere import record\ndef lose(): record()\n",
    }
    assert untrailed(sources) == {"shop.actions.selling.gift", "shop.actions.lying.lose"}
