"""What pages say about a vendor, in few words; what nobody knows is left out."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy, pgettext

from locations.facts import Fact
from portal.audit.models import Event
from portal.core.money import yuan
from portal.ui.components import Cell

from . import vocabulary
from .models import Check, Paper, Vendor

DEEDS: dict[str, Any] = {
    "vendor_registered": gettext_lazy("entry begun"),
    "vendor_changed": gettext_lazy("entry changed"),
    "vendor_submitted": gettext_lazy("sent to be checked"),
    "vendor_taken": gettext_lazy("check begun"),
    "checked": gettext_lazy("something checked"),
    "vendor_verified": gettext_lazy("entry verified"),
    "vendor_returned": gettext_lazy("sent back"),
    "vendor_suspended": gettext_lazy("entry suspended"),
    "vendor_resumed": gettext_lazy("suspension ended"),
    "vendor_edited": gettext_lazy("words corrected by the lot"),
    "vendor_imported": gettext_lazy("brought in by a sheet"),
    "contact_changed": gettext_lazy("contact data changed"),
    "contact_viewed": gettext_lazy("contact data looked at"),
    "credits_changed": gettext_lazy("works changed"),
    "calendar_changed": gettext_lazy("free days changed"),
    "paper_added": gettext_lazy("paper added"),
    "paper_removed": gettext_lazy("paper removed"),
    "paper_opened": gettext_lazy("paper opened"),
    "picture_added": gettext_lazy("picture added"),
    "picture_removed": gettext_lazy("picture removed"),
    "avatar_changed": gettext_lazy("mark or portrait changed"),
    "mark_changed": gettext_lazy("mark changed by the clock"),
    "inquiry_sent": gettext_lazy("message received"),
    "inquiry_forwarded": gettext_lazy("message passed on"),
    "inquiry_copied": gettext_lazy("copy sent to who wrote"),
    "still_true_asked": gettext_lazy("asked whether all is still true"),
    "still_true_confirmed": gettext_lazy("confirmed as still true"),
    "still_true_unanswered": gettext_lazy("question not answered"),
}
"""What the trail of an entry says."""

SHOWN_PLACES = 4


def price(vendor: Vendor) -> str:
    """Return the price range: ¥50–450; on request where none is known."""
    low, high = vendor.price_from_fen, vendor.price_to_fen
    if low is None:
        return _("on request")
    if high is None:
        return _("from %(price)s") % {"price": yuan(low)}
    return yuan(low) if high == low else f"{yuan(low)}–{yuan(high).removeprefix('¥')}"


def price_label(vendor: Vendor) -> str:
    """Return what the price is for: Price / piece and day."""
    return _("Price / %(basis)s") % {"basis": vendor.get_price_basis_display()}


def places(vendor: Vendor, most: int = SHOWN_PLACES) -> str:
    """Return where somebody comes to."""
    areas = [key for key in vendor.coverage if key in vocabulary.AREA]
    terms = vocabulary.terms("coverage", areas or vendor.coverage)
    if not terms and vendor.radius_km:
        return _("%(km)s km around") % {"km": vendor.radius_km}
    said = pgettext("list", ", ").join(str(term) for term in terms[:most])
    return said + (_(" and %(count)s more") % {"count": len(terms) - most} if len(terms) > most else "")


def trades(vendor: Vendor, most: int = 3) -> str:
    """Return the trades: 服装 · 化妆造型."""
    return " · ".join(str(term) for term in vendor.category_terms[:most])


def languages(vendor: Vendor) -> str:
    """Return the languages."""
    return pgettext("list", ", ").join(str(term) for term in vocabulary.terms("languages", vendor.languages))


def small_cells(vendor: Vendor) -> list[Cell]:
    """Return the slate of a row."""
    cells = [Cell(price_label(vendor), price(vendor), word=vendor.price_from_fen is None)]
    if vendor.minimum:
        cells.append(Cell(_("Smallest order"), vendor.minimum, word=True))
    cells.append(Cell(_("Comes to"), places(vendor, 1), word=True))
    return cells


def card_cells(vendor: Vendor) -> list[Cell]:
    """Return the slate of a card: what it costs and where they come to."""
    cells = small_cells(vendor)
    return [cells[0], cells[-1]]


def slate_cells(vendor: Vendor, insured: bool) -> list[Cell]:
    """Return the slate of the page."""
    cells = [
        Cell(price_label(vendor), price(vendor), word=vendor.price_from_fen is None),
        Cell(_("Comes to"), places(vendor, 2), word=True),
        Cell(_("Invoice"), capfirst(vendor.get_invoice_display()), word=True),
        Cell(_("Insured"), capfirst(_("yes") if insured else _("not known")), word=True),
    ]
    if vendor.minimum:
        cells.insert(1, Cell(_("Smallest order"), vendor.minimum, word=True))
    if vendor.last_verified_on:
        cells.append(Cell(pgettext("vendor", "Verified"), vendor.last_verified_on.isoformat()))
    return cells


def scope_facts(vendor: Vendor) -> list[Fact]:
    """Return where, in which languages and on what terms."""
    tax = _("tax included") if vendor.tax_included else _("tax not included")
    rows: list[tuple[str, Any]] = [
        (_("Comes to"), places(vendor, 99)),
        (_("Radius"), _("%(km)s km around") % {"km": vendor.radius_km} if vendor.radius_km else ""),
        (
            _("Price"),
            f"{price(vendor)} / {vendor.get_price_basis_display()}" if vendor.price_from_fen else price(vendor),
        ),
        (_("Tax"), capfirst(tax) if vendor.price_from_fen is not None else ""),
        (_("Smallest order"), vendor.minimum),
        (_("Invoice"), capfirst(vendor.get_invoice_display())),
        (_("Languages"), languages(vendor)),
        (_("Confirmed by themselves"), vendor.confirmed_on.isoformat() if vendor.confirmed_on else ""),
    ]
    return [Fact(label, value) for label, value in rows if value]


def mark(vendor: Vendor) -> tuple[str, str]:
    """Return the mark's word and how it is drawn: checked, due, over."""
    return {
        Vendor.State.VERIFIED: (pgettext("vendor", "Verified"), "ok"),
        Vendor.State.DUE: (_("Due for a check"), "ask"),
        Vendor.State.EXPIRED: (_("Papers expired"), "never"),
    }.get(Vendor.State(vendor.state), (str(vendor.get_state_display()), "x"))


