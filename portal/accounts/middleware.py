"""Which company the signed-in person acts for, and the second factor of staff."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .models import Organisation

SESSION_KEY = "organisation"
NEEDS_NO_FACTOR = ("/accounts/", "/static/", "/media/", "/healthz", "/readyz")


def acting_for(request: HttpRequest) -> Organisation | None:
    """Return the company chosen in the header, else the person's first; nothing for people without one."""
    user = request.user
    if not user.is_authenticated:
        return None
    mine = Organisation.objects.filter(memberships__user=user).order_by("memberships__created_at", "pk")
    companies = list(mine)
    user._companies = companies  # type: ignore[union-attr]  # the header's switcher shows the same list
    chosen = request.session.get(SESSION_KEY)
    return next((one for one in companies if one.pk == chosen), companies[0] if companies else None)


class OrganisationMiddleware:
    """Sets `request.organisation`; asks staff for a second factor where settings want one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        request.organisation = acting_for(request) if signed_in else None  # type: ignore[attr-defined]
        if signed_in and settings.STAFF_NEED_SECOND_FACTOR and self.lacks_factor(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    @staticmethod
    def lacks_factor(request: HttpRequest) -> bool:
        """Return whether a member of staff without second factor asks for anything but setting one up."""
        if request.path.startswith(NEEDS_NO_FACTOR):
            return False
        from allauth.mfa.utils import is_mfa_enabled

        from .rules import is_lot_staff

        return is_lot_staff(request.user) and not is_mfa_enabled(request.user)
