"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from portal.core.rest import client_address

from .models import User
from .sign_in import run_steps


class PortalAccountAdapter(DefaultAccountAdapter):
    """Keeps the name and language of who signs up."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = get_language() or User.Language.CHINESE
        return super().save_user(request, user, form, commit=commit)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Count tries by the address that every other limit counts by."""
        return client_address(request)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Let upper apps move what the device kept into the account."""
        response = super().post_login(request, user, **kwargs)
        run_steps(request, user, response)
        return response
