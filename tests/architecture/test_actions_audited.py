"""Every action leaves a line in the audit trail, or stands in the list below with its reason."""

import ast
from pathlib import Path

from django.conf import settings

APPS = (
    "portal/accounts", "portal/payments", "portal/notifications", "portal/search", "media", "locations", "studios", "bookings",
)  # fmt: skip
WITHOUT = {
    "portal/notifications": {
        "notify": "a notice is its own record", "mark_read": "one's own reading", "send_notice_mail": "a channel of a notice",
    },
    "portal/search": {
        "stage": "runs inside an action that has its own event", "restage": "repair of the index, no record changes",
        "unstage": "runs inside an action that has its own event",
    },
    "portal/accounts": {"hashed": "pure", "send_invitation_mail": "a channel of an invitation"},
    "portal/payments": {
        "make_due": "part of its purpose's action", "void_due": "part of its purpose's action",
        "reopen_due": "part of its purpose's action", "remind": "notices only, once each",
        "post": "the ledger is a trail of its own", "held": "pure", "payers_account": "pure",
        "locked": "locks only", "locked_refund": "locks only", "sweep": "queues only", "receive_event": "the event is kept as a row",
        "count_refusal": "a counter and the log", "process_event": "calls settle_payment",
        "send_invoice": "a channel of an issued invoice", "read_statement": "the statement's own rows and state say it",
        "match_rows": "calls match_row for each",
    },
    "media": {"describe": "pure", "make_avif": "renditions of a picture, made in the worker"},
    "bookings": {"latest_quote": "reads", "require_step": "checks only", "tell_those_behind": "notices", "promote_those_behind": "notices",
                 "fee_today": "reads", "refuse_unoffered": "checks only"},
}  # fmt: skip


def functions(app):
    """Every function of an app's actions: name → its tree."""
    folder = Path(settings.BASE_DIR) / app
    files = sorted((folder / "actions").glob("*.py")) if (folder / "actions").is_dir() else [folder / "actions.py"]
    found = {}
    for file in files:
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                found[node.name] = node
    return found


def calls(node):
    return {
        one.func.id if isinstance(one.func, ast.Name) else one.func.attr
        for one in ast.walk(node)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name | ast.Attribute)
    }


def reaches_record(name, found, seen=()):
    if name in seen or name not in found:
        return False
    inside = calls(found[name])
    return "record" in inside or any(reaches_record(other, found, (*seen, name)) for other in inside)


def test_every_action_leaves_a_trail():
    missing, tried = [], 0
    for app in APPS:
        found = functions(app)
        for name in found:
            if name.startswith("_") or name in WITHOUT.get(app, {}):
                continue
            tried += 1
            if not reaches_record(name, found):
                missing.append(f"{app}: {name}")
    assert not missing, missing
    assert tried > 60


def test_the_list_of_exceptions_names_only_what_exists():
    gone = [f"{app}: {name}" for app, names in WITHOUT.items() for name in names if name not in functions(app)]
    assert not gone, gone


def test_an_action_without_a_trail_would_be_found():
    found = {"quiet": ast.parse("def quiet():\n    thing.save()").body[0]}
    assert not reaches_record("quiet", found)
