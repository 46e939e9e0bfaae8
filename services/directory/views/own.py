"""What vendors see: register in steps, keep one's entry, send it for checking. Others' entries are 404."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from media.views import private_file
from portal.accounts.http import MemberRequest
from portal.accounts.rules import may
from portal.core.errors import RuleViolation
from portal.ui.http import add_errors
from services.directory import actions, forms, queries, rules
from services.directory.errors import LooksLikeAnother, VendorIncomplete
from services.directory.models import Paper, Vendor, WorkPicture

from .public import page_context

Refused = (RuleViolation, ValidationError)


@login_required
@require_safe
def own_list(request: MemberRequest) -> HttpResponse:
    """The entries of one's companies."""
    entries = Vendor.objects.for_member(request.user).select_related("organisation").order_by("pk").distinct()
    return render(request, "directory/own_list.html", {"entries": entries, "company": request.organisation})


@login_required
@require_http_methods(["GET", "POST"])
def register(request: MemberRequest) -> HttpResponse:
    """The first step makes the entry; from then on each step is kept and can be left."""
    company = request.organisation
    if company is not None and not may(request.user, rules.OFFER, company):
        raise Http404
    initial = (
        {"name_zh": company.name, "credit_code": company.credit_code} if company else {"name_zh": request.user.name}
    )
    form = forms.BasicsForm(request.POST or None, initial=initial)
    context = {"form": form, "step": "basics", "steps": steps(None, "basics"), "company": company}
    if request.method == "POST" and form.is_valid():
        try:
            vendor = actions.register_vendor(actor=request.user, organisation=company, **form.cleaned_data)
        except LooksLikeAnother as refusal:
            context["alike"] = refusal.detail
            add_errors(form, refusal)
        except Refused as refusal:
            add_errors(form, refusal)
        else:
            return redirect("directory:step", vendor.slug, "offer")
    return render(request, "directory/step.html", context, status=422 if form.errors else 200)


