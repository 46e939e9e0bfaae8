"""What stands on receipts and statements, in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, pgettext

from portal.core.money import capital_yuan, yuan

from .documents import Paper
from .models import Schedule
from .purposes import purpose_of
from .queries import pay_account

if TYPE_CHECKING:
    from portal.accounts.models import Organisation

    from .models import Payment
    from .queries import StatementLine


def way_label(provider: str) -> str:
    """Return a way of paying in the reader's words."""
    return {
        "bank_transfer": _("Bank transfer"),
        "stripe": _("Card, Alipay or WeChat Pay"),
        "fake": _("Test payment"),
    }.get(provider, provider)


def what_label(what: str) -> str:
    """Return the kind of a statement line in the reader's words."""
    return {"payment": _("received"), "refund": _("paid back")}[what]


def receipt_number(payment: Payment) -> str:
    """Return the number of a payment's receipt, to be read aloud: `SJ-2026-000123` (收据, year of receipt, running number)."""
    year = (payment.received_on or timezone.localdate(payment.created_at)).year
    return f"SJ-{year}-{payment.pk:06d}"


def receipt(payment: Payment) -> Paper:
    """Return the receipt of one payment; four queries."""
    due = payment.schedule
    words = purpose_of(due).title(due.subject_id)
    refunds = [one for one in payment.refunds.all() if one.state == "succeeded"]
    rows = [
        [_day(payment.received_on), _("received"), way_label(payment.provider), yuan(payment.amount_fen, cents=True)]
    ]
    rows += [
        [
            _day(timezone.localdate(one.finished_at)),
            _("paid back"),
            str(one.get_route_display()),
            yuan(-one.amount_fen, cents=True),
        ]
        for one in refunds
        if one.finished_at
    ]
    kept = payment.amount_fen - sum(one.amount_fen for one in refunds)
    account = pay_account()
    chinese = get_language() != "en"
    return Paper(
        title=_("Receipt"),
        note="" if payment.live else _("Test payment: no real money moved."),
        facts=[
            (pgettext("payment", "Number"), receipt_number(payment)),
            (_("Payee"), account.holder if account else settings.LOT_NAME["zh" if chinese else "en"]),
            (_("Received from"), payment.payer or due.organisation.name),
            (_("Company"), due.organisation.name),
            (_("For"), f"{due.reference} · {due.get_kind_display()}"),
            (_("Details"), words["en" if get_language() == "en" else "zh"]),
            *([(_("Bank's reference"), payment.bank_reference)] if payment.bank_reference else []),
            *([(_("Amount in capital figures"), capital_yuan(kept))] if chinese else []),
        ],
        columns=[_("Date"), _("What"), _("Way"), _("Amount")],
        widths=[30, 30, 0, 40],
        rows=rows,
        total_label=_("Received in all"),
        total=yuan(kept, cents=True),
        fine=_("This receipt is no tax invoice. Ask for the invoice on the booking page."),
        footer=f"{due.reference} · {_day(timezone.localdate())}",
    )


def statement(
    organisation: Organisation, lines: Sequence[StatementLine], *, month: date | None, reference: str
) -> Paper:
    """Return a company's statement of a month, or of one record."""
    kinds = dict(Schedule.Kind.choices)
    span = reference or (f"{month:%Y-%m}" if month else "")
    return Paper(
        title=_("Statement of account"),
        facts=[
            (_("Company"), organisation.name),
            (_("Booking") if reference else _("Month"), span),
            (_("Lot"), settings.LOT_NAME["en" if get_language() == "en" else "zh"]),
        ],
        columns=[_("Date"), _("Reference"), _("Kind"), _("What"), _("Amount")],
        widths=[28, 32, 0, 26, 36],
        rows=[
            [
                _day(line.on),
                line.reference,
                str(kinds[line.kind]),
                what_label(line.what),
                yuan(line.amount_fen, cents=True),
            ]
            for line in lines
        ],
        total_label=_("Received less paid back"),
        total=yuan(sum(line.amount_fen for line in lines), cents=True),
        fine=_("Every line leads to a payment with a receipt of its own."),
        footer=f"{organisation.name} · {span}",
    )


def _day(value: date | None) -> str:
    return value.isoformat() if value else "–"
