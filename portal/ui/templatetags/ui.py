"""Components and filters of the design system, available in every template."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from lucide.templatetags.lucide import lucide

from portal.core.bilingual import reads_english
from portal.core.day_ranges import DayRange
from portal.core.money import yuan as yuan_text
from portal.ui.components import PUBLIC_LEGEND, STATE_WORDS, Cell, Crumb
from portal.ui.slots import fillers
from portal.ui.styles import SITE

register = template.Library()

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ONE_DAY = timedelta(days=1)
HAN = re.compile(r"[\u3400-\u9fff]")


def _local(value: date | datetime) -> date:
    """Return the lot's calendar day of a day or an instant."""
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


@register.filter
def yuan(amount_fen: int | None) -> str:
    """`1200000|yuan` → ¥12,000; nothing → —."""
    return "—" if amount_fen is None else yuan_text(amount_fen)


@register.filter
def day(value: date | None) -> str:
    """A date as people say it: 6月3日 周三 · Wed 3 Jun."""
    if not value:
        return "—"
    value = _local(value)
    if reads_english():
        return f"{WEEKDAYS_EN[value.weekday()]} {value.day} {MONTHS_EN[value.month - 1]}"
    return f"{value.month}月{value.day}日 周{WEEKDAYS_ZH[value.weekday()]}"


@register.filter
def short_day(value: date | None) -> str:
    """A date without weekday: 6月3日 · 3 Jun."""
    if not value:
        return "—"
    value = _local(value)
    return f"{value.day} {MONTHS_EN[value.month - 1]}" if reads_english() else f"{value.month}月{value.day}日"


@register.filter
def full_day(value: date | None) -> str:
    """A date with its year: 2027年6月3日 · 3 Jun 2027."""
    if not value:
        return "—"
    value = _local(value)
    if reads_english():
        return f"{value.day} {MONTHS_EN[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def weekday(value: date | None) -> str:
    """The weekday alone: 周三 · Wed."""
    if not value:
        return "—"
    index = _local(value).weekday()
    return WEEKDAYS_EN[index] if reads_english() else f"周{WEEKDAYS_ZH[index]}"


@register.filter
def day_range(start: date | DayRange | None, end: date | None = None) -> str:
    """Half-open days as people say them: `start|day_range:end` or `day_range` of a `DayRange`: 6月3日–7日 · 3–7 Jun."""
    if isinstance(start, DayRange):
        end = start.end
        start = start.start
    if not start:
        return "—"
    first = _local(start)
    last = _local(end) - ONE_DAY if end else first
    if last <= first:
        return short_day(first)
    same_month = (first.year, first.month) == (last.year, last.month)
    if reads_english():
        return f"{first.day if same_month else short_day(first)}–{short_day(last)}"
    return f"{short_day(first)}–{f'{last.day}日' if same_month else short_day(last)}"


@register.filter
def datetime_local(value: datetime | None) -> str:
    """An instant by the lot's clock: 6月3日 周三 18:00 · Wed 3 Jun, 18:00."""
    if not value:
        return "—"
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}{', ' if reads_english() else ' '}{local:%H:%M}"


@register.filter
def moment(value: date | None) -> str:
    """A day or an instant as a table of the admin has it: 6月3日 18:00 · 3 Jun 18:00; with its year when that is another."""
    if not value:
        return "—"
    said = short_day(value) if _local(value).year == timezone.localdate().year else full_day(value)
    return f"{said} {time_local(value)}" if isinstance(value, datetime) else said


@register.filter
def instant(value: datetime) -> str:
    """An instant for programs, by the lot's clock: 2027-06-03T18:00:00+08:00. HTML knows no microseconds."""
    return timezone.localtime(value).isoformat(timespec="seconds")


@register.filter
def time_local(value: datetime | None) -> str:
    """The time alone by the lot's clock: 18:00."""
    if not value:
        return "—"
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%H:%M}"


