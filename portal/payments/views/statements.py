"""The bank's statements on the finance desk: tried out, imported, matched, undone."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.http import MemberRequest
from portal.core.errors import RuleViolation
from portal.payments import actions, forms, queries
from portal.payments.models import (
    BankFormat,
    BankStatement,
    StatementRow,
)
from portal.ui.http import add_errors

from .guards import answer, finance, reasoned
from .paying import form_page, posted


@finance
@require_safe
def rows(request: MemberRequest) -> HttpResponse:
    """Credits of the bank: to match, matched, set aside."""
    shown = request.GET.get("show", "waiting")
    found = queries.rows_to_match()
    if shown in {"matched", "ignored"}:
        found = StatementRow.objects.filter(state=shown).select_related(
            "schedule__organisation", "payment", "statement"
        )
    if words := request.GET.get("q", "").strip()[:60]:
        found = found.filter(Q(payer__icontains=words) | Q(memo__icontains=words) | Q(bank_reference__icontains=words))
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    context = {"page": page, "show": shown, "q": words, "reasons": reason_labels()}
    return render(request, "payments/rows.html", context)


def reason_labels() -> dict[str, str]:
    """Return why a match is proposed, in words."""
    return {
        "reference": _("reference in the memo"), "amount": _("the amount fits"), "payer": _("the payer fits"),
        "recorded": _("recorded by hand before"),
    }  # fmt: skip


def own_row(pk: int) -> StatementRow:
    """Return a row of a statement with what it is matched to. Raises 404."""
    return get_object_or_404(StatementRow.objects.select_related("schedule", "payment__schedule"), pk=pk)


@finance
@require_POST
def accept_proposal(request: MemberRequest, pk: int) -> HttpResponse:
    """Confirm one proposed match."""
    row = own_row(pk)
    if row.schedule is None:
        raise Http404
    schedule = row.schedule
    return answer(
        request, lambda: actions.match_row(actor=request.user, row=row, schedule=schedule),
        done=_("Matched. The money counts."), back=reverse("pay:rows"),
    )  # fmt: skip


@finance
@require_POST
def accept_proposals(request: MemberRequest) -> HttpResponse:
    """Confirm the chosen proposals together."""
    chosen = [
        int(one) for one in request.POST.getlist("row")[:500] if one.isascii() and one.isdigit() and len(one) < 12
    ]
    found = StatementRow.objects.filter(pk__in=chosen, state=StatementRow.State.PROPOSED).select_related("schedule")
    result = actions.match_rows(actor=request.user, rows=found)
    messages.success(request, ngettext("%(n)s row matched.", "%(n)s rows matched.", result.done) % {"n": result.done})
    for line, why in result.refused[:10]:
        messages.error(request, _("Line %(line)s: %(why)s") % {"line": line, "why": why})
    return redirect("pay:rows")


@finance
@require_http_methods(["GET", "POST"])
def match_by_hand(request: MemberRequest, pk: int) -> HttpResponse:
    """Say which booking a credit is for."""
    row = own_row(pk)
    form = forms.MatchForm(posted(request)[0], initial={"reference": row.schedule.reference if row.schedule else ""})
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"].strip().upper()
        due = queries.due_for_credit(reference, row.amount_fen)
        if due is None:
            form.add_error("reference", _("Nothing is open under this reference."))
        else:
            try:
                actions.match_row(actor=request.user, row=row, schedule=due)
            except (RuleViolation, ValidationError) as refusal:
                add_errors(form, refusal)
            else:
                messages.success(request, _("Matched. The money counts."))
                return redirect("pay:rows")
    note = f"{row.booked_on:%Y-%m-%d} · {row.payer} · {row.memo}"
    return form_page(
        request, form, heading=_("Match by hand"), action=_("Match this credit"), back=reverse("pay:rows"), note=note
    )


@finance
@require_http_methods(["GET", "POST"])
def undo_row(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a wrong match back, with a reason."""
    row = own_row(pk)
    return reasoned(
        request, lambda reason: actions.undo_match(actor=request.user, row=row, reason=reason),
        heading=_("Undo this match"), action=_("Undo the match"), back=reverse("pay:rows") + "?show=matched",
        note=f"{row.booked_on:%Y-%m-%d} · {row.payer}",
    )  # fmt: skip


