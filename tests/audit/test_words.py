"""Whoever reads the trail reads words, not the names that programs write."""

import ast
from itertools import product
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from bookings import rules
from cms.events.actions.editions import RECORDS
from portal.audit.words import WORDS, words_of
from tests.bookings.conftest import days, hold
from tests.factories.studios import make_resource

ROOT = Path(__file__).resolve().parents[2]
APPS = ("bookings", "cms", "locations", "media", "portal", "services", "studios")
MODELS = [*(model._meta.model_name for model in RECORDS), "edition"]
COMPOSED = {
    "bookings.{step.past}": {f"bookings.{past}" for past in rules.BY_PAST},
    "bookings.days_taken_by_{closure.kind}": {"bookings.days_taken_by_work", "bookings.days_taken_by_event"},
    "directory.import_{run.state}": {"directory.import_tried", "directory.import_applied"},
    "events.stage_day_{state}": {"events.stage_day_given", "events.stage_day_refused"},
    "events.{record_._meta.model_name}_deleted": {f"events.{model}_deleted" for model in MODELS},
    "events.{record_._meta.model_name}_{('made' if new else 'changed')}": {
        f"events.{model}_{verb}" for model, verb in product(MODELS, ("made", "changed"))
    },
    "events.session_{('changed' if before else 'made')}": {"events.session_changed", "events.session_made"},
    "locations.{_VERBS[location.state]}": {"locations.published", "locations.hidden", "locations.withdrawn"},
    "locations.{verb}": {"locations.updated", "locations.created"},
    "payments.checkout_{outcome.state}": {"payments.checkout_failed", "payments.checkout_expired"},
}  # fmt: skip
"""Names that are put together where they are written, with all they can become."""


def recorded() -> tuple[set[str], set[str]]:
    """Return the names that the code records as they stand, and the patterns of those it puts together."""
    plain, composed = set(), set()
    for path in (found for app in APPS for found in (ROOT / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record", "write"} and node.args:
                name = node.args[0]
                for part in [name.body, name.orelse] if isinstance(name, ast.IfExp) else [name]:
                    if isinstance(part, ast.Constant) and "." in str(part.value):
                        plain.add(part.value)
                    elif isinstance(part, ast.JoinedStr):
                        composed.add(ast.unparse(part).removeprefix("f").strip("\"'"))
    return plain, composed


def test_every_action_has_words():
    plain, composed = recorded()
    assert len(plain) > 80
    assert composed - COMPOSED.keys() == set(), "say in COMPOSED what these become"
    assert (plain | set().union(*COMPOSED.values())) - WORDS.keys() == set()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_words_are_the_readers(language):
    with translation.override(language):
        chinese = {name for name in WORDS if any("一" <= sign <= "鿿" for sign in words_of(name))}
    assert chinese == (set(WORDS) if language == "zh-hans" else set())


def test_the_trail_in_the_admin_says_what_happened(db, lin, mei):
    hold(lin, make_resource(), days())
    client = Client()
    client.force_login(mei)
    page = client.get("/admin/audit/").text
    assert "预留日期" in page
    assert "bookings.held" not in page
