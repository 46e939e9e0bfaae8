"""The account pages: oneself, one's company, its members, keys for programs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.core.errors import RuleViolation
from portal.ui.http import add_errors

from . import actions, forms
from .http import MemberRequest
from .middleware import SESSION_KEY
from .models import ApiToken, Membership, Organisation
from .rules import may, roles_of
from .second_factor import fresh_proof_required


def own_organisation(request: MemberRequest) -> Organisation:
    """Return the company the person acts for. Raises 404 where there is none."""
    if request.organisation is None:
        raise Http404
    return request.organisation


@login_required
@require_GET
def home(request: MemberRequest) -> HttpResponse:
    """Oneself and one's companies."""
    tokens = request.user.portal_tokens.filter(revoked_at=None, expires_at__gt=timezone.now())
    company = request.organisation
    context: dict[str, Any] = {
        "tokens": tokens,
        "company": company,
        "members": [],
        "role": roles_of(request.user).get(company.pk) if company else None,
    }
    if company:
        context["members"] = company.memberships.select_related("user").order_by("created_at")
        context["invitations"] = company.invitations.filter(accepted_at=None).order_by("email")
        context["may_manage"] = may(request.user, "accounts.manage", company)
        context["may_edit_invoice"] = may(request.user, "accounts.edit_invoice_data", company)
        context["invite_form"] = forms.InviteForm()
    return render(request, "accounts/home.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """Change one's name, phone and language."""
    user = request.user
    initial = {"name": user.name, "phone": user.phone, "language": user.language}
    form = forms.ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.update_profile(actor=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:home")
    return render(
        request,
        "accounts/form.html",
        {"form": form, "heading": _("Your data"), "action": _("Save your data")},
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def create_organisation(request: MemberRequest) -> HttpResponse:
    """Register a company."""
    form = forms.OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            company = actions.create_organisation(actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            request.session[SESSION_KEY] = company.pk
            messages.success(request, _("%(company)s is registered; you are its owner.") % {"company": company})
            return redirect(safe_next(request, "accounts:home"))
    context = {"form": form, "heading": _("Register a company"), "action": _("Register this company")}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_organisation(request: MemberRequest) -> HttpResponse:
    """Change the company's data: all of it for owners, invoice data for its finance, 404 for others."""
    company = own_organisation(request)
    data = request.POST or None
    if may(request.user, "accounts.manage", company):
        initial = {
            "name": company.name,
            "credit_code": company.credit_code,
            "address": company.address,
            "invoice_title": company.invoice_title,
        }
        form: forms.OrganisationForm | forms.InvoiceDataForm = forms.OrganisationForm(
            data, initial=initial, organisation=company
        )
    elif may(request.user, "accounts.edit_invoice_data", company):
        form = forms.InvoiceDataForm(data, initial={"address": company.address, "invoice_title": company.invoice_title})
    else:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_organisation(actor=request.user, organisation=company, **form.cleaned_data)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:home")
    context = {"form": form, "heading": company.name, "action": _("Save company data")}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def switch_organisation(request: MemberRequest) -> HttpResponse:
    """Act for another of one's companies from now on."""
    chosen = request.POST.get("organisation", "")
    if not chosen.isdigit():
        raise Http404
    company = get_object_or_404(Organisation, pk=int(chosen), memberships__user=request.user)
    request.session[SESSION_KEY] = company.pk
    return redirect(safe_next(request, "accounts:home"))


@login_required
@require_POST
def invite(request: MemberRequest) -> HttpResponse:
    """Invite somebody into the company."""
    company = own_organisation(request)
    form = forms.InviteForm(request.POST)
    if form.is_valid():
        try:
            actions.invite(actor=request.user, organisation=company, **form.cleaned_data)
        except RuleViolation as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
            return redirect("accounts:home")
    context = {"form": form, "heading": _("Invite somebody"), "action": _("Send the invitation")}
    return render(request, "accounts/form.html", context, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def accept_invitation(request: MemberRequest, secret: str) -> HttpResponse:
    """Join a company by link; the page asks before it joins, since mail scanners open links."""
    if request.method == "POST":
        try:
            member = actions.accept_invitation(actor=request.user, secret=secret)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            request.session[SESSION_KEY] = member.organisation_id
            messages.success(request, _("You belong to %(company)s now.") % {"company": member.organisation})
        return redirect("accounts:home")
    return render(request, "accounts/accept_invitation.html")


@login_required
@require_POST
def change_member(request: MemberRequest, pk: int) -> HttpResponse:
    """Give a member another role, or end the membership (`remove`)."""
    company = own_organisation(request)
    member = get_object_or_404(Membership.objects.select_related("organisation"), pk=pk, organisation=company)
    try:
        if "remove" in request.POST:
            actions.remove_member(actor=request.user, membership=member)
        else:
            form = forms.RoleForm(request.POST)
            if form.is_valid():
                actions.change_role(actor=request.user, membership=member, role=form.cleaned_data["role"])
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("accounts:home")


@login_required
@fresh_proof_required
@require_http_methods(["GET", "POST"])
def create_token(request: MemberRequest) -> HttpResponse:
    """Make a key for programs and show it once."""
    form = forms.TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _token, secret = actions.create_token(actor=request.user, **form.cleaned_data)
        return render(request, "accounts/token_created.html", {"secret": secret})
    context = {"form": form, "heading": _("A key for programs"), "action": _("Make this key")}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke_token(request: MemberRequest, pk: int) -> HttpResponse:
    """End a key of one's own."""
    actions.revoke_token(actor=request.user, token=get_object_or_404(ApiToken, pk=pk, user=request.user))
    messages.success(request, _("The key works no more."))
    return redirect("accounts:home")


@never_cache
def sign_in_door(request: HttpRequest) -> HttpResponse:
    """Lead Wagtail's own sign-in pages to the one that has limits, confirmed addresses and the second factor.

    Whoever is signed in already and may not open the admin is told so: sending them to sign in would send them round.
    """
    if request.user.is_authenticated:
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        return redirect(safe_next(request, "/admin/"))
    return redirect(f"{reverse('account_login')}?{urlencode({'next': safe_next(request, '/')})}")


def safe_next(request: HttpRequest, default: str) -> str:
    """Return the page asked for by `next` where it is ours, else `default`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if target and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return default
