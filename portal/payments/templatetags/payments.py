"""Parts about money that several pages draw."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.translation import gettext as _

from portal.accounts.rules import may
from portal.payments.models import Schedule
from portal.payments.providers import BANK_TRANSFER, offered_providers

register = template.Library()


@register.simple_tag(takes_context=True)
def pay_buttons(context: dict[str, Any], due: Schedule, first: bool = True) -> str:
    """The ways to pay one amount: online where a provider is set up, else by bank transfer.

    `first`: this is the page's one primary action.
    """
    online = {
        "stripe": _("Pay by card, Alipay or WeChat Pay"),
        "fake": _("Pay online (test)"),
    }
    ways = [{"name": one.name, "label": online[one.name], "first": False} for one in offered_providers()]
    ways.append({"name": BANK_TRANSFER, "label": _("Pay by bank transfer"), "first": False})
    ways[0]["first"] = first
    return get_template("payments/pay_buttons.html").render({"due": due, "providers": ways}, context["request"])


@register.simple_tag(takes_context=True)
def money_of(context: dict[str, Any], schedules: list[Schedule]) -> str:
    """What is due for one record: amounts, payments with receipts, refunds, slips, invoice."""
    user, company = context["request"].user, schedules[0].organisation
    lot = may(user, "payments.record")
    paid = any(due.held_fen and due.kind != Schedule.Kind.SECURITY_DEPOSIT for due in schedules)
    facts = {
        "schedules": schedules, "first": schedules[0], "company": company, "lot": lot, "paid": paid,
        "may_pay": may(user, "payments.pay", company), "sees": lot or may(user, "payments.see", company),
        "payments": [one for due in schedules for one in due.payments.all()], "language": context.get("language", "zh-hans"),
        "slips": [one for due in schedules for one in due.slips.all()],
    }  # fmt: skip
    return get_template("payments/money_of.html").render(facts, context["request"])
