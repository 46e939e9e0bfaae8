"""Which company the signed-in person acts for, and the second factor of staff."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.core.rest import Problem, problem_response

from .models import Organisation
from .second_factor import factor_is_used, needs_factor, owns_factor

SESSION_KEY = "organisation"
ALWAYS = frozenset({"account_login", "account_logout", "set_language", "healthz", "readyz", "mfa_authenticate"})
"""What staff reach without the second factor, whoever they are."""
TO_USE_ONE = ALWAYS | {"mfa_reauthenticate"}
TO_SET_ONE_UP = ALWAYS | {
    "mfa_activate_totp",
    "account_reauthenticate",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
}


def acting_for(request: HttpRequest) -> Organisation | None:
    """Return the company chosen in the header, else the person's first; nothing for people without one."""
    user = request.user
    if not user.is_authenticated:
        return None
    mine = Organisation.objects.filter(memberships__user=user).order_by("memberships__created_at", "pk")
    companies = list(mine)
    user._companies = companies  # type: ignore[attr-defined]  # the header's switcher shows the same list
    chosen = request.session.get(SESSION_KEY)
    return next((one for one in companies if one.pk == chosen), companies[0] if companies else None)


class OrganisationMiddleware:
    """Sets `request.organisation`; lets staff in only with a second factor where settings want one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        request.organisation = acting_for(request) if signed_in else None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> Any:
        """Turn staff away from every view but those that set up or use the second factor."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not needs_factor(request.user, request.path):
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if owns_factor(request.user):
            if factor_is_used(request) or name in TO_USE_ONE:
                return None
            step = "mfa_reauthenticate"
        else:
            if name in TO_SET_ONE_UP:
                return None
            step = "mfa_activate_totp"
        if request.path.startswith("/api/"):
            return problem_response(Problem(403, "second_factor", _("Sign in with your second step first.")))
        back = request.get_full_path() if request.method == "GET" else reverse("accounts:home")
        return redirect(f"{reverse(step)}?{urlencode({'next': back})}")
