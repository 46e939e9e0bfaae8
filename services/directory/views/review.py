"""What the lot's verifier sees: one entry with everything to check, and sheets to bring in. For others 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.http import MemberRequest
from portal.audit.queries import history
from portal.core.errors import RuleViolation
from portal.ui.http import add_errors
from services.directory import actions, facts, forms, queries, rules
from services.directory.models import ImportRun, Vendor

Refused = (RuleViolation, ValidationError)
View = Callable[..., HttpResponse]


def verifiers_only(view: View) -> View:
    """Answer 404 to everybody but the lot's verifiers; visitors are sent to sign in."""

    @login_required
    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.may_verify(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def context_of(vendor: Vendor, **extra: Any) -> dict[str, Any]:
    """Return what the review page shows."""
    today = timezone.localdate()
    papers = list(vendor.papers.select_related("document"))
    checks = list(vendor.checks.select_related("paper", "checked_by"))
    standing = rules.standing(vendor, papers, checks, today)
    good = {key for key, check in rules.latest_checks(checks).items() if check.passed}
    return {
        "vendor": vendor,
        "papers": [(paper, ("paper", paper.pk) in good, paper.is_over(today)) for paper in papers],
        "checks": checks,
        "standing": standing,
        "lacks": rules.lacking(vendor, papers, queries.contact_of(vendor)),
        "scope": facts.scope_facts(vendor),
        "trades": facts.trades(vendor, 9),
        "mark": facts.mark(vendor),
        "steps": {name for name, states in rules.NEXT.items() if vendor.state in states},
        "check_form": forms.CheckForm(papers=papers, has_code=bool(vendor.credit_code)),
        "reason_form": forms.ReasonForm(),
        "why_form": forms.WhyForm(),
        "views": queries.contact_views(vendor)[:20],
        "history": [(event, facts.deed(event)) for event in history(vendor).reverse()[:20]],
        "alike": look_alikes(vendor),
        "same_phone": queries.same_phone(vendor)[:5],
    } | extra


def look_alikes(vendor: Vendor) -> list[Vendor]:
    """Return entries with a similar name, as long as the entry is to be checked: afterwards it was decided."""
    if vendor.is_public and not vendor.needs_check:
        return []
    return queries.alike(vendor.name_zh, vendor.name_en, besides=vendor.pk)


@verifiers_only
@require_safe
def review(request: MemberRequest, slug: str) -> HttpResponse:
    """Everything about an entry on one page; contact data are behind a button that leaves a trail."""
    return render(request, "directory/review.html", context_of(queries.entry_for_review(slug)))


def _stepped(request: MemberRequest, vendor: Vendor, do: Callable[[], Any], done: str) -> HttpResponse:
    try:
        do()
    except Refused as refusal:
        words = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        messages.error(request, " ".join(words))
    else:
        messages.success(request, done)
    return redirect("directory:review", vendor.slug)


@verifiers_only
@require_POST
def take(request: MemberRequest, slug: str) -> HttpResponse:
    """Begin to check."""
    vendor = queries.entry_for_review(slug)
    return _stepped(
        request, vendor, lambda: actions.take_vendor(actor=request.user, vendor=vendor), _("It is yours to check.")
    )


@verifiers_only
@require_POST
def check(request: MemberRequest, slug: str) -> HttpResponse:
    """Write down one thing that was looked at."""
    vendor = queries.entry_for_review(slug)
    papers = list(vendor.papers.all())
    form = forms.CheckForm(request.POST, papers=papers, has_code=bool(vendor.credit_code))
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.record_check(
                actor=request.user, vendor=vendor, passed=data["passed"], note=data["note"],
                valid_until=data["valid_until"], **form.what(),
            )  # fmt: skip
        except Refused as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Written down."))
            return redirect("directory:review", vendor.slug)
    return render(request, "directory/review.html", context_of(vendor, check_form=form), status=422)


@verifiers_only
@require_POST
def verify(request: MemberRequest, slug: str) -> HttpResponse:
    """Let everybody find the entry."""
    vendor = queries.entry_for_review(slug)
    return _stepped(request, vendor, lambda: actions.verify_vendor(actor=request.user, vendor=vendor), _("Verified."))


@verifiers_only
@require_POST
def resume(request: MemberRequest, slug: str) -> HttpResponse:
    """End a suspension."""
    vendor = queries.entry_for_review(slug)
    return _stepped(
        request, vendor, lambda: actions.resume_vendor(actor=request.user, vendor=vendor), _("It can be checked again.")
    )


@verifiers_only
@require_POST
def send_back(request: MemberRequest, slug: str) -> HttpResponse:
    """Send the entry back, or suspend it (`suspend`), with the reason."""
    vendor = queries.entry_for_review(slug)
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "directory/review.html", context_of(vendor, reason_form=form), status=422)
    step = actions.suspend_vendor if "suspend" in request.POST else actions.return_vendor
    done = _("Suspended.") if "suspend" in request.POST else _("Sent back with the reason.")
    reason = form.cleaned_data["reason"]
    return _stepped(request, vendor, lambda: step(actor=request.user, vendor=vendor, reason=reason), done)


@verifiers_only
@require_POST
def contact(request: MemberRequest, slug: str) -> HttpResponse:
    """Show the contact data, once, after writing down who looked and why."""
    vendor = queries.entry_for_review(slug)
    form = forms.WhyForm(request.POST)
    if not form.is_valid():
        return render(request, "directory/review.html", context_of(vendor, why_form=form), status=422)
    found = actions.view_contact(actor=request.user, vendor=vendor, why=form.cleaned_data["why"])
    return render(request, "directory/review.html", context_of(vendor, contact=found, contact_shown=True))


@verifiers_only
@require_http_methods(["GET", "POST"])
def imports(request: MemberRequest) -> HttpResponse:
    """Sheets brought in, and the form for another one."""
    form = forms.SheetForm(request.POST, request.FILES) if request.method == "POST" else forms.SheetForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = actions.start_import(actor=request.user, file=file, name=file.name)
        except Refused as refusal:
            add_errors(form, refusal)
        else:
            return redirect("directory:import", run.pk)
    runs = ImportRun.objects.select_related("started_by").defer("problems")[:30]
    context = {"form": form, "runs": runs, "columns": columns()}
    return render(request, "directory/imports.html", context, status=422 if form.errors else 200)


def columns() -> list[tuple[str, str]]:
    """Return the columns of a sheet and the other names they go by."""
    from services.directory.sheets import COLUMNS

    return [(words[0], "、".join(words[1:])) for words in COLUMNS.values()]


@verifiers_only
@require_http_methods(["GET", "POST"])
def import_run(request: MemberRequest, pk: int) -> HttpResponse:
    """How far a sheet is, what is wrong in it; the button takes it over."""
    run = get_object_or_404(ImportRun.objects.select_related("started_by"), pk=pk)
    if request.method == "POST":
        try:
            actions.apply_import(actor=request.user, run=run)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        return redirect("directory:import", run.pk)
    going = run.state in {ImportRun.State.TRYING, ImportRun.State.APPLYING}
    before = ImportRun.objects.filter(digest=run.digest, state=ImportRun.State.APPLIED, pk__lt=run.pk).first()
    template = "directory/import_run.html" + ("#progress" if getattr(request, "htmx", False) else "")
    return render(request, template, {"run": run, "going": going, "before": before})
