"""What everybody sees: the list, an entry, the form to write to it, the link of the half-yearly question."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.bilingual import reads_english
from portal.core.errors import RuleViolation
from portal.core.rest import client_address
from portal.search.queries import search
from portal.search.query import Parsed, SearchPage, parse
from portal.ui.http import add_errors
from portal.ui.page_cache import never_kept, searched
from services.directory import actions, facts, queries, rules, vocabulary
from services.directory.errors import LinkUnusable, TooManyMessages
from services.directory.forms import SORTS, InquiryForm
from services.directory.models import Vendor
from services.directory.search import SPEC
from services.directory.structured import vendor_data

FACET_LABELS = {
    "category": gettext_lazy("Category"),
    "mark": gettext_lazy("Checked"),
    "district": gettext_lazy("Comes to"),
    "price": gettext_lazy("Price from"),
    "invoice": gettext_lazy("Invoice"),
    "kind": gettext_lazy("Company or person"),
    "language": gettext_lazy("Languages"),
}
OPEN_AT_FIRST = ("category", "mark", "price")
WEEKS_SHOWN = 8


@require_safe
def list_vendors(request: HttpRequest) -> HttpResponse:
    """Search the directory. The results alone are answered to htmx, the page to everyone else."""
    parsed = parse(request.GET, SPEC, rules.everybody())
    page = search(parsed.request)
    shown = queries.with_covers(queries.in_order([hit.id for hit in page.hits]))
    context = {
        "parsed": parsed,
        "page": page,
        "results": list(results(page, shown)),
        "page_obj": page_of(parsed, page.total),
        "six": six(request, page, parsed),
        "heading": heading_of(parsed),
        "facets": facets(page),
        "chips": chips(request, parsed),
        "sorts": [(key, label, key == parsed.request.sort) for key, label in SORTS],
    }
    template = "directory/list.html" + ("#found" if getattr(request, "htmx", False) else "")
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    return searched(response, settled=page.settled)


def results(page: SearchPage, shown: list[queries.Shown]) -> Any:
    """Yield what a result's template needs."""
    hits = {hit.id: hit for hit in page.hits}
    language, other = ("en", "zh") if reads_english() else ("zh", "en")
    for one in shown:
        hit = hits[one.vendor.pk]
        word, may = facts.mark(one.vendor)
        yield {
            "shown": one,
            "vendor": one.vendor,
            "title": hit.title.get(language) or hit.title.get(other),
            "snippet": hit.snippet.get(language) or hit.snippet.get(other),
            "trades": facts.trades(one.vendor),
            "cells": facts.small_cells(one.vendor),
            "mark": word,
            "may": may,
        }


def page_of(parsed: Parsed, total: int) -> Page[int]:
    """Return the pager's page: it knows the total without holding the records."""
    return Paginator(range(min(total, 10_000)), parsed.request.size).get_page(parsed.page)


def heading_of(parsed: Parsed) -> str:
    """Return the heading that is chosen, where it is one."""
    chosen = parsed.request.filters.get("heading", frozenset())
    return str(vocabulary.HEADING[next(iter(chosen))]) if len(chosen) == 1 else ""


def six(request: HttpRequest, page: SearchPage, parsed: Parsed) -> list[dict[str, Any]]:
    """Return the six headings with counts; each leads to itself alone, the chosen one back to all."""
    counts = {one.value: one for one in page.facets.get("heading", ())}
    rest = [pair for pair in _pairs(request) if pair[0] not in {"heading", "category", "page"}]
    made = []
    for key, term in vocabulary.HEADING.items():
        selected = key in parsed.request.filters.get("heading", frozenset())
        words = [str(one) for one in vocabulary.CATEGORIES.values() if one.heading == key][:3]
        made.append(
            {
                "key": key,
                "label": term,
                "count": counts[key].count if key in counts else 0,
                "on": selected,
                "href": f"?{urlencode(rest if selected else [('heading', key), *rest])}",
                "words": words,
            }
        )
    return made


def facets(page: SearchPage) -> list[dict[str, Any]]:
    """Return the facets with labels and counts, in the vocabulary's order."""
    out = []
    for name, label in FACET_LABELS.items():
        values = [
            {"value": one.value, "label": SPEC.label(name, one.value), "count": one.count, "selected": one.selected}
            for one in page.facets.get(name, ())
        ]
        chosen = sum(bool(one["selected"]) for one in values)
        if values:
            is_open = bool(chosen) or name in OPEN_AT_FIRST
            out.append({"name": name, "label": label, "values": values, "chosen": chosen, "open": is_open})
    return out


