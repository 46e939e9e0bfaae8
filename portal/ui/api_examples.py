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
    Example(
        _("Companies for a scene: costumes, with the counts of every facet"), "GET",
        "/vendors?q=服装&facets=1&limit=3", ("total", "items", "facets"), keep={"vendor": "items.0.slug"},
    ),
    Example(_("One entry: trades, prices, what was checked and until when"), "GET", "/vendors/{vendor}", ("name", "categories", "mark", "checks")),
)  # fmt: skip

CALLS: dict[str, str | Promise] = {
    "GET /api/v1/locations": _("Search places: words, facets, ranges, an area on the map."),
    "GET /api/v1/locations/suggest": _("Offer what the reader may mean, from the first character."),
    "GET /api/v1/locations/clusters": _("Group what is found for a map of that scale."),
    "GET /api/v1/locations/{slug}": _("One place in full."),
    "GET /api/v1/locations/{slug}/similar": _("Places that share most with one."),
    "GET /api/v1/locations/{slug}/sun": _("Sunrise, sunset, golden hours, azimuth and altitude by the hour."),
    "GET /api/v1/vendors": _("Search companies and people of the directory."),
    "GET /api/v1/vendors/{slug}": _("One entry in full. Write to them by the form of their page."),
    "GET /api/v1/stages/free": _(
        "Stages with at least that many free days in a row inside the range (without one: the next 60 days)."
    ),
    "GET /api/v1/resources/{resource_id}/calendar": _(
        "One entry for each day of the half-open range: free, held by how many, firm, closed. Never who."
    ),
    "GET /api/v1/bookings": _("The bookings of one's own companies, newest first; all of them for the lot."),
    "POST /api/v1/bookings": _("Ask for days. Quoted at once where the rate card covers every day."),
    "GET /api/v1/bookings/{reference}": _("One booking with its rank per day, quotation and what can be done next."),
    "GET /api/v1/bookings/{reference}/history": _("What happened to it, oldest first."),
    "POST /api/v1/bookings/{reference}/payments": _(
        "Begin to pay an amount due: an address to pay at, or the bank details."
    ),
    "POST /api/v1/bookings/{reference}/{action}": _(
        "Take one step: quote, accept-quote, hold, challenge, confirm, release, cancel, change."
    ),
    "GET /api/v1/stages": _("Every stage and facility that can be booked."),
    "GET /api/v1/stages/{slug}": _("One stage with its prices per day type."),
    "GET /api/v1/events": _("Sessions of the film week, in order of time."),
    "GET /api/v1/events/{slug}": _("One session: hall, films, seats."),
    "POST /api/v1/events/{slug}/registrations": _(
        "Register somebody with companions; without seats they wait, in order."
    ),
    "GET /api/v1/payments/{uuid}": _("One payment of one's own company, or any for the lot's finance."),
}
"""What each call does, in the reader's language."""