@register.filter
def han_lang(text: Any) -> SafeString:
    """`<b{{ company|han_lang }}>`: the attribute ` lang="zh-Hans"` for Han text on an English page, else nothing.

    Screen readers then say names and people's own words in their language.
    """
    return format_html(' lang="{}"', "zh-Hans") if reads_english() and HAN.search(str(text)) else SafeString()


@register.simple_tag
def about(what: Any, more: Any = "") -> SafeString:
    """For ears alone: which one of many a link or button is for. It stands inside, after the words that eyes read.

    A name of its own (`aria-label`) would hide those words from people who speak what they see.
    """
    return format_html(
        '<span class="vh"> <span{}>{}</span>{}</span>', han_lang(what), what, f", {more}" if more else ""
    )


def _figure(value: Any) -> str:
    """Return numbers with thousands separators, all else as it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


@register.filter(name="qty")
def qty_filter(value: Any, unit: Any = "") -> SafeString | str:
    """`1200|qty:"m²"` → 1,200 m², never broken across lines; nothing → —."""
    if value is None or value == "":
        return "—"
    return qty(value, unit)


@register.simple_tag
def qty(value: Any, unit: Any = "") -> SafeString:
    """A figure with its unit, lighter and smaller: `{% qty 800 "kVA" %}`."""
    tail = format_html('<span class="unit">{}</span>', unit) if unit else ""
    return format_html('<span class="qty">{}{}</span>', mark_safe(_figure(value)), tail)  # noqa: S308 - _figure escapes


@register.simple_tag
def stylesheets() -> SafeString:
    """Link to the portal's style sheet."""
    return format_html('<link rel="stylesheet" href="{}">', static(SITE))


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A line icon of lucide's set, hidden from screen readers: words carry the meaning. Raises for unknown names."""
    return lucide(name, size=size, aria_hidden="true", focusable="false", **{"class": "icon"})  # type: ignore[return-value]


@register.simple_tag
def slate(cells: Iterable[Cell | dict[str, Any]], clap: bool = False, small: bool = False, extra: str = "") -> str:
    """The slate 场记板: 3 to 8 exact facts. `clap` once a page, for the thing the page is about."""
    parts = [cell if isinstance(cell, Cell) else Cell(**cell) for cell in cells]
    return render_to_string("ui/slate.html", {"cells": parts, "clap": clap, "small": small, "extra": extra})


@register.simple_tag
def state_badge(state: str, label: Any = "") -> SafeString:
    """A state as pattern and word. Without `label` the word of the state itself."""
    return format_html(
        '<span class="state" data-state="{0}"><span class="swatch" data-state="{0}"></span>{1}</span>',
        state,
        label or STATE_WORDS.get(state, state),
    )


@register.simple_tag
def legend(*states: str) -> str:
    """What the patterns mean: `{% legend "free" "hold" %}`; without states what the public calendar shows."""
    entries = [(state, STATE_WORDS.get(state, state)) for state in states] or PUBLIC_LEGEND
    return render_to_string("ui/legend.html", {"entries": entries})


@register.simple_block_tag(end_name="end_card")
def card(
    content: str, title: Any, href: str = "", kind: Any = "", picture: Any = "", edge: Any = "", level: int = 3
) -> str:
    """A card: picture (safe HTML of an image tag), its edge lettering, title, one line; inside, a small slate."""
    context = {"content": content, "title": title, "href": href, "kind": kind, "picture": picture, "edge": edge}
    return render_to_string("ui/card.html", {**context, "tag": f"h{level}"})


@register.simple_tag
def head(title: Any, note: Any = "", href: str = "", link: Any = "", level: int = 2, id: str = "") -> str:
    """A section's head: a rule, the heading, one quiet note, one link at the end."""
    context = {"title": title, "note": note, "href": href, "link": link, "tag": f"h{level}", "id": id}
    return render_to_string("ui/head.html", context)