def deed(event: Event) -> str:
    """Return what happened, in words."""
    name = event.action.removeprefix("directory.")
    return str(DEEDS.get(name, name))


def check_rows(vendor: Vendor, checks: list[Check], unchecked: list[Paper]) -> list[dict[str, Any]]:
    """Return the table of checks: what, found to be what, when, until when."""
    rows = []
    for check in checks:
        paper = check.paper
        small = vendor.masked_code if check.kind == Check.Kind.CREDIT_CODE else paper_words(paper)
        rows.append(
            {
                "what": capfirst((paper or check).get_kind_display()),
                "small": small or check.note,
                "word": capfirst(_("found to be right") if check.passed else _("not right")),
                "may": "ok" if check.passed else "never",
                "on": check.checked_on,
                "until": check.valid_until,
            }
        )
    waiting: list[dict[str, Any]] = [
        {
            "what": capfirst(paper.get_kind_display()), "small": paper_words(paper), "word": capfirst(_("not checked yet")), "may": "ask",
            "on": None, "until": None,
        }
        for paper in unchecked
    ]  # fmt: skip
    return [*rows, *waiting]


def paper_words(paper: Paper | None) -> str:
    """Return what a paper is called, where that says more than its kind, and the sum insured."""
    if paper is None:
        return ""
    title = "" if paper.title == paper.get_kind_display() else paper.title
    return " · ".join(filter(None, [title, yuan(paper.insured_fen) if paper.insured_fen else ""]))
