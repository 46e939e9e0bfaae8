"""Examples of the page for developers. Each is run against a portal with demo content (tests/browser/test_developers.py)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Example:
    """One call: what it is for, how it is sent, and what the answer has. `{name}` stands for what an earlier answer said."""

    title: str | Promise
    method: str
    path: str
    answer: tuple[str, ...]
    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    signed_in: bool = False
    keep: dict[str, str] = field(default_factory=dict)
    """Names for later examples, each with the way into the answer: `items.0.slug`."""

    def curl(self, base_url: str) -> str:
        """Return the call as a command line."""
        parts = ["curl"]
        if self.method != "GET":
            parts.append(f"-X {self.method}")
        if self.signed_in:
            parts.append('-H "Authorization: Bearer $TOKEN"')
        if self.body:
            text = json.dumps(self.body, ensure_ascii=False)
            parts.append(f"-H 'Content-Type: application/json' -d '{text}'")
        return " ".join([*parts, f'"{base_url}/api/v1{self.path}"'])


EXAMPLES = (
    Example(
        _("Places for a scene: bamboo, with the counts of every facet"), "GET", "/locations?q=竹海&facets=1&limit=3",
        ("total", "items", "facets", "took_ms"), keep={"place": "items.0.slug"},
    ),
    Example(_("One place, and when the sun stands where"), "GET", "/locations/{place}/sun?date=2027-05-01", ("sunrise", "sunset")),
    Example(
        _("Stages with five days in a row free"), "GET", "/stages/free?days=5", ("items",), keep={"stage": "items.0.stage.slug"}
    ),
    Example(_("A stage's sheet, and the resource that is booked"), "GET", "/stages/{stage}", ("resource", "spec", "prices"), keep={"resource": "resource"}),
    Example(_("Which days of it are free"), "GET", "/resources/{resource}/calendar?from={soon}&to={later}", ("days",)),
    Example(
        _("Ask for days: the answer is a booking with a quotation"), "POST", "/bookings", ("reference", "state", "quote", "links"), status=201,
        body={"lines": [{"resource": "{resource}", "start": "{soon}", "end": "{later}"}]}, signed_in=True, keep={"booking": "reference"},
    ),
    Example(_("Accept the quotation"), "POST", "/bookings/{booking}/accept-quote", ("state",), signed_in=True),
    Example(_("Hold the days, with a rank for each"), "POST", "/bookings/{booking}/hold", ("state", "lines"), signed_in=True),
    Example(_("Give them back"), "POST", "/bookings/{booking}/release", ("state",), signed_in=True),
    Example(
        _("Sessions of the film week"), "GET", "/events?limit=100", ("total", "items"), keep={"session": "items.1.slug"}
    ),
    Example(_("One session: hall, films, seats"), "GET", "/events/{session}", ("starts_at", "venue", "capacity", "registered")),
    Example(
        _("Register somebody with a companion; no account is needed"), "POST", "/events/{session}/registrations", ("reference", "state"), status=201,
        body={"name": "陈可", "email": "chenke@mail.example", "companions": ["陈一苇"]},
    ),
)  # fmt: skip
