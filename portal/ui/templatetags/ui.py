"""Components and filters of the design system, available in every template."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from portal.core.bilingual import reads_english
from portal.core.money import yuan as yuan_text
from portal.ui.slots import fillers

register = template.Library()

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@register.filter
def yuan(amount_fen: int | None) -> str:
    """`1200000|yuan` → ¥12,000; nothing → —."""
    return "—" if amount_fen is None else yuan_text(amount_fen)


@register.filter
def day(value: date | None) -> str:
    """A date as people say it: 6月3日 周三 · Wed 3 Jun."""
    if value is None:
        return "—"
    if reads_english():
        return f"{WEEKDAYS_EN[value.weekday()]} {value.day} {MONTHS_EN[value.month - 1]}"
    return f"{value.month}月{value.day}日 周{WEEKDAYS_ZH[value.weekday()]}"


@register.filter
def short_day(value: date | None) -> str:
    """A date without weekday: 6月3日 · 3 Jun."""
    if value is None:
        return "—"
    return f"{value.day} {MONTHS_EN[value.month - 1]}" if reads_english() else f"{value.month}月{value.day}日"


@register.simple_tag(takes_context=True)
def slot(context: dict[str, Any], page: str, name: str, subject: Any = None) -> SafeString:
    """Draw what upper apps registered for this place on the page."""
    request: HttpRequest = context["request"]
    return mark_safe("".join(render(request, subject) for render in fillers(page, name)))  # noqa: S308 - fillers return rendered templates