@finance
@require_http_methods(["GET", "POST"])
def aside_row(request: MemberRequest, pk: int) -> HttpResponse:
    """Set a credit aside that has nothing to do with the portal."""
    row = own_row(pk)
    return reasoned(
        request, lambda reason: actions.set_aside(actor=request.user, row=row, reason=reason),
        heading=_("Set this credit aside"), action=_("Set aside"), back=reverse("pay:rows"),
        note=f"{row.booked_on:%Y-%m-%d} · {row.payer}",
    )  # fmt: skip


@finance
@require_http_methods(["GET", "POST"])
def statements(request: MemberRequest) -> HttpResponse:
    """Bank statements so far, and a new one."""
    if not BankFormat.objects.exists():
        return redirect("pay:new_format")
    form = forms.StatementForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = actions.import_statement(
                actor=request.user, format=form.cleaned_data["format"], content=upload.read(), name=upload.name
            )
        except (RuleViolation, ValidationError) as refusal:
            add_errors(form, refusal)
        else:
            return redirect("pay:statement_file", made.uuid)
    context = {
        "form": form, "formats": BankFormat.objects.all(),
        "page": Paginator(queries.statements(), 20).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "payments/statements.html", context, status=422 if form.errors else 200)


@finance
@require_safe
def statement_file(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """One statement: what the try-out found, how far the import is."""
    found = get_object_or_404(queries.statements(), uuid=uuid)
    problems = {
        "amount": _("the amount cannot be read"), "negative": _("the amount is below zero"),
        "decimals": _("the amount has more than two decimals"), "formula": _("the amount is a formula"),
        "date": _("the date cannot be read"), "direction": _("which way the money went cannot be told"),
        "nothing": _("there is no amount in it"),
    }  # fmt: skip
    context = {
        "statement": found, "reasons": reason_labels(), "states": dict(StatementRow.State.choices),
        "problems": [
            {**one, "words": problems.get(one["problem"], one["problem"])}
            for one in found.problems if not one.get("taken")
        ],
        "working": found.state in {BankStatement.State.WAITING, BankStatement.State.READING},
    }  # fmt: skip
    return render(request, "payments/statement_file.html", context)


@finance
@require_http_methods(["GET", "POST"])
def take_row(request: MemberRequest, uuid: UUID, line: int) -> HttpResponse:
    """Take a row by hand that was left out."""
    found = get_object_or_404(BankStatement, uuid=uuid)
    left = next((one for one in found.problems if one["line"] == line and not one.get("taken")), None)
    if left is None:
        raise Http404
    form = forms.TakeRowForm(posted(request)[0])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.take_row(
                actor=request.user, statement=found, line=line, amount_fen=data["amount"],
                booked_on=data["booked_on"], payer=data["payer"], memo=data["memo"],
            )  # fmt: skip
        except (RuleViolation, ValidationError) as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Taken. It waits for its match."))
            return redirect("pay:statement_file", uuid)
    return form_page(
        request, form, heading=_("Take this row by hand"), action=_("Take this row"),
        back=reverse("pay:statement_file", args=[uuid]), note=left.get("text", ""),
    )  # fmt: skip


@finance
@require_POST
def confirm_statement(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Import what was tried out."""
    found = get_object_or_404(BankStatement, uuid=uuid)
    return answer(
        request, lambda: actions.confirm_import(actor=request.user, statement=found),
        done=_("The import has begun. You can leave this page."), back=reverse("pay:statement_file", args=[uuid]),
    )  # fmt: skip


@finance
@require_http_methods(["GET", "POST"])
def bank_format(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """How one bank's export is read."""
    kept = get_object_or_404(BankFormat, pk=pk) if pk else None
    initial = {f"c_{field}": text for field, text in kept.columns.items()} | {"name": kept.name} if kept else None
    form = forms.FormatForm(posted(request)[0], initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_format(actor=request.user, name=form.cleaned_data["name"], columns=form.columns(), format=kept)
        except (RuleViolation, ValidationError) as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Kept. The next file of this bank needs no questions."))
            return redirect("pay:statements")
    return form_page(
        request, form, heading=_("How this bank's export is read"), action=_("Keep this format"),
        back=reverse("pay:statements") if BankFormat.objects.exists() else reverse("pay:desk"),
        note=_("Leave a column empty where the bank uses a common name; the samples show some."),
    )  # fmt: skip