def chips(request: HttpRequest, parsed: Parsed) -> list[tuple[str, str]]:
    """Return what is on, each with the address of the page without it."""
    out = []
    for name, values in parsed.request.filters.items():
        for value in SPEC.values(name):
            if value in values:
                rest = [pair for pair in _pairs(request) if pair != (name, value) and pair[0] != "page"]
                out.append((SPEC.label(name, value), f"?{urlencode(rest)}"))
    return out


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value[:200]) for name, values in request.GET.lists() for value in values]


@require_safe
def vendor_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One entry in full."""
    vendor = queries.one_public(slug)
    return render(request, "directory/detail.html", page_context(request, vendor, InquiryForm(initial=sender(request))))


def sender(request: HttpRequest) -> dict[str, str]:
    """Return what is known of who writes."""
    user = request.user
    return {"sender_name": user.name, "sender_email": user.email} if user.is_authenticated else {}


def page_context(
    request: HttpRequest, vendor: Vendor, form: InquiryForm | None, *, others: bool = True
) -> dict[str, Any]:
    """Return what the page of an entry shows; the preview of one's own uses it too, without form."""
    today = timezone.localdate()
    page = queries.vendor_page(vendor, today, others=others)
    standing = rules.standing(vendor, page.papers, page.checks, today)
    monday = today - timedelta(days=today.weekday())
    days = queries.calendar(page.busy, monday, 7 * WEEKS_SHOWN, today)
    word, may = facts.mark(vendor)
    cover = page.pictures[0].image if page.pictures else vendor.avatar
    headings = vocabulary.headings(vendor.categories)
    return {
        "vendor": vendor,
        "page": page,
        "form": form,
        "slate": facts.slate_cells(vendor, standing.insured),
        "scope": facts.scope_facts(vendor),
        "trades": facts.trades(vendor, 6),
        "mark": word,
        "may": may,
        "checks": facts.check_rows(vendor, page.checks, page.missing_checks),
        "blocks": [days[:28], days[28:]],
        "today": today,
        "cover": cover,
        "heading": vocabulary.HEADING[headings[0]] if headings else None,
        "similar": [(one, facts.trades(one.vendor), facts.card_cells(one.vendor)) for one in page.similar],
        "structured": vendor_data(request, vendor, cover),
    }


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Write to a vendor; whoever writes needs no account."""
    vendor = queries.one_public(slug)
    if request.method == "GET":
        return redirect(f"{vendor.get_absolute_url()}#ask")
    form = InquiryForm(request.POST)
    status, actor = 422, request.user if request.user.is_authenticated else None
    if form.is_valid():
        try:
            made = actions.send_inquiry(
                vendor=vendor, actor=actor, address=client_address(request), **form.cleaned_data
            )
        except TooManyMessages as refusal:
            add_errors(form, refusal)
            status = 429
        except (RuleViolation, ValidationError) as refusal:
            add_errors(form, refusal)
        else:
            waits = "?confirm=1" if made.waiting_since else ""
            return redirect(reverse("directory:asked", args=[vendor.slug]) + waits)
    response = render(request, "directory/detail.html", page_context(request, vendor, form), status=status)
    if status == 429:
        response.headers["Retry-After"] = "600"
    return response


@require_safe
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that the message is on its way, or waits to be confirmed, and what happens next."""
    context = {"vendor": queries.one_public(slug), "waits": "confirm" in request.GET}
    return render(request, "directory/asked.html", context)


@require_http_methods(["GET", "POST"])
@never_kept
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The sender says that the message is theirs. Opening the link does nothing, since mail scanners open links."""
    context: dict[str, Any] = {"token": token}
    status = 200
    if request.method == "POST":
        try:
            context["inquiry"] = actions.confirm_inquiry(token=token)
        except (LinkUnusable, TooManyMessages) as refusal:
            context["refusal"] = str(refusal)
            status = 410 if isinstance(refusal, LinkUnusable) else 429
    return render(request, "directory/confirm.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_kept
def still_true(request: HttpRequest, token: str) -> HttpResponse:
    """The half-yearly question. Opening the link changes nothing, since mail scanners open links; the button does."""
    actor = request.user if request.user.is_authenticated else None
    context: dict[str, Any] = {"token": token}
    if request.method == "POST":
        try:
            context["vendor"] = actions.answer_still_true(token=token, actor=actor)
        except LinkUnusable as refusal:
            context["refusal"] = str(refusal)
    return render(request, "directory/still_true.html", context, status=410 if "refusal" in context else 200)