@register.simple_tag
def chip(label: Any, href: str = "", removable: bool = False, count: Any = "", current: bool = False) -> str:
    """A filter that is on (`removable`), or one to choose, with a count."""
    context = {"label": label, "href": href, "removable": removable, "count": count, "current": current}
    return render_to_string("ui/chip.html", context)


@register.simple_tag
def crumbs(items: Iterable[Crumb | tuple[Any, str] | dict[str, Any]]) -> str:
    """The way to this page. Items are `Crumb`s, `(label, href)` pairs or dicts; the last is the page itself."""
    steps = [_crumb(item) for item in items]
    return render_to_string("ui/crumbs.html", {"steps": steps})


def _crumb(item: Crumb | tuple[Any, str] | dict[str, Any]) -> Crumb:
    if isinstance(item, Crumb):
        return item
    return Crumb(**item) if isinstance(item, dict) else Crumb(*item)


@register.simple_tag
def empty(title: Any, text: Any = "", href: str = "", label: Any = "") -> str:
    """An empty list: one sentence on how to fill it, one primary action.

    Inside a loop it stands after the loop's own `{% empty %}`, never in the loop's body.
    """
    return render_to_string("ui/empty.html", {"title": title, "text": text, "href": href, "label": label})


@register.simple_tag(takes_context=True)
def pager(context: dict[str, Any], page_obj: Page[Any], name: str = "page", target: str = "") -> str:
    """Pages of a Django `Page`, keeping the query string. With `target` htmx swaps that element instead."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    links = []
    for number in page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1):
        if isinstance(number, int):
            query[name] = str(number)
        links.append((number, f"?{query.urlencode()}" if isinstance(number, int) else ""))
    around = {}
    for key, there, number in (
        ("previous", page_obj.has_previous(), page_obj.number - 1),
        ("next", page_obj.has_next(), page_obj.number + 1),
    ):
        query[name] = str(number)
        around[key] = f"?{query.urlencode()}" if there else ""
    return render_to_string("ui/pager.html", {"page": page_obj, "links": links, "target": target, **around})


@register.simple_tag
def form_errors(form: forms.BaseForm) -> str:
    """The sum of a form's errors, above it, each a link to its field. Draws nothing for a form without."""
    if not getattr(form, "errors", None):
        return ""
    beside = [
        (form[name].label, form[name].id_for_label)
        for name in form.errors
        if name in form.fields and not form[name].is_hidden
    ]
    hidden = [
        error for name in form.errors if name in form.fields and form[name].is_hidden for error in form.errors[name]
    ]
    general = [*form.non_field_errors(), *hidden]
    return render_to_string("ui/form_errors.html", {"beside": beside, "general": general})


@register.simple_tag
def copy_button(text: Any, label: Any = "") -> SafeString:
    """A button that copies `text`; without JavaScript the text can be selected as ever."""
    return format_html(
        '<copy-text data-text="{}" data-done="{}">'
        '<button class="button button--small" type="button" hidden>{}</button></copy-text>',
        text,
        gettext("Copied"),
        label or gettext("Copy"),
    )


@register.simple_tag
def hold_clock(until: datetime) -> str:
    """How long until an instant; the words tick where JavaScript runs, and stand as a date where it does not."""
    return render_to_string("ui/hold_clock.html", {"until": until, "iso": instant(until)})


@register.simple_block_tag(end_name="end_photo_gallery")
def photo_gallery(content: str) -> SafeString:
    """Pictures in links that open full screen. The page loads `ui/js/photo-gallery.js` in its block `scripts`."""
    return format_html(
        '<photo-gallery data-close="{}" data-back="{}" data-on="{}">{}</photo-gallery>',
        gettext("Close"),
        gettext("Previous picture"),
        gettext("Next picture"),
        content,
    )


@register.simple_tag(takes_context=True)
def slot(context: dict[str, Any], page: str, name: str, subject: Any = None) -> SafeString:
    """Draw what upper apps registered for this place on the page."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return mark_safe("")
    return mark_safe("".join(render(request, subject) for render in fillers(page, name)))  # noqa: S308 - fillers return rendered templates