def steps(vendor: Vendor | None, now: str = "", lacks: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the steps with what is lacking in each."""
    return [
        {
            "name": name,
            "label": label,
            "now": name == now,
            "lacks": (lacks or {}).get(name, ""),
            "there": vendor is not None,
        }
        for name, label in rules.STEPS.items()
    ]


def _editable(request: MemberRequest, slug: str) -> Vendor:
    """Return an entry the person may change. Raises `Http404`."""
    vendor = queries.own_entry(request.user, slug)
    if vendor.organisation is None or not may(request.user, rules.OFFER, vendor.organisation):
        raise Http404
    return vendor


def _lacks(vendor: Vendor) -> dict[str, str]:
    return rules.lacking(vendor, list(vendor.papers.all()), queries.contact_of(vendor))


@login_required
@require_safe
def own_entry(request: MemberRequest, slug: str) -> HttpResponse:
    """One's entry: where it stands, what is lacking, what was asked through the portal."""
    vendor = queries.own_entry(request.user, slug)
    lacks = _lacks(vendor)
    may_change = vendor.organisation is not None and may(request.user, rules.OFFER, vendor.organisation)
    context = {
        "vendor": vendor,
        "lacks": lacks,
        "steps": steps(vendor, "", lacks),
        "may_change": may_change,
        "may_submit": may_change and vendor.state in rules.NEXT["submit"] and not lacks,
        "inquiries": vendor.inquiries.filter(waiting_since=None)[:20] if may_change else [],
        "reminder": queries.open_reminder(vendor),
    }
    return render(request, "directory/own_entry.html", context)


@login_required
@require_safe
def preview(request: MemberRequest, slug: str) -> HttpResponse:
    """One's entry as others will see it."""
    vendor = queries.own_entry(request.user, slug)
    context = page_context(request, vendor, None, others=False)
    return render(request, "directory/detail.html", context | {"is_preview": True})


@login_required
@require_http_methods(["GET", "POST"])
def step(request: MemberRequest, slug: str, step: str) -> HttpResponse:
    """One step: shown, or kept and on to the next one."""
    if step not in STEP_VIEWS:
        raise Http404
    vendor = _editable(request, slug)
    context: dict[str, Any] = {
        "vendor": vendor,
        "step": step,
        "label": rules.STEPS[step],
        "steps": steps(vendor, step, _lacks(vendor)),
    }
    try:
        done = STEP_VIEWS[step](request, vendor, context)
    except Refused as refusal:
        _say(request, context, refusal)
        done = False
    if done:
        return _onwards(request, vendor, step)
    return render(request, "directory/step.html", context, status=422 if request.method == "POST" else 200)


def _say(request: MemberRequest, context: dict[str, Any], refusal: RuleViolation | ValidationError) -> None:
    """Show a refusal in the form it is about; above the page where a list of rows was sent."""
    if isinstance(refusal, LooksLikeAnother):
        context["alike"] = refusal.detail
    form = context["form"]
    if form.is_bound:
        about = "avatar" if "avatar" in form.fields else "file"
        is_file = getattr(refusal, "code", "") and str(refusal.code).startswith(("picture_", "paper_", "pdf_"))
        add_errors(form, ValidationError({about: refusal}) if is_file and about in form.fields else refusal)
    else:
        words = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        messages.error(request, " ".join(words))


def _onwards(request: MemberRequest, vendor: Vendor, step: str) -> HttpResponse:
    messages.success(request, _("Saved."))
    if "again" in request.POST:
        return redirect("directory:step", vendor.slug, step)
    following = rules.step_after(step)
    if vendor.state in Vendor.OWN_STATES and following:
        return redirect("directory:step", vendor.slug, following)
    return redirect("directory:own", vendor.slug)


def _basics(request: MemberRequest, vendor: Vendor, context: dict[str, Any]) -> bool:
    initial = {name: getattr(vendor, name) for name in ("kind", "name_zh", "name_en", "credit_code", "categories")}
    form = context["form"] = forms.BasicsForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return False
    actions.change_vendor(actor=request.user, vendor=vendor, **form.cleaned_data)
    return True


def _yuan(amount_fen: int | None) -> Any:
    return None if amount_fen is None else amount_fen // 100 if amount_fen % 100 == 0 else amount_fen / 100


def _offer(request: MemberRequest, vendor: Vendor, context: dict[str, Any]) -> bool:
    initial = {name: getattr(vendor, name, None) for name in forms.OfferForm.base_fields}
    initial |= {"price_from": _yuan(vendor.price_from_fen), "price_to": _yuan(vendor.price_to_fen)}
    form = context["form"] = forms.OfferForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return False
    actions.change_vendor(actor=request.user, vendor=vendor, **form.fields_of_vendor())
    return True


def _papers(request: MemberRequest, vendor: Vendor, context: dict[str, Any]) -> bool:
    context["papers"] = vendor.papers.select_related("document")
    bound = request.method == "POST" and "skip" not in request.POST
    form = context["form"] = forms.PaperForm(request.POST, request.FILES) if bound else forms.PaperForm()
    if request.method != "POST":
        return False
    if not bound:
        return True
    if not form.is_valid():
        return False
    data = dict(form.cleaned_data)
    upload = data.pop("file")
    actions.add_paper(
        actor=request.user, vendor=vendor, insured_fen=data.pop("insured"), file=upload,
        file_name=upload.name if upload else "", **data,
    )  # fmt: skip
    return True


def _works(request: MemberRequest, vendor: Vendor, context: dict[str, Any]) -> bool:
    """Three forms on one page, each with its own button: works, a picture, the mark."""
    kind = request.POST.get("what", "") if request.method == "POST" else ""
    context["pictures"] = vendor.pictures.select_related("image").prefetch_related("image__renditions")
    rows = list(vendor.credits.values("title_zh", "title_en", "year", "role_zh", "role_en"))
    formset = forms.CreditFormSet(request.POST if kind == "credits" else None, initial=rows, prefix="credit")
    picture = forms.PictureForm(*((request.POST, request.FILES) if kind == "picture" else ()))
    avatar = forms.AvatarForm(*((request.POST, request.FILES) if kind == "avatar" else ()))
    context |= {"formset": formset, "picture_form": picture, "avatar_form": avatar}
    context["form"] = picture if kind == "picture" else avatar
    if kind == "credits" and formset.is_valid():
        actions.set_credits(actor=request.user, vendor=vendor, rows=forms.credits_of(formset, vendor))
        return True
    if kind == "picture" and picture.is_valid():
        data = picture.cleaned_data
        actions.add_work_picture(
            actor=request.user, vendor=vendor, file=data["file"], file_name=data["file"].name,
            subject=data["subject"], credit=data["credit"], licence=_("shown with permission"),
        )  # fmt: skip
        return True
    if kind == "avatar" and avatar.is_valid():
        file = avatar.cleaned_data["avatar"]
        actions.set_avatar(actor=request.user, vendor=vendor, file=file, file_name=file.name)
        return True
    return False


def _calendar(request: MemberRequest, vendor: Vendor, context: dict[str, Any]) -> bool:
    rows = [{"first": one.start, "last": one.end - timedelta(days=1)} for one in vendor.busy.all()]
    formset = context["formset"] = forms.SpanFormSet(request.POST or None, initial=rows, prefix="span")
    context["form"] = Form()
    if request.method != "POST" or not formset.is_valid():
        return False
    actions.set_busy(actor=request.user, vendor=vendor, spans=forms.spans_of(formset))
    return True


def _contact(request: MemberRequest, vendor: Vendor, context: dict[str, Any]) -> bool:
    initial = forms.ContactForm.initial_of(queries.contact_of(vendor)) or {
        "person": request.user.name,
        "email": request.user.email,
    }
    form = context["form"] = forms.ContactForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return False
    actions.set_contact(actor=request.user, vendor=vendor, **form.cleaned_data)
    return True


STEP_VIEWS: dict[str, Callable[[MemberRequest, Vendor, dict[str, Any]], bool]] = {
    "basics": _basics,
    "offer": _offer,
    "papers": _papers,
    "works": _works,
    "calendar": _calendar,
    "contact": _contact,
}


@login_required
@require_POST
def submit(request: MemberRequest, slug: str) -> HttpResponse:
    """Send one's entry for checking."""
    vendor = _editable(request, slug)
    try:
        actions.submit_vendor(actor=request.user, vendor=vendor)
    except VendorIncomplete as refusal:
        lacks: Any = refusal.detail["lacks"]
        messages.error(request, f"{refusal} {next(iter(lacks.values()))}")
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is with the lot now. Checking takes about three working days."))
    return redirect("directory:own", vendor.slug)


@login_required
@require_POST
def remove_paper(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Take a paper away."""
    vendor = _editable(request, slug)
    paper = get_object_or_404(Paper, pk=pk, vendor=vendor)
    return _removed(
        request, vendor, "papers", lambda: actions.remove_paper(actor=request.user, vendor=vendor, paper=paper)
    )


@login_required
@require_POST
def remove_picture(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Take a picture off the entry."""
    vendor = _editable(request, slug)
    one = get_object_or_404(WorkPicture, pk=pk, vendor=vendor)
    return _removed(
        request, vendor, "works", lambda: actions.remove_work_picture(actor=request.user, vendor=vendor, picture=one)
    )


def _removed(request: MemberRequest, vendor: Vendor, step: str, remove: Callable[[], None]) -> HttpResponse:
    try:
        remove()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Removed."))
    return redirect("directory:step", vendor.slug, step)


@login_required
@require_POST
def paper_file(request: MemberRequest, slug: str, pk: int) -> HttpResponseBase:
    """Hand out a paper's file, to its own people and to the lot's verifiers; it leaves a trail, hence POST."""
    vendor = queries.entry_for_review(slug) if rules.may_verify(request.user) else _editable(request, slug)
    paper = get_object_or_404(Paper.objects.select_related("document"), pk=pk, vendor=vendor)
    document = actions.fetch_paper(actor=request.user, vendor=vendor, paper=paper)
    if document is None:
        raise Http404
    return private_file(document.file.storage.open(str(document.file.name), "rb"), document.filename)
